import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../sql/database.ts';
import type { Trx } from '../../sql/engine.ts';
import type { BreachList } from './breach-list.ts';

/** Every id from `idMin` to `idMax`; the ranges of a verification cover all 64-bit integers, so that no row falls between two. */
export interface AccountRange {
  readonly idMin: bigint;
  readonly idMax: bigint;
}

/** One range of accounts on one snapshot. */
export interface RangeSession {
  readonly database: Database;
  readonly trx: Trx;
  readonly range: AccountRange;
  /** Only accounts of this system; undefined for all. */
  readonly system: string | undefined;
  /** Where breaches go. */
  readonly breaches: BreachList;
}

/** A condition on a column that holds an account's id: it lies in the range. */
export function inRange({ range }: RangeSession, column: string): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)} between ${range.idMin} and ${range.idMax}`;
}

/** The accounts of the range, as `a`, to stand behind `from`, with its condition. */
export function accountsOfRange(session: RangeSession): RawBuilder<unknown> {
  return sql`${sql.table('carryover_accounts')} as a where ${inRange(session, 'a.id')} ${ofSystem(session)}`;
}

/**
 * Rows of a table that hang on an account, under an alias, with the account as `a`. Over all systems a row whose account is not there
 * comes too, with nulls in `a`; it belongs to no system, so a verification of one system cannot tell whether it is its own.
 */
export function rowsOfRange(
  session: RangeSession,
  table: string,
  alias: string,
): { readonly from: RawBuilder<unknown>; readonly where: RawBuilder<unknown> } {
  const kind = sql.raw(session.system === undefined ? 'left join' : 'join');
  const id = sql.ref(`${alias}.account_id`);
  return {
    from: sql`${sql.table(table)} as ${sql.ref(alias)} ${kind} ${sql.table('carryover_accounts')} as a on a.id = ${id}`,
    where: sql`${inRange(session, `${alias}.account_id`)} ${ofSystem(session)}`,
  };
}

function ofSystem({ system }: RangeSession): RawBuilder<unknown> {
  return system === undefined ? sql`` : sql`and a.system_name = ${system}`;
}
