import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import type { Expressions, Fragment } from '../../contract/expressions.ts';

/**
 * Constants are written into the text rather than sent as parameters, because these fragments also stand in views. Where a
 * fragment uses its argument more than once, that argument is a column or cheap.
 */
export const mysqlExpressions: Expressions = {
  now: () => sql<Instant>`utc_timestamp(6)`,
  instant: (value) => sql<Instant>`${value}`,
  instantOf: (value) => sql<Instant>`cast(${realDate(value)} as datetime(6))`,
  instantOfDate: (value) => sql<Instant>`cast(${realDate(value)} as datetime(6))`,
  monthOf: (value) => sql<string>`date_format(${realDate(value)}, '%Y-%m')`,
  dateOf: (value) => sql<string>`date_format(${realDate(value)}, '%Y-%m-%d')`,
  minorUnits: (value, scale) => sql<bigint>`(round(${decimal(value)} * ${power(scale)}) div 1)`,
  hasMoreDecimals: (value, scale) =>
    sql<boolean>`(${decimal(value)} <> truncate(${decimal(value)}, ${sql.lit(scale)}))`,
  floorDivide: (value, by) => sql<bigint>`((${value}) div (${by}) - ((${value}) mod (${by}) < 0))`,
  ceilDivide: (value, by) => sql<bigint>`((${value}) div (${by}) + ((${value}) mod (${by}) > 0))`,
  least: (a, b) => sql<bigint>`least(${a}, ${b})`,
  greatest: (a, b) => sql<bigint>`greatest(${a}, ${b})`,
  int64: (value) => int64(value),
  sumInt64: (value) => int64(sql`sum(${value})`),
  sumText: (value) => sql<string>`cast(cast(coalesce(sum(${value}), 0) as decimal(65, 0)) as char)`,
  text: (value) => sql<string>`(cast(${value} as char character set utf8mb4) collate utf8mb4_bin)`,
  concat: (...texts) => sql<string>`concat(${sql.join(texts)})`,
  isTrue: (value) => sql<boolean>`((${value}) is true)`,
  jsonObject: (members) =>
    sql<string>`json_object(${sql.join(Object.entries(members).flatMap(([name, value]) => [sql.lit(name), value]))})`,
  json: (value) => sql<string>`${value}`,
  jsonText: (column, key) => {
    const member = sql`json_extract(${column}, ${sql.lit(`$.${JSON.stringify(key)}`)})`;
    return sql<string | null>`case when json_type(${member}) <> 'NULL' then json_unquote(${member}) end`;
  },
  isNotDistinct: (a, b) => sql<boolean>`(${a} <=> ${b})`,
  // A limit would have the rows written to a table of their own.
  computedOnce: () => sql``,
  orderNullsLast: (value, direction) => sql`${value} is null, ${value} ${sql.raw(direction)}`,
};

/** Legacy tables hold dates of zeros, which stand for a missing date and cannot be stored under our strict mode. */
function realDate(value: Fragment): RawBuilder<unknown> {
  return sql`if(year(${value}) > 0 and month(${value}) > 0 and dayofmonth(${value}) > 0, ${value}, null)`;
}

/** Exact for decimal columns; a float becomes the decimal number it is shown as. */
function decimal(value: Fragment): RawBuilder<string> {
  return sql<string>`cast(${value} as decimal(65, 20))`;
}

/** CAST to an integer would clamp what does not fit; DIV is the one operator that fails instead. */
function int64(value: Fragment): RawBuilder<bigint> {
  return sql<bigint>`(cast(${value} as decimal(65, 0)) div 1)`;
}

function power(scale: number): RawBuilder<bigint> {
  return sql.raw((10n ** BigInt(scale)).toString());
}
