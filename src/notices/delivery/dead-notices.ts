import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';

/** A delivery that waits for a person. */
export interface DeadNotice {
  readonly id: bigint;
  readonly noticeId: bigint;
  readonly system: string;
  readonly type: string;
  readonly recipient: string;
  readonly channel: string;
  /** `dead`: given up, or its template is wrong. `failed`: the recipient is not reached there. `unknown`: it may have arrived. */
  readonly status: 'dead' | 'failed' | 'unknown';
  readonly reason: string | null;
  readonly attempts: bigint;
  readonly noticedAt: Instant;
  readonly updatedAt: Instant;
}

/** Which of them. */
export interface DeadNoticeFilter {
  readonly system?: string;
  readonly status?: DeadNotice['status'];
  /** The id of the last one of the page before. */
  readonly after?: bigint;
  /** 100 unless told. */
  readonly rowsMax?: number;
}

interface DeadRow {
  readonly id: bigint;
  readonly notice_id: bigint;
  readonly system_name: string;
  readonly type: string;
  readonly recipient: string;
  readonly channel: string;
  readonly status: DeadNotice['status'];
  readonly reason: string | null;
  readonly attempts: bigint;
  readonly noticed_at: Instant;
  readonly updated_at: Instant;
}

const table = sql.table('carryover_notice_deliveries');

/** The deliveries that wait for a person, oldest first, a page at a time. */
export async function listDeadNotices(
  database: Database,
  filter: DeadNoticeFilter = {},
): Promise<readonly DeadNotice[]> {
  const { system, status, after = 0n, rowsMax = 100 } = filter;
  const { rows } = await sql<DeadRow>`
    select d.* from ${table} d
    where d.id > ${after} and ${status === undefined ? sql`d.status in ('dead', 'failed', 'unknown')` : sql`d.status = ${status}`}
      and ${system === undefined ? sql`1 = 1` : sql`d.system_name = ${system}`}
    order by d.id limit ${sql.lit(rowsMax)}`.execute(database.handle);
  return rows.map((row) => ({
    id: row.id,
    noticeId: row.notice_id,
    system: row.system_name,
    type: row.type,
    recipient: row.recipient,
    channel: row.channel,
    status: row.status,
    reason: row.reason,
    attempts: row.attempts,
    noticedAt: row.noticed_at,
    updatedAt: row.updated_at,
  }));
}

/** What is to be tried again: deliveries by id, or every dead one of a system. */
export type DeadNoticeChoice = { readonly ids: readonly bigint[] } | { readonly system: string };

/**
 * Gives dead deliveries their attempts again, from now on, and answers how many. Those whose fate is unknown and those whose recipient
 * could not be reached only by id: a person who names one has found out that it did not arrive.
 */
export async function retryDeadNotices(database: Database, choice: DeadNoticeChoice, given?: Instant): Promise<bigint> {
  const { statements, expressions } = database.dialect;
  const where =
    'ids' in choice
      ? sql`${statements.idIn('id', choice.ids)} and status in ('dead', 'failed', 'unknown')`
      : sql`system_name = ${choice.system} and status = 'dead'`;
  return database.write(async (trx) => {
    const now = expressions.instant(given ?? (await statements.serverNow(trx)));
    const { numAffectedRows = 0n } = await sql`
      update ${table} set status = 'pending', reason = 'by hand', attempts = 0, noticed_at = ${now}, next_attempt_at = ${now},
        claim_token = null, claim_expires_at = null, admitted_at = null, charged_month = null, updated_at = ${now}
      where ${where}`.execute(trx);
    return numAffectedRows;
  });
}
