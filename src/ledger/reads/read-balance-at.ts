import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import { EXPIRY_KEY_PREFIX } from '../kernel/expire-lots.ts';
import { touchedNow } from '../kernel/touched-now.ts';
import { loadHolds } from '../store/load-holds.ts';
import { loadLots } from '../store/load-lots.ts';
import type { Session } from '../store/session.ts';
import type { AccountState, LotState } from '../types.ts';
import { readAccount } from './read-balance.ts';

/**
 * The balance as of an instant by what had occurred then, whenever it was recorded; undefined for an id without an account. Back-dated
 * entries count from their own date. For an instant to come: what will be left if nothing but expiry happens until then. Give a
 * session inside `database.read`.
 */
export async function readBalanceAsOf(session: Session, accountId: bigint, asOf: Instant): Promise<bigint | undefined> {
  const account = await readAccount(session, accountId);
  if (account === undefined) return undefined;
  const at = session.database.dialect.expressions.instant(asOf);
  const occurred = await sumEntries(session, accountId, sql`e.occurred_at <= ${at}`);
  return occurred + (await sumPending(session, account, { asOf, lotsRecordedBy: undefined }));
}

/**
 * The balance that a read at that instant gave: by what had been recorded then, less what had expired by then although the
 * entry that says so was recorded later. Undefined for an id without an account. Give a session inside `database.read`.
 */
export async function readBalanceAsRecorded(
  session: Session,
  accountId: bigint,
  asRecorded: Instant,
): Promise<bigint | undefined> {
  const account = await readAccount(session, accountId);
  if (account === undefined) return undefined;
  const at = session.database.dialect.expressions.instant(asRecorded);
  const recorded = await sumEntries(session, accountId, sql`e.recorded_at <= ${at}`);
  const expired = await sumEntries(session, accountId, expiredUnrecorded(at));
  return recorded + expired + (await sumPending(session, account, { asOf: asRecorded, lotsRecordedBy: asRecorded }));
}

/** Expiries that had fallen due but were recorded later, of lots that were known by then. */
function expiredUnrecorded(at: RawBuilder<Instant>): RawBuilder<unknown> {
  return sql`e.occurred_at <= ${at} and e.recorded_at > ${at} and e.content_hash is null and e.source is null
    and e.idempotency_key like ${`${EXPIRY_KEY_PREFIX}%`}
    and exists (
      select 1 from ${sql.table('carryover_lot_draws')} as d
      join ${sql.table('carryover_entries')} as granted on granted.account_id = d.account_id and granted.seq = d.lot_seq
      where d.account_id = e.account_id and d.entry_seq = e.seq and granted.recorded_at <= ${at})`;
}

async function sumEntries(
  { database, handle }: Session,
  accountId: bigint,
  condition: RawBuilder<unknown>,
): Promise<bigint> {
  const { rows } = await sql<{ total: string }>`
    select ${database.dialect.expressions.sumText(sql`e.amount`)} as total
    from ${sql.table('carryover_entries')} as e
    where e.account_id = ${accountId} and ${condition}`.execute(handle);
  return BigInt(rows[0]?.total ?? '0');
}

interface PendingWanted {
  readonly asOf: Instant;
  /** Leaves out lots that were recorded later; undefined for all. */
  readonly lotsRecordedBy: Instant | undefined;
}

/** Minus what has expired by an instant and is not posted yet, because nothing has touched the account since. */
async function sumPending(
  session: Session,
  account: AccountState,
  { asOf, lotsRecordedBy }: PendingWanted,
): Promise<bigint> {
  if (!account.lotted) return 0n;
  const all = await loadLots(session, { accountIds: [account.id], lotSeqs: [], entries: [] });
  const lots = lotsRecordedBy === undefined ? all : await recordedBy(session, all, lotsRecordedBy);
  const holds = await loadHolds(session, [account.id], []);
  const now = await session.database.dialect.statements.serverNow(session.handle);
  const { expiries } = touchedNow(account, holds, lots, now.isBefore(asOf) ? asOf : now);
  return expiries.filter((entry) => !asOf.isBefore(entry.occurredAt)).reduce((sum, entry) => sum + entry.amount, 0n);
}

async function recordedBy({ database, handle }: Session, lots: readonly LotState[], at: Instant): Promise<LotState[]> {
  if (lots.length === 0) return [];
  const wanted = database.dialect.statements.rows('l', {
    columns: { account_id: 'int64', seq: 'int64' },
    rows: lots.map((lot) => [lot.accountId, lot.seq]),
  });
  const { rows } = await sql<{ seq: bigint }>`
    select e.seq from ${wanted}
    join ${sql.table('carryover_entries')} as e on e.account_id = l.account_id and e.seq = l.seq
    where e.recorded_at <= ${database.dialect.expressions.instant(at)}`.execute(handle);
  const known = new Set(rows.map((row) => row.seq));
  return lots.filter((lot) => known.has(lot.seq));
}
