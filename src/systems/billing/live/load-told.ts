import { sql } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import type { EntryToMirror } from '../../../cutover/live-descriptor.ts';
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

/** Loads the accounts of some entries, by id, with a statement for all of them each. */
export async function loadTold(
  write: BillingWrite,
  entries: readonly EntryToMirror[],
): Promise<ReadonlyMap<bigint, ToldAccount>> {
  const firsts = [...Map.groupBy(entries, (entry) => entry.accountId).values()].flatMap(([first]) => first ?? []);
  const periods = await loadPeriods(write, firsts);
  const draws = await loadDraws(write, firsts);
  const remainders = await loadRemainders(write, firsts);
  return new Map(
    firsts.map(({ accountId, owner }) => {
      const period = periods.get(owner) ?? null;
      const drawn = drawnFrom(draws.get(accountId) ?? [], period);
      const { seqAtSwitch, remainder } = remainders.get(accountId) ?? { seqAtSwitch: 0n, remainder: 0n };
      return [accountId, { accountId, userId: owner, period, drawn, remainder, seqAtSwitch }];
    }),
  );
}

/** The last carried period of each user, where there is one. */
async function loadPeriods(
  { database, trx }: BillingWrite,
  firsts: readonly EntryToMirror[],
): Promise<ReadonlyMap<string, NonNullable<ToldAccount['period']>>> {
  const wanted = database.dialect.statements.rows('r', {
    columns: { user_id: 'text' },
    rows: firsts.map(({ owner }) => [owner]),
  });
  const { rows } = await sql<{ user_id: string; starts_at: Instant; ends_at: Instant }>`
    select g.user_id as user_id, g.starts_at as starts_at, g.ends_at as ends_at
    from ${wanted} join ${sql.table('carryover_billing_grants')} g on g.user_id = r.user_id
    where g.origin = 'carried' order by g.starts_at`.execute(trx);
  // The later ones stand last, and take the place of those before.
  return new Map(
    rows.map(({ user_id: userId, starts_at: startsAt, ends_at: endsAt }) => [
      userId,
      { startsAt, endsAt, source: `grant:${startsAt.toString().slice(0, 10)}` },
    ]),
  );
}

/** What an entry took from a lot, and what brought the lot. */
interface Draw {
  readonly account_id: bigint;
  readonly seq: bigint;
  readonly amount: bigint;
  readonly contra: string | null;
  readonly source: string | null;
  readonly starts: string | null;
}

/** The draws of each account from its first entry on. */
async function loadDraws(
  { database, trx }: BillingWrite,
  firsts: readonly EntryToMirror[],
): Promise<ReadonlyMap<bigint, readonly Draw[]>> {
  const { expressions, statements } = database.dialect;
  const wanted = statements.rows('r', {
    columns: { account_id: 'int64', from_seq: 'int64' },
    rows: firsts.map(({ accountId, seq }) => [accountId, seq]),
  });
  const { rows } = await sql<Draw>`
    select d.account_id as account_id, d.entry_seq as seq, d.amount as amount, g.contra as contra, g.source as source,
      ${expressions.jsonText(sql`g.details`, 'periodStart')} as starts
    from ${wanted} join ${sql.table('carryover_lot_draws')} d on d.account_id = r.account_id and d.entry_seq >= r.from_seq
    join ${sql.table('carryover_entries')} g on g.account_id = d.account_id and g.seq = d.lot_seq
    where d.amount > 0`.execute(trx);
  return Map.groupBy(rows, (draw) => draw.account_id);
}

function drawnFrom(draws: readonly Draw[], period: ToldAccount['period']): ToldAccount['drawn'] {
  const drawn = new Map<bigint, Map<DrawnFrom, bigint>>();
  for (const { seq, amount, ...lot } of draws) {
    const kinds = drawn.get(seq) ?? new Map<DrawnFrom, bigint>();
    const kind = kindOf(lot, period);
    kinds.set(kind, (kinds.get(kind) ?? 0n) + amount);
    drawn.set(seq, kinds);
  }
  return drawn;
}

function kindOf(lot: Pick<Draw, 'contra' | 'source' | 'starts'>, period: ToldAccount['period']): DrawnFrom {
  if (lot.contra !== 'grants' || period === null) return 'other';
  return lot.source === period.source || lot.starts === period.startsAt.toString() ? 'carried-period' : 'later-period';
}

async function loadRemainders(
  { database, trx }: BillingWrite,
  firsts: readonly EntryToMirror[],
): Promise<ReadonlyMap<bigint, Pick<ToldAccount, 'remainder' | 'seqAtSwitch'>>> {
  const ids = firsts.map(({ accountId }) => accountId);
  const { rows } = await sql<{ account_id: bigint; seq: bigint; remainder: bigint | null }>`
    select w.account_id as account_id, w.seq_at_switch as seq, t.remainder as remainder from ${sql.table('carryover_switched')} w
    left join ${sql.table('carryover_billing_told')} t on t.account_id = w.account_id and t.seq_at_switch = w.seq_at_switch
    where ${database.dialect.statements.idIn('w.account_id', ids)}`.execute(trx);
  return new Map(rows.map((row) => [row.account_id, { seqAtSwitch: row.seq, remainder: row.remainder ?? 0n }]));
}
