import { sql, type RawBuilder } from 'kysely';
import type { LedgerBreach } from './ledger-verification.ts';
import type { RangeSession } from './range-session.ts';

/** A rule over one row, which is called `q`. */
export interface RowRule {
  readonly rule: string;
  /** True where the rule is broken; null counts as held. */
  readonly broken: RawBuilder<unknown>;
  readonly found: RawBuilder<unknown>;
  readonly expected: RawBuilder<unknown>;
}

/** Rows of one kind and the rules each must hold to. */
export interface RowCheck {
  readonly table: string;
  /** A SELECT that gives `account_id`, `seq` (null where no entry or lot is meant) and what the rules ask. */
  readonly rows: RawBuilder<unknown>;
  readonly rules: readonly RowRule[];
}

/**
 * Holds rows to all their rules in one pass. Only broken rows leave the database, and of those no more than can still be named; how
 * many there are per rule comes with the first of them.
 */
export async function checkRows({ database, trx, breaches }: RangeSession, check: RowCheck): Promise<void> {
  const { expressions: e } = database.dialect;
  const { rules } = check;
  const told = (value: RawBuilder<unknown>): RawBuilder<unknown> => sql`coalesce(${e.text(value)}, 'none')`;
  const flags = rules.map(({ broken }, i) => sql`case when ${broken} then 1 else 0 end as ${sql.ref(`b${i}`)}`);
  const isBroken = rules.map((_, i) => sql`${sql.ref(`q.b${i}`)} = 1`);
  const columns = rules.flatMap(({ found, expected }, i) => [
    sql`case when ${isBroken[i]} then ${told(found)} end as ${sql.ref(`f${i}`)}`,
    sql`case when ${isBroken[i]} then ${told(expected)} end as ${sql.ref(`x${i}`)}`,
    sql`count(case when ${isBroken[i]} then 1 end) over () as ${sql.ref(`n${i}`)}`,
  ]);
  const { rows } = await sql<Record<string, bigint | string | null>>`
    select q.account_id as account_id, q.seq as seq, ${sql.join(columns)}
    from (select q.*, ${sql.join(flags)} from (${check.rows}) as q) as q
    where ${sql.join(isBroken, sql` or `)}
    order by q.account_id, q.seq limit ${sql.lit(Math.max(1, breaches.namesLeft))}`.execute(trx);
  const [first] = rows;
  if (first === undefined) return;
  const count = rules.reduce((sum, _, i) => sum + (first[`n${i}`] as bigint), 0n);
  const named = rows.flatMap((row) => rules.flatMap(({ rule }, i) => breachOf(check.table, rule, { row, i })));
  breaches.addMany(named, count);
}

function breachOf(
  table: string,
  rule: string,
  { row, i }: { readonly row: Readonly<Record<string, bigint | string | null>>; readonly i: number },
): LedgerBreach[] {
  const found = row[`f${i}`];
  if (found === null || found === undefined) return [];
  const { account_id: accountId, seq } = row as { account_id: bigint | null; seq: bigint | null };
  const place = seq === null ? { accountId } : { accountId, seq };
  return [{ rule, table, ...place, found: String(found), expected: String(row[`x${i}`]) }];
}

/** An amount wide enough that adding or subtracting a few never leaves the type, whatever damage the columns hold. */
export function wide(value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`cast(${value} as decimal(38, 0))`;
}

/** A null of the integer type, for rows that are no entry and no lot. */
export function noSeq({ database }: RangeSession): RawBuilder<unknown> {
  return database.dialect.expressions.int64(sql`null`);
}

/** A condition on an entry's key: the ledger wrote the entry itself, when a lot expired. */
export function isExpiryKey(key: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`substr(${key}, 1, 7) = 'expiry:'`;
}
