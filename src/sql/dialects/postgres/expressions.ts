import { sql, type OperationNode, type RawBuilder } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import type { Expressions, Fragment } from '../../contract/expressions.ts';

/** `jsonb_build_object` takes 100 arguments; longer objects are put together from several. */
const JSON_MEMBERS_MAX = 50;

/** See `Expressions`. Times of day and dates are read in the session's zone, which this dialect sets to UTC. */
export const expressions: Expressions = {
  now: () => sql<Instant>`clock_timestamp()`,
  instant: (value) => sql<Instant>`${value}::timestamptz`,
  instantOf: (value) => sql<Instant>`(${value})::timestamptz`,
  instantOfDate: (value) => sql<Instant>`((${value})::date::timestamp at time zone 'UTC')`,
  monthOf: (value) => sql<string>`to_char((${value})::timestamp, 'YYYY-MM')`,
  dateOf: (value) => sql<string>`to_char((${value})::timestamp, 'YYYY-MM-DD')`,
  // numeric rounds halves away from zero.
  minorUnits: (value, scale) => sql<bigint>`round((${value})::numeric * ${powerOfTen(scale)})::bigint`,
  hasMoreDecimals: (value, scale) =>
    sql<boolean>`((${value})::numeric <> round((${value})::numeric, ${sql.lit(scale)}))`,
  // Integer division cuts toward zero, so a remainder of the dividend's sign tells when to correct. numeric would round.
  floorDivide: (value, by) =>
    sql<bigint>`(${quotient(value, by)} - case when ${remainder(value, by)} < 0 then 1 else 0 end)`,
  ceilDivide: (value, by) =>
    sql<bigint>`(${quotient(value, by)} + case when ${remainder(value, by)} > 0 then 1 else 0 end)`,
  // The functions least and greatest pass over nulls.
  least: (a, b) => sql<bigint>`case when (${a}) <= (${b}) then (${a}) when (${b}) < (${a}) then (${b}) end`,
  greatest: (a, b) => sql<bigint>`case when (${a}) >= (${b}) then (${a}) when (${b}) > (${a}) then (${b}) end`,
  int64: (value) => sql<bigint>`(${value})::bigint`,
  // Sums are of a wider type, so that the cast is what fails when they leave 64 bits.
  sumInt64: (value) => sql<bigint>`sum(${value})::bigint`,
  sumText: (value) => sql<string>`coalesce(sum((${value})::numeric), 0)::text`,
  text: (value) => sql<string>`${asText(value)} collate "C"`,
  concat: (...parts) => sql<string>`(${sql.join(parts.map(asText), sql` || `)}) collate "C"`,
  // boolean casts to int but not to the other integer types.
  isTrue: (value) => sql<boolean>`coalesce((${value})::int <> 0, false)`,
  jsonObject,
  json: (value) => sql<string>`(${value})::jsonb`,
  jsonText: (column, key) => sql<string | null>`((${column})::jsonb ->> ${sql.lit(key)})`,
  isNotDistinct: (a, b) => sql<boolean>`((${a}) is not distinct from (${b}))`,
  computedOnce: () => sql`offset 0`,
  orderNullsLast: (value, direction) => sql`(${value}) ${sql.raw(direction === 'asc' ? 'asc' : 'desc')} nulls last`,
};

function powerOfTen(scale: number): RawBuilder<unknown> {
  return sql.raw(`1${'0'.repeat(scale)}`);
}

function quotient(value: Fragment, by: Fragment): RawBuilder<bigint> {
  return sql<bigint>`(${value})::bigint / (${by})::bigint`;
}

function remainder(value: Fragment, by: Fragment): RawBuilder<bigint> {
  return sql<bigint>`(${value})::bigint % (${by})::bigint`;
}

function asText(value: Fragment): RawBuilder<string> {
  return sql<string>`(${value})::text`;
}

function jsonObject(members: Readonly<Record<string, Fragment>>): RawBuilder<string> {
  const names = Object.keys(members);
  const objects: RawBuilder<unknown>[] = [];
  for (let start = 0; start === 0 || start < names.length; start += JSON_MEMBERS_MAX) {
    const pairs = names
      .slice(start, start + JSON_MEMBERS_MAX)
      .map((name) => sql`${sql.lit(name)}, ${typed(members[name] as Fragment)}`);
    objects.push(sql`jsonb_build_object(${sql.join(pairs)})`);
  }
  return sql<string>`(${sql.join(objects, sql` || `)})`;
}

/** A text or null that stands alone as a parameter has no type of its own, and a function of any type gives it none. */
function typed(value: Fragment): Fragment {
  const node = parameterOf(value.toOperationNode());
  return node === undefined || (node.value !== null && typeof node.value !== 'string') ? value : asText(value);
}

interface Parameter {
  readonly value: unknown;
}

function parameterOf(node: OperationNode): Parameter | undefined {
  if (node.kind === 'ValueNode') return node as OperationNode & Parameter;
  if (node.kind !== 'RawNode') return undefined;
  const { sqlFragments, parameters } = node as OperationNode & {
    sqlFragments: readonly string[];
    parameters: readonly OperationNode[];
  };
  const [only] = parameters;
  return only !== undefined && parameters.length === 1 && sqlFragments.every((part) => part.trim() === '')
    ? parameterOf(only)
    : undefined;
}
