import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../base/instant.ts';
import type { Expressions, Fragment } from '../sql/contract/expressions.ts';
import type { ColumnInfo } from '../sql/contract/introspection.ts';
import type { Dialect } from '../sql/dialect.ts';
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

/** System table -> the system's names of the columns the database has, and what they are. A table that is missing is not in it. */
export type PresentColumns = ReadonlyMap<string, ReadonlyMap<string, ColumnInfo>>;

/** What every query of one run is built from; only the range differs between its chunks. */
export interface SourceParts<Policy> {
  readonly dialect: Pick<Dialect, 'expressions' | 'orderedKey'>;
  readonly policy: Policy;
  readonly asOf: Instant;
  readonly mapping: LegacyMapping;
  readonly walk: Walk;
  readonly present: PresentColumns;
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
  const { expressions } = parts.dialect;
  const named = new WeakMap<object, ColumnInfo>();
  return {
    expressions,
    policy: parts.policy,
    asOf: parts.asOf,
    table: (name) => sql.table(physicalTable(parts.mapping, name)),
    column: (alias, table, column) => {
      const reference = sql.ref(`${alias}.${physicalColumn(parts.mapping, table, column)}`);
      const info = parts.present.get(table)?.get(column);
      if (info !== undefined) named.set(reference, info);
      return reference;
    },
    has: (table, column) => {
      const columns = parts.present.get(table);
      return columns !== undefined && (column === undefined || columns.has(column));
    },
    shared: (name, query) => kept.get(name) ?? query(),
    inRange: (key) => keyInScope(parts, scope, { key, compared: comparedKey(parts, key, named.get(key)) }),
    ofAccounts: (walkKey) => {
      // An account that legacy never had is in no scope of it.
      const key = parts.walk.type === 'text' ? walkKey : expressions.int64(walkKey);
      return sql<boolean>`(${walkKey} is not null and ${keyInScope(parts, scope, { key, compared: comparedKey(parts, key) })})`;
    },
  };
}

/** A walk key as it is, and as it is compared. */
export interface ComparedKey {
  readonly key: Fragment;
  readonly compared: Fragment;
}

/**
 * A walk key as all of a walk compare it: a number as it is, a text in the order of the walk's own column. `column` is the legacy column it is of,
 * if it is one.
 */
export function comparedKey(parts: SourceParts<unknown>, key: Fragment, column?: ColumnInfo): Fragment {
  if (parts.walk.type === 'integer') return key;
  const walked = parts.present.get(parts.walk.table)?.get(parts.walk.column);
  // A look at a database that lacks the walk's table ends before any row is read.
  return walked === undefined ? parts.dialect.expressions.text(key) : parts.dialect.orderedKey(walked, key, column);
}

function keyInScope(parts: SourceParts<unknown>, scope: KeyScope, asked: ComparedKey): RawBuilder<boolean> {
  const { walk, leftOut, dialect } = parts;
  const { expressions } = dialect;
  const isIn =
    'keys' in scope ? keyInSet(expressions, scope.keys, asked.compared) : keyInRange(expressions, scope, asked);
  if (leftOut === undefined) return isIn;
  const left = walk.type === 'text' ? sql`l.walk_key` : expressions.int64(sql`l.walk_key`);
  const { key } = asked;
  const exact = walk.type === 'text' ? expressions.text(key) : key;
  return sql<boolean>`(${isIn} and (${key} is null or ${exact} not in (select ${left} from (${leftOut}) l)))`;
}

function keyInSet(
  expressions: Expressions,
  keys: readonly (bigint | string)[],
  compared: Fragment,
): RawBuilder<boolean> {
  if (keys.length === 0) return sql<boolean>`1 = 0`;
  return sql<boolean>`${compared} in (${sql.join(keys.map((one) => bound(expressions, one)))})`;
}

/** A text stands as a bare parameter, which takes the type and collation of what it is compared with. */
function bound(expressions: Expressions, value: bigint | string): Fragment {
  return typeof value === 'bigint' ? expressions.int64(sql`${value}`) : sql`${value}`;
}

/**
 * A condition that a key lies in a range. A null key sorts nowhere, so it belongs to the range without an upper bound: every
 * row then is in exactly one range of a walk, which is what lets the rows of the chunks be counted against the table.
 */
export function keyInRange(
  expressions: Expressions,
  { after, upTo }: WalkRange,
  { key, compared }: ComparedKey,
): RawBuilder<boolean> {
  if (after === null && upTo === null) return sql<boolean>`1 = 1`;
  if (after === null) return sql<boolean>`${compared} <= ${bound(expressions, upTo as bigint | string)}`;
  if (upTo === null) return sql<boolean>`(${compared} > ${bound(expressions, after)} or ${key} is null)`;
  return sql<boolean>`${compared} > ${bound(expressions, after)} and ${compared} <= ${bound(expressions, upTo)}`;
}
