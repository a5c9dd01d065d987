import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import { INT64_MAX } from '../../../base/int64.ts';
import type { Expressions, Fragment } from '../../contract/expressions.ts';
import { LEGACY_INSTANT, LEGACY_MINOR_UNITS, LEGACY_MORE_DECIMALS, SUM_TEXT } from './functions.ts';

/** Past this many parts a float has no digits left behind the point, and `%.15g` would cut digits before it. */
const PARTS_WITH_FRACTION_MAX = sql.raw('1e15');

/**
 * Plain SQL throughout but for `sumText`: views made of these are read by clients that know no function of ours. Functions
 * rather than operators newer than SQLite 3.30, because an older client cannot even open a file whose views it cannot parse.
 */
export const sqliteViewExpressions: Expressions = {
  now: () => sql<Instant>`strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')`,
  instant: (value) => sql<Instant>`${value}`,
  instantOf: (value) => instantOf(value),
  instantOfDate: (value) => sql<Instant>`(substr(${instantOf(value)}, 1, 10) || 'T00:00:00.000000Z')`,
  monthOf: (value) => sql<string>`substr(${instantOf(value)}, 1, 7)`,
  dateOf: (value) => sql<string>`substr(${instantOf(value)}, 1, 10)`,
  minorUnits: (value, scale) => minorUnits(within(value), scale),
  hasMoreDecimals: (value, scale) =>
    sql<boolean>`(${parts(within(value), scale)} <> round(${parts(within(value), scale)}))`,
  floorDivide: (value, by) => sql<bigint>`(${within(value)} / ${within(by)} - (${within(value)} % ${within(by)} < 0))`,
  ceilDivide: (value, by) => sql<bigint>`(${within(value)} / ${within(by)} + (${within(value)} % ${within(by)} > 0))`,
  least: (a, b) => sql<bigint>`min(${a}, ${b})`,
  greatest: (a, b) => sql<bigint>`max(${a}, ${b})`,
  int64: (value) => sql<bigint>`cast(${value} as integer)`,
  sumInt64: (value) => sql<bigint>`sum(${value})`,
  sumText: (value) => sql<string>`${sql.raw(SUM_TEXT)}(${value})`,
  text: (value) => text(value),
  concat: (...texts) => sql<string>`(${sql.join(texts.map(within), sql` || `)})`,
  isTrue: (value) => isTrue(within(value)),
  jsonObject: (members) =>
    sql<string>`json_object(${sql.join(Object.entries(members).flatMap(([name, value]) => [sql.lit(name), value]))})`,
  json: (value) => sql<string>`${value}`,
  jsonText: (column, key) => sql<string | null>`cast(json_extract(${column}, ${sql.lit(`$."${key}"`)}) as text)`,
  isNotDistinct: (a, b) => sql<boolean>`(${within(a)} is ${within(b)})`,
  computedOnce: () => sql`limit -1`,
  orderNullsLast: (value, direction) => sql`${within(value)} is null, ${within(value)} ${sql.raw(direction)}`,
};

/**
 * For queries on Carryover's own connections: values as legacy keeps them are read by functions of ours where their form is not one
 * of the usual. In plain SQL every form there is takes a page of text that SQLite copies into every place that mentions the column,
 * but a call of a function of ours takes ten times as long as one of SQLite's own (2 µs and 0.2 µs; SQLite 3.54, Node 24, 2026-11).
 */
export const sqliteExpressions: Expressions = {
  ...sqliteViewExpressions,
  instantOf: (value) => usualInstantOf(within(value)),
  instantOfDate: (value) => sql<Instant>`(${usualDateOf(within(value))} || 'T00:00:00.000000Z')`,
  monthOf: (value) => sql<string>`substr(${usualDateOf(within(value))}, 1, 7)`,
  dateOf: (value) => usualDateOf(within(value)),
  minorUnits: (value, scale) =>
    sql<bigint>`case when ${isSmallInteger(within(value), scale)} then ${within(value)} * ${power(scale)} else ${sql.raw(LEGACY_MINOR_UNITS)}(${value}, ${power(scale)}) end`,
  hasMoreDecimals: (value, scale) =>
    sql<boolean>`case typeof(${value}) when 'integer' then 0 else ${sql.raw(LEGACY_MORE_DECIMALS)}(${value}, ${power(scale)}) end`,
};

/** A text that SQLite's own function gives back as it is names an existing second of UTC; its length leaves out years before 0. */
function usualInstantOf(value: Fragment): RawBuilder<Instant> {
  return sql<Instant>`case when length(${value}) = 19 and datetime(${value}) = ${value} then replace(${value}, ' ', 'T') || '.000000Z'
    when length(${value}) = 26 and datetime(substr(${value}, 1, 19)) = substr(${value}, 1, 19) and substr(${value}, 20) glob '.[0-9][0-9][0-9][0-9][0-9][0-9]'
    then replace(${value}, ' ', 'T') || 'Z' else ${sql.raw(LEGACY_INSTANT)}(${value}) end`;
}

/** As `usualInstantOf`, the day alone. */
function usualDateOf(value: Fragment): RawBuilder<string> {
  return sql<string>`case when length(${value}) = 10 and date(${value}) = ${value} then ${value} else substr(${sql.raw(LEGACY_INSTANT)}(${value}), 1, 10) end`;
}

/** An integer whose product with the parts of a unit stays within 64 bits. */
function isSmallInteger(value: Fragment, scale: number): RawBuilder<boolean> {
  const max = sql.lit(INT64_MAX / 10n ** BigInt(scale));
  return sql<boolean>`typeof(${value}) = 'integer' and ${value} between -${max} and ${max}`;
}

/** A fragment may be `a - b`; in brackets it stays whole whatever stands beside it. */
function within(value: Fragment): RawBuilder<unknown> {
  return sql`(${value})`;
}

/** SQLite's arithmetic turns what leaves 64 bits into a float. The one function that fails instead is abs() of the smallest integer. */
function minorUnits(value: Fragment, scale: number): RawBuilder<bigint> {
  const product = sql`(${value} * ${power(scale)})`;
  const overflow = sql`abs(-9223372036854775807 - (${value} is not null))`;
  return sql<bigint>`case when ${product} not between -9223372036854775808 and 9223372036854775807 then ${overflow} when typeof(${value}) = 'integer' then ${product} else cast(round(${parts(value, scale)}) as integer) end`;
}

/** Older Rails kept truth values as the letters t and f. */
function isTrue(value: Fragment): RawBuilder<boolean> {
  return sql<boolean>`coalesce(case typeof(${value}) when 'text' then lower(${value}) in ('1', 't', 'true', 'y', 'yes') else ${value} <> 0 end, 0)`;
}

/** A column's own collation (NOCASE) stays with it through CAST, so the byte-wise one is named. */
function text(value: Fragment): RawBuilder<string> {
  return sql<string>`(cast(${value} as text) collate binary)`;
}

/**
 * SQLite's date functions round to milliseconds, so they get the whole seconds and the offset, and the fraction is carried
 * over as text. The offset is what follows the fraction: `Z`, ` UTC`, `+hh`, `+hhmm` or `+hh:mm`; none means UTC. Null for a
 * text that is no date (and for one that does not exist, which SQLite would turn into another day).
 */
function instantOf(value: Fragment): RawBuilder<Instant> {
  const tail = sql`ltrim(substr(${value}, 20), '.')`;
  const zone = sql`replace(replace(upper(ltrim(${tail}, '0123456789')), 'UTC', 'Z'), ' ', '')`;
  const fraction = sql`case when substr(${value}, 20, 1) = '.' then substr(${tail}, 1, length(${tail}) - length(ltrim(${tail}, '0123456789'))) else '' end`;
  const offset = sql`case length(${zone}) when 3 then ${zone} || ':00' when 5 then substr(${zone}, 1, 3) || ':' || substr(${zone}, 4) else ${zone} end`;
  return sql<Instant>`case when date(substr(${value}, 1, 10)) = substr(${value}, 1, 10) then strftime('%Y-%m-%dT%H:%M:%S', substr(${value}, 1, 19) || ${offset}) || '.' || substr(${fraction} || '000000', 1, 6) || 'Z' end`;
}

function power(scale: number): RawBuilder<bigint> {
  return sql.lit(10n ** BigInt(scale));
}

/**
 * A value times 10^scale as its 15 significant decimal digits say: 1.005 * 100 is 100.49999999999999 in floats and 100.5
 * here, so that halves round as they are written.
 */
function parts(value: Fragment, scale: number): RawBuilder<number> {
  const product = sql`(${value} * ${power(scale)})`;
  return sql<number>`case when abs(${product}) < ${PARTS_WITH_FRACTION_MAX} then cast(printf('%.15g', ${product}) as real) else ${product} end`;
}
