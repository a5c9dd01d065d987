import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Expressions } from '../../sql/contract/expressions.ts';
import type { Session } from '../store/session.ts';
import { inRange, type AccountRange } from './account-ranges.ts';
import type { Breach, BreachParts } from './breach.ts';
import { breach } from './breach.ts';

/**
 * Breaches that one statement of one range names at most. A ledger that is wrong in a million places is described well enough
 * by the first of each kind and place; all of them in memory would end the process that is to tell about them.
 */
const ROWS_MAX = 100;

/** What a rule is asked about: one range of accounts, in the snapshot that the whole run sees. */
export interface VerifyContext {
  readonly session: Session;
  readonly expressions: Expressions;
  readonly range: AccountRange;
}

/** Finds the breaches of one or more rules in one range. */
export type RangeRule = (context: VerifyContext) => Promise<readonly Breach[]>;

/** A context for a range of a session. */
export function verifyContext(session: Session, range: AccountRange): VerifyContext {
  return { session, range, expressions: session.database.dialect.expressions };
}

/** The condition that a column of account ids lies in the context's range. */
export function within(context: VerifyContext, column: string): RawBuilder<boolean> {
  return inRange(column, context.range);
}

/** Runs a SELECT whose rows are breaches, and describes at most so many of them that memory stays flat. */
export async function breachesOf<Row>(
  { session }: VerifyContext,
  select: RawBuilder<Row>,
  describe: (row: Row) => BreachParts | readonly BreachParts[],
): Promise<Breach[]> {
  const { rows } = await sql<Row>`select * from (${select}) as broken limit ${sql.lit(ROWS_MAX)}`.execute(
    session.handle,
  );
  return rows.flatMap((row) => [describe(row)].flat()).map(breach);
}

/** One of the ledger's tables, to be named in a statement. */
export function table(name: string): RawBuilder<unknown> {
  return sql.table(`carryover_${name}`);
}

/** A column's value as a text for a report. */
export function shown(value: bigint | string | Instant | null | undefined): string {
  return value === null || value === undefined ? 'none' : value.toString();
}
