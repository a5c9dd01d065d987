import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../base/instant.ts';
import type { Expressions, Fragment } from '../sql/contract/expressions.ts';
import type { KeyScope, LegacyMapping, LegacySource, Walk, WalkRange } from './descriptor.ts';

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
  /** A query of walk keys, as text, that are left out of every scope: see `onlySettled`. */
  readonly leftOut?: RawBuilder<unknown>;
}

/** Queries of rows that were kept, by the name they are shared under. */
export type KeptRows = ReadonlyMap<string, RawBuilder<unknown>>;

const NOTHING_KEPT: KeptRows = new Map();

/** The source of queries over some walk keys. Kept rows are those of the whole, so no other scope may be given with them. */
export function legacySource<Policy>(
  parts: SourceParts<Policy>,
  scope: KeyScope,
  kept: KeptRows = NOTHING_KEPT,
): LegacySource<Policy> {
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
    shared: (name, query) => kept.get(name) ?? query(),
    inRange: (key) => keyInScope(parts, scope, key),
    ofAccounts: (walkKey) => {
      // An account that legacy never had is in no scope of it.
      const { expressions, walk } = parts;
      const key = walk.type === 'text' ? walkKey : expressions.int64(walkKey);
      return sql<boolean>`(${walkKey} is not null and ${keyInScope(parts, scope, key)})`;
    },
  };
}

function keyInScope(parts: SourceParts<unknown>, scope: KeyScope, key: Fragment): RawBuilder<boolean> {
  const { expressions, walk, leftOut } = parts;
  const isIn =
    'keys' in scope ? keyInSet(parts, scope.keys, key) : keyInRange({ expressions, walk, range: scope, key });
  if (leftOut === undefined) return isIn;
  const left = walk.type === 'text' ? sql`l.walk_key` : expressions.int64(sql`l.walk_key`);
  const compared = walk.type === 'text' ? expressions.text(key) : key;
  return sql<boolean>`(${isIn} and (${key} is null or ${compared} not in (select ${left} from (${leftOut}) l)))`;
}

function keyInSet(parts: SourceParts<unknown>, keys: readonly (bigint | string)[], key: Fragment): RawBuilder<boolean> {
  const { expressions, walk } = parts;
  if (keys.length === 0) return sql<boolean>`1 = 0`;
  const compared = walk.type === 'text' ? expressions.text(key) : key;
  return sql<boolean>`${compared} in (${sql.join(keys.map((one) => bound(expressions, one)))})`;
}

function bound(expressions: Expressions, value: bigint | string): Fragment {
  return typeof value === 'bigint' ? expressions.int64(sql`${value}`) : expressions.text(sql`${value}`);
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
  const { after, upTo } = range;
  if (after === null && upTo === null) return sql<boolean>`1 = 1`;
  if (after === null) return sql<boolean>`${key} <= ${bound(expressions, upTo as bigint | string)}`;
  if (upTo === null) return sql<boolean>`(${key} > ${bound(expressions, after)} or ${query.key} is null)`;
  return sql<boolean>`${key} > ${bound(expressions, after)} and ${key} <= ${bound(expressions, upTo)}`;
}
