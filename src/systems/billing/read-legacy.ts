import { sql, type RawBuilder } from 'kysely';
import type { LegacySource } from '../../cutover/descriptor.ts';
import type { Fragment } from '../../sql/contract/expressions.ts';
import { columnsOf, type TableInQuery } from '../legacy-pieces.ts';
import type { BillingPolicy } from './policy.ts';

/** What every query of this system is built from. */
export type BillingSource = LegacySource<BillingPolicy>;

/** Decimals of micro-dollars. */
export const SCALE = 6;

/** A column that an installation may lack as the query wants it, or what stands for it. */
export function spareColumn<T>(
  source: BillingSource,
  at: TableInQuery & { readonly column: string },
  read: { readonly as: (column: Fragment) => RawBuilder<T>; readonly without: RawBuilder<T> },
): RawBuilder<T> {
  return source.has(at.table, at.column) ? read.as(columnsOf(source, at)(at.column)) : read.without;
}

/** A text column that an installation may lack, null in its place. */
export function spareText(source: BillingSource, at: TableInQuery & { readonly column: string }): RawBuilder<string> {
  const { text } = source.expressions;
  return spareColumn(source, at, { as: text, without: text(sql`null`) });
}

/** An instant column that an installation may lack, null in its place. */
export function spareInstant(
  source: BillingSource,
  at: TableInQuery & { readonly column: string },
): ReturnType<BillingSource['expressions']['instantOf']> {
  const { instantOf } = source.expressions;
  return spareColumn(source, at, { as: instantOf, without: instantOf(sql`null`) });
}

/** `user 9f0c...`, what findings call somebody. */
export function userSubject(source: BillingSource, userId: Fragment): RawBuilder<string> {
  const { concat, text } = source.expressions;
  return concat(sql.lit('user '), sql`coalesce(${text(userId)}, 'none')`);
}

/** `<table>:<id>`, what names a legacy fact. */
export function factSource(source: BillingSource, table: string, id: Fragment): RawBuilder<string> {
  const { concat, text } = source.expressions;
  return concat(sql.lit(`${table}:`), text(id));
}

/** The clock's part of an instant as text, in the engine's own form, which `atClock` reads back. */
export function clockOf(source: BillingSource, instant: Fragment): RawBuilder<string> {
  return sql<string>`substr(${source.expressions.text(instant)}, 12)`;
}

/** A day (`2026-02-28`) at a clock's time, as an instant. */
export function atClock(
  source: BillingSource,
  day: Fragment,
  clock: Fragment,
): ReturnType<BillingSource['expressions']['instantOf']> {
  const { concat, instantOf } = source.expressions;
  return instantOf(concat(day, sql.lit(' '), clock));
}
