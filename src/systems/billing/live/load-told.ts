import { sql } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import type { EntryToMirror } from '../../../cutover/live-descriptor.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { BillingWrite } from './told-tables.ts';

/** Which credits an entry was taken from: those of the period that was carried, of a later grant, or others. */
export type DrawnFrom = 'carried-period' | 'later-period' | 'other';

/** What is known of one account before its entries are told. */
export interface ToldAccount {
  readonly accountId: bigint;
  readonly userId: string;
  /** The fact of the period that was carried, `grant:2026-07-01`, and its bounds; null where none was. */
  readonly period: { readonly source: string; readonly startsAt: Instant; readonly endsAt: Instant } | null;
  /** How much of each entry was taken from where, micro-dollars; an entry that drew nothing is not there. */
  readonly drawn: ReadonlyMap<bigint, ReadonlyMap<DrawnFrom, bigint>>;
  /** What was left untold below a cent by earlier entries, micro-dollars. */
  readonly remainder: bigint;
  readonly seqAtSwitch: bigint;
}

/** Loads the accounts of some entries, by id. */
export async function loadTold(
  write: BillingWrite,
  entries: readonly EntryToMirror[],
): Promise<ReadonlyMap<bigint, ToldAccount>> {
  const told = new Map<bigint, ToldAccount>();
  for (const [accountId, ofAccount] of Map.groupBy(entries, (entry) => entry.accountId)) {
    const [first] = ofAccount;
    if (first === undefined) continue;
    const period = await loadPeriod(write, first.owner);
    const drawn = await loadDrawn(write, { accountId, from: first.seq, period });
    told.set(accountId, { accountId, userId: first.owner, period, drawn, ...(await loadRemainder(write, accountId)) });
  }
  return told;
}

async function loadPeriod({ trx }: BillingWrite, userId: string): Promise<ToldAccount['period']> {
  const row = await billingTables(trx)
    .selectFrom('carryover_billing_grants')
    .select(['starts_at', 'ends_at'])
    .where('user_id', '=', userId)
    .where('origin', '=', 'carried')
    .orderBy('starts_at', 'desc')
    .executeTakeFirst();
  if (row === undefined) return null;
  return { startsAt: row.starts_at, endsAt: row.ends_at, source: `grant:${row.starts_at.toString().slice(0, 10)}` };
}

async function loadDrawn(
  { database, trx }: BillingWrite,
  given: { readonly accountId: bigint; readonly from: bigint; readonly period: ToldAccount['period'] },
): Promise<ToldAccount['drawn']> {
  const { jsonText } = database.dialect.expressions;
  const { rows } = await sql<{
    seq: bigint;
    amount: bigint;
    contra: string | null;
    source: string | null;
    starts: string | null;
  }>`
    select d.entry_seq as seq, d.amount as amount, g.contra as contra, g.source as source, ${jsonText(sql`g.details`, 'periodStart')} as starts
    from ${sql.table('carryover_lot_draws')} d
    join ${sql.table('carryover_entries')} g on g.account_id = d.account_id and g.seq = d.lot_seq
    where d.account_id = ${given.accountId} and d.entry_seq >= ${given.from} and d.amount > 0`.execute(trx);
  const drawn = new Map<bigint, Map<DrawnFrom, bigint>>();
  for (const { seq, amount, ...lot } of rows) {
    const kinds = drawn.get(seq) ?? new Map<DrawnFrom, bigint>();
    const kind = kindOf(lot, given.period);
    kinds.set(kind, (kinds.get(kind) ?? 0n) + amount);
    drawn.set(seq, kinds);
  }
  return drawn;
}

function kindOf(
  lot: { readonly contra: string | null; readonly source: string | null; readonly starts: string | null },
  period: ToldAccount['period'],
): DrawnFrom {
  if (lot.contra !== 'grants' || period === null) return 'other';
  return lot.source === period.source || lot.starts === period.startsAt.toString() ? 'carried-period' : 'later-period';
}

async function loadRemainder(
  { trx }: BillingWrite,
  accountId: bigint,
): Promise<Pick<ToldAccount, 'remainder' | 'seqAtSwitch'>> {
  const { rows } = await sql<{ seq: bigint; remainder: bigint | null }>`
    select w.seq_at_switch as seq, t.remainder as remainder from ${sql.table('carryover_switched')} w
    left join ${sql.table('carryover_billing_told')} t on t.account_id = w.account_id and t.seq_at_switch = w.seq_at_switch
    where w.account_id = ${accountId}`.execute(trx);
  return { seqAtSwitch: rows[0]?.seq ?? 0n, remainder: rows[0]?.remainder ?? 0n };
}
