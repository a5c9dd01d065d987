import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../base/instant.ts';
import type { Expressions, Fragment } from '../sql/contract/expressions.ts';
import type { LegacyMapping, LegacySource, Walk, WalkRange } from './descriptor.ts';

/** Every key there is. */
export const WHOLE: WalkRange = { after: null, upTo: null };

/** The user's name of a legacy table. */
export function physicalTable(mapping: LegacyMapping, table: string): string {
  return mapping[table]?.table ?? table;
}

/** The user's name of a legacy column. */
export function physicalColumn(mapping: LegacyMapping, table: string, column: string): string {
  return mapping[table]?.columns?.[column] ?? column;
}

/** What every query of one run is built from; only the range differs between its chunks. */
export interface SourceParts<Policy> {
  readonly expressions: Expressions;
  readonly policy: Policy;
  readonly asOf: Instant;
  readonly mapping: LegacyMapping;
  readonly walk: Walk;
  /** System table -> the system's names of the columns the database has. A table that is missing is not in it. */
  readonly present: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The source of queries over one range of walk keys. */
export function legacySource<Policy>(parts: SourceParts<Policy>, range: WalkRange): LegacySource<Policy> {
  return {
    expressions: parts.expressions,
    policy: parts.policy,
    asOf: parts.asOf,
    table: (name) => sql.table(physicalTable(parts.mapping, name)),
    column: (alias, table, column) => sql.ref(`${alias}.${physicalColumn(parts.mapping, table, column)}`),
    has: (table, column) => {
      const columns = parts.present.get(table);
      return columns !== undefined && (column === undefined || columns.has(column));
    },
    inRange: (key) => keyInRange({ expressions: parts.expressions, walk: parts.walk, range, key }),
  };
}

/**
 * A condition that a key lies in a range. A null key sorts nowhere, so it belongs to the range without an upper bound: every
 * row then is in exactly one range of a walk, which is what lets the rows of the chunks be counted against the table.
 */
export function keyInRange(query: {
  readonly expressions: Expressions;
  readonly walk: Walk;
  readonly range: WalkRange;
  readonly key: Fragment;
}): RawBuilder<boolean> {
  const { expressions, walk, range } = query;
  // Texts are compared byte by byte on both sides, since tables may have collations that sort the same keys differently.
  const key = walk.type === 'text' ? expressions.text(query.key) : query.key;
  const bound = (value: bigint | string): Fragment =>
    typeof value === 'bigint' ? expressions.int64(sql`${value}`) : expressions.text(sql`${value}`);
  const { after, upTo } = range;
  if (after === null && upTo === null) return sql<boolean>`1 = 1`;
  if (after === null) return sql<boolean>`${key} <= ${bound(upTo as bigint | string)}`;
  if (upTo === null) return sql<boolean>`(${key} > ${bound(after)} or ${query.key} is null)`;
  return sql<boolean>`${key} > ${bound(after)} and ${key} <= ${bound(upTo)}`;
}
