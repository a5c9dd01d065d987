import type { Expression, RawBuilder } from 'kysely';
import type { Instant } from '../../base/instant.ts';

/** A piece of SQL: Kysely expressions and `sql` templates alike. */
export type Fragment = Expression<unknown>;

/**
 * SQL pieces that engines write differently. All take and give `sql` fragments, so that a system's query is written once.
 * Null in, null out unless said otherwise.
 */
export interface Expressions {
  /** The server's clock as an instant, at the moment the statement runs (not the transaction's start). */
  now(): RawBuilder<Instant>;
  /** An instant as a parameter of the instant type, for comparisons with instant columns of Carryover's own tables. */
  instant(value: Instant): RawBuilder<Instant>;
  /**
   * A legacy column that holds a point in time (timestamptz; timestamp or datetime read as UTC; SQLite text in ISO or
   * `YYYY-MM-DD HH:MM:SS[.ffffff][+hh:mm]` form) as Carryover's instant type, to store or compare.
   */
  instantOf(value: Fragment): RawBuilder<Instant>;
  /** Midnight UTC of a legacy date column, as an instant. */
  instantOfDate(value: Fragment): RawBuilder<Instant>;
  /** `YYYY-MM` of a legacy date (or instant) column, as text. */
  monthOf(value: Fragment): RawBuilder<string>;
  /** `YYYY-MM-DD` of a legacy date or instant column (UTC), as text. */
  dateOf(value: Fragment): RawBuilder<string>;
  /**
   * A decimal column as an exact integer of 10^-scale parts, halves rounded away from zero. SQLite stores decimals as
   * floating point; there the nearest integer of parts is taken, which is exact for money of up to 15 digits.
   */
  minorUnits(value: Fragment, scale: number): RawBuilder<bigint>;
  /** True (as the engine's boolean condition) when a decimal column has more decimals than `scale`, so `minorUnits` would round. */
  hasMoreDecimals(value: Fragment, scale: number): RawBuilder<boolean>;
  /** Integer division rounded toward minus infinity; the divisor is positive. */
  floorDivide(value: Fragment, by: Fragment): RawBuilder<bigint>;
  /** Integer division rounded toward plus infinity; the divisor is positive. */
  ceilDivide(value: Fragment, by: Fragment): RawBuilder<bigint>;
  /** The smaller / larger of two values, null if either is null. */
  least(a: Fragment, b: Fragment): RawBuilder<bigint>;
  greatest(a: Fragment, b: Fragment): RawBuilder<bigint>;
  /** A 64-bit integer cast, so that sums and literals have the ledger's type on every engine. */
  int64(value: Fragment): RawBuilder<bigint>;
  /** `sum(value)` as an int64. Throws the engine's out-of-range error rather than rounding or clamping. */
  sumInt64(value: Fragment): RawBuilder<bigint>;
  /** `sum(value)` of any size as a decimal text of an integer (`"0"` over no rows), for totals that may leave 64 bits. */
  sumText(value: Fragment): RawBuilder<string>;
  /** Text of an integer, date or text value, in the engine's byte-compared collation. */
  text(value: Fragment): RawBuilder<string>;
  /** Texts joined; null if any is null. */
  concat(...parts: readonly Fragment[]): RawBuilder<string>;
  /** A legacy boolean column (boolean, tinyint(1), 0/1) as a condition; null counts as false. */
  isTrue(value: Fragment): RawBuilder<boolean>;
  /** A JSON object from names and values. Texts, integers (any size exactly), booleans and nulls. */
  jsonObject(members: Readonly<Record<string, Fragment>>): RawBuilder<string>;
  /** A JSON text, or what `jsonObject` gives, as the type of a JSON column: an INSERT from a query converts nothing by itself. */
  json(value: Fragment): RawBuilder<string>;
  /** A text member of a JSON column by its key, null where absent. */
  jsonText(column: Fragment, key: string): RawBuilder<string | null>;
  /** `a` equals `b`, or both are null. */
  isNotDistinct(a: Fragment, b: Fragment): RawBuilder<boolean>;
  /**
   * Stands at the end of a subquery whose formulas are worth computing once: without it some planners copy them into every place above
   * that mentions them. Conditions above it are then not looked for below. Empty where that costs more than it saves.
   */
  computedOnce(): RawBuilder<unknown>;
  /** Sorts nulls last in an ORDER BY, ascending or descending (T-20). */
  orderNullsLast(value: Fragment, direction: 'asc' | 'desc'): RawBuilder<unknown>;
}
