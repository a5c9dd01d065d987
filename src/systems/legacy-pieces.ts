import { sql, type RawBuilder } from 'kysely';
import type { FindingRow, LegacySource } from '../cutover/descriptor.ts';
import type { Fragment } from '../sql/contract/expressions.ts';

/** What the pieces need of any system's source. */
type AnySource = Pick<LegacySource<unknown>, 'expressions' | 'table' | 'column' | 'has'>;

/** A mapped table of the query under its alias. */
export interface TableInQuery {
  readonly alias: string;
  readonly table: string;
}

/** `FROM` and `JOIN` want a table and its alias together. */
export function aliased(source: AnySource, { alias, table }: TableInQuery): RawBuilder<unknown> {
  return sql`${source.table(table)} ${sql.ref(alias)}`;
}

/** A way to name the columns of one aliased table: `const p = columnsOf(source, { alias: 'p', table: 'payments' })`. */
export function columnsOf(source: AnySource, { alias, table }: TableInQuery): (column: string) => RawBuilder<unknown> {
  return (column) => source.column(alias, table, column);
}

/** A flag that early versions of the application lacked: where the column is missing, every row counts as flagged. */
export function flagOrTrue(source: AnySource, at: TableInQuery, column: string): RawBuilder<boolean> {
  if (!source.has(at.table, column)) return sql<boolean>`1 = 1`;
  return source.expressions.isTrue(source.column(at.alias, at.table, column));
}

/** As `flagOrTrue`, for a flag whose absence means no. */
export function flagOrFalse(source: AnySource, at: TableInQuery, column: string): RawBuilder<boolean> {
  if (!source.has(at.table, column)) return sql<boolean>`1 = 0`;
  return source.expressions.isTrue(source.column(at.alias, at.table, column));
}

/** A text among a list, byte by byte. Unknown for null, so it chooses no null; `isNoneOf` is its opposite, which does. */
export function isOneOf(source: AnySource, value: Fragment, texts: readonly string[]): RawBuilder<boolean> {
  if (texts.length === 0) return sql<boolean>`1 = 0`;
  return sql<boolean>`${source.expressions.text(value)} in (${sql.join(texts)})`;
}

/** Null, or a text that is not among a list, byte by byte. */
export function isNoneOf(source: AnySource, value: Fragment, texts: readonly string[]): RawBuilder<boolean> {
  if (texts.length === 0) return sql<boolean>`1 = 1`;
  return sql<boolean>`(${value} is null or ${source.expressions.text(value)} not in (${sql.join(texts)}))`;
}

/** An id for people, also where it is missing. */
export function shownId(source: AnySource, id: Fragment): RawBuilder<string> {
  return sql<string>`coalesce(${source.expressions.text(id)}, ${sql.lit('none')})`;
}

/**
 * Holds where a reason is null. Written as a comparison because PostgreSQL takes `is null` on an expression for one row of
 * 200, and then joins the rest row by row; of a comparison it expects a third.
 */
export function isNone(reason: Fragment): RawBuilder<boolean> {
  return sql<boolean>`coalesce(${reason}, '') <= ''`;
}

/**
 * Holds where a condition is false or unknown. As in `isNone`, a comparison is written for its estimate: PostgreSQL takes
 * `not (a <> b)` for one row of 200.
 */
export function unless(condition: RawBuilder<boolean>): RawBuilder<boolean> {
  return sql<boolean>`case when ${condition} then 1 else 0 end < 1`;
}

/** What a check gives that has nothing to look at, because the application lacks the table or column. */
export function noFinding(): RawBuilder<FindingRow> {
  return sql<FindingRow>`select 'none' as subject, '{}' as details from (select 1 as one) o where o.one = 0`;
}

/** Holds where a condition does, and not where it is unknown. Written for its estimate too: of several conditions PostgreSQL multiplies the guesses. */
export function where(condition: RawBuilder<boolean>): RawBuilder<boolean> {
  return sql<boolean>`case when ${condition} then 1 else 0 end > 0`;
}
