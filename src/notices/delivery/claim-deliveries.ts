import { randomUUID } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { BulkValue } from '../../sql/contract/statements.ts';
import type { Trx } from '../../sql/engine.ts';
import { admit, type Admission } from '../choices/admit.ts';
import type { ChannelName, DeliveryRow } from '../tables.ts';
import { readAdmissionFacts, type AdmissionCounts } from './admission-facts.ts';
import { lockGate } from './channel-pauses.ts';
import { BULK_PRIORITY, isUrgent, presentOf, type NoticeDesk } from './notice-desk.ts';

/** A delivery that this server alone may send now. */
export interface ClaimedDelivery {
  readonly row: DeliveryRow;
  readonly token: string;
}

/** What became of the deliveries that were looked at. */
export interface ClaimResult {
  readonly claimed: readonly ClaimedDelivery[];
  readonly held: number;
  readonly suppressed: number;
  readonly skipped: number;
}

/**
 * Claims due deliveries for one server, the urgent ones first, as far as the limits let them through. Servers claim one after the other:
 * each locks the same row first, so that no delivery is claimed twice and no two servers count the same fifth message of an hour. It is
 * held for some statements on some dozens of rows, and sending, which takes long, happens outside of it.
 */
export async function claimDeliveries(
  desk: NoticeDesk,
  { now: given, rowsMax }: { readonly now: Instant | undefined; readonly rowsMax: number },
): Promise<ClaimResult> {
  // Asked before the transaction: it may look at tables that are none of ours.
  const suppressed = new Set<string>();
  for (const system of desk.sources.keys()) if (await desk.isSuppressed(system)) suppressed.add(system);
  return desk.database.write(async (trx) => {
    const paused = await lockGate(desk, trx);
    const now = await presentOf(desk, trx, given);
    const due = await dueDeliveries(desk, trx, { now, rowsMax, paused });
    const counts = await readAdmissionFacts(desk, trx, { rows: due, now });
    const verdicts = due.map((row) => ({ row, admission: verdictOf(desk, row, { now, suppressed, counts }) }));
    const token = randomUUID();
    await writeClaims(desk, trx, { verdicts, token, now, month: counts.month });
    const count = (wanted: Admission['verdict']): number =>
      verdicts.filter(({ admission }) => admission.verdict === wanted).length;
    return {
      claimed: verdicts.filter(({ admission }) => admission.verdict === 'admit').map(({ row }) => ({ row, token })),
      held: count('hold'),
      suppressed: count('suppressed'),
      skipped: count('skipped'),
    };
  });
}

interface DueQuery {
  readonly now: Instant;
  readonly rowsMax: number;
  readonly paused: ReadonlySet<string>;
}

/** Each channel, and its bulk, up to what its rate leaves in this minute. */
async function dueDeliveries(desk: NoticeDesk, trx: Trx, query: DueQuery): Promise<readonly DeliveryRow[]> {
  const { channels, rules } = desk;
  const rows: DeliveryRow[] = [];
  for (const { name, perMinute } of channels.values()) {
    if (query.paused.has(name) || query.paused.has('all')) continue;
    const recent = await admittedLately(desk, trx, { name, now: query.now });
    const room = Math.min(perMinute - recent.all, query.rowsMax - rows.length);
    if (room <= 0) continue;
    const others = await dueOf(desk, trx, { ...query, name, room, priority: sql`d.priority < ${BULK_PRIORITY}` });
    const bulkRoom = Math.min(room - others.length, rules.bulkPerMinute - recent.bulk);
    const bulk = await dueOf(desk, trx, {
      ...query,
      name,
      room: bulkRoom,
      priority: sql`d.priority = ${BULK_PRIORITY}`,
    });
    rows.push(...others, ...bulk);
  }
  return rows;
}

async function dueOf(
  { database, sources }: NoticeDesk,
  trx: Trx,
  lane: {
    readonly name: ChannelName;
    readonly now: Instant;
    readonly room: number;
    readonly priority: RawBuilder<unknown>;
  },
): Promise<readonly DeliveryRow[]> {
  if (lane.room <= 0 || sources.size === 0) return [];
  const { instant } = database.dialect.expressions;
  const { rows } = await sql<DeliveryRow>`
    select d.* from ${sql.table('carryover_notice_deliveries')} d
    where d.status = 'pending' and d.channel = ${lane.name} and ${lane.priority} and d.next_attempt_at <= ${instant(lane.now)}
      and d.system_name in (${sql.join([...sources.keys()])})
    order by d.priority, d.next_attempt_at, d.id limit ${sql.lit(lane.room)}`.execute(trx);
  return rows;
}

async function admittedLately(
  { database }: NoticeDesk,
  trx: Trx,
  { name, now }: { readonly name: ChannelName; readonly now: Instant },
): Promise<{ readonly all: number; readonly bulk: number }> {
  const { instant } = database.dialect.expressions;
  const { rows } = await sql<{ n: bigint; bulk: bigint }>`
    select count(*) as n, count(case when d.priority = ${BULK_PRIORITY} then 1 end) as bulk
    from ${sql.table('carryover_notice_deliveries')} d
    where d.channel = ${name} and d.admitted_at > ${instant(now.plusMillis(-60_000))}`.execute(trx);
  return { all: Number(rows[0]?.n ?? 0n), bulk: Number(rows[0]?.bulk ?? 0n) };
}

interface VerdictFacts {
  readonly now: Instant;
  readonly suppressed: ReadonlySet<string>;
  readonly counts: AdmissionCounts;
}

/** What is let through counts for those that come behind it. */
function verdictOf({ rules }: NoticeDesk, row: DeliveryRow, { now, suppressed, counts }: VerdictFacts): Admission {
  const verdict = admit(
    {
      mandatory: row.mandatory === 1n,
      isUrgent: isUrgent(row.priority),
      zone: row.zone,
      noticedAt: row.noticed_at,
      cost: row.cost,
    },
    {
      now,
      isSuppressed: suppressed.has(row.system_name),
      recent: counts.recentOf(row.address_key),
      spent: counts.spent,
    },
    rules,
  );
  if (verdict.verdict === 'admit') counts.add(row, now);
  return verdict;
}

interface Verdicts {
  readonly verdicts: readonly { readonly row: DeliveryRow; readonly admission: Admission }[];
  readonly token: string;
  readonly now: Instant;
  readonly month: string;
}

async function writeClaims(desk: NoticeDesk, trx: Trx, { verdicts, token, now, month }: Verdicts): Promise<void> {
  const { database, rules } = desk;
  const expiresAt = now.plusMillis(rules.claimMs);
  const rows = verdicts.map(({ row, admission }): readonly BulkValue[] => {
    switch (admission.verdict) {
      case 'admit':
        return [row.id, 'claimed', null, token, expiresAt, row.next_attempt_at, now, month, now];
      case 'hold':
        return [row.id, 'pending', admission.reason, null, null, admission.until, row.admitted_at, null, now];
      default:
        return [
          row.id,
          admission.verdict,
          admission.reason,
          null,
          null,
          row.next_attempt_at,
          row.admitted_at,
          null,
          now,
        ];
    }
  });
  await database.dialect.statements.updateFromRows(trx, {
    table: 'carryover_notice_deliveries',
    rows: {
      columns: {
        id: 'int64',
        status: 'text',
        reason: 'text',
        claim_token: 'text',
        claim_expires_at: 'instant',
        next_attempt_at: 'instant',
        admitted_at: 'instant',
        charged_month: 'text',
        updated_at: 'instant',
      },
      rows,
    },
    key: ['id'],
    set: [
      'status',
      'reason',
      'claim_token',
      'claim_expires_at',
      'next_attempt_at',
      'admitted_at',
      'charged_month',
      'updated_at',
    ],
    keyIsPrimary: true,
    // A status of an earlier attempt may have ended it since it was looked at; who has no claim on the row then sends nothing.
    where: sql`target.status = 'pending'`,
  });
}
