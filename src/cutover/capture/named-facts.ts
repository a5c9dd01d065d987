import { sql, type RawBuilder } from 'kysely';
import type { SourceParts } from '../legacy-source.ts';
import { physicalColumn, physicalTable } from '../legacy-source.ts';
import type { LegacySource, SystemDescriptor } from '../descriptor.ts';
import type { OwnFact } from '../live-descriptor.ts';

/** One note of a legacy write. */
export interface Mark {
  readonly id: bigint;
  readonly walk_key: string;
  readonly owner: string;
  /** The one fact that was written; null where any of the accounts may have changed. */
  readonly source: string | null;
}

/** A fact that was written, and the row that it is. */
export interface NamedFact {
  readonly walkKey: string;
  readonly source: string;
  readonly table: string;
  /** The text of the row's key. */
  readonly row: string;
}

/** What marks ask to be derived: keys with all facts of their accounts, and single facts of other keys. */
export interface AskedByMarks {
  readonly wholeKeys: ReadonlySet<string>;
  /** Each once. */
  readonly facts: readonly NamedFact[];
}

/** A table whose rows are facts by themselves under the policy in force. */
interface FactRows {
  readonly table: string;
  readonly fact: Pick<OwnFact, 'column' | 'prefix'>;
  /** True where rows are named by numbers, false where by texts. */
  readonly byNumber: boolean;
}

/** A number as every engine writes an integer column. */
const NUMBER = /^-?\d{1,19}$/;

/**
 * Reads marks. A mark without a source, or with one that no table of the description accounts for, has its key derived whole, and then
 * whatever else was noted for the key is part of that.
 */
export function askedByMarks<Policy>(
  marks: readonly Mark[],
  given: { readonly system: SystemDescriptor<Policy>; readonly parts: SourceParts<Policy> },
): AskedByMarks {
  const tables = factRows(given.system, given.parts);
  const wholeKeys = new Set<string>();
  const facts = new Map<string, NamedFact>();
  for (const { walk_key: walkKey, source } of marks) {
    const fact = source === null ? undefined : namedFact(tables, { walkKey, source });
    if (fact === undefined) wholeKeys.add(walkKey);
    else facts.set(`${walkKey}\n${fact.source}`, fact);
  }
  return { wholeKeys, facts: [...facts.values()].filter(({ walkKey }) => !wholeKeys.has(walkKey)) };
}

function namedFact(
  tables: readonly FactRows[],
  { walkKey, source }: { readonly walkKey: string; readonly source: string },
): NamedFact | undefined {
  const of = tables.find(({ fact }) => source.startsWith(fact.prefix));
  if (of === undefined) return undefined;
  const row = source.slice(of.fact.prefix.length);
  if (row === '' || (of.byNumber && !NUMBER.test(row))) return undefined;
  return { walkKey, source, table: of.table, row };
}

/**
 * The source whose tables of such rows show only those that are named: what `history` reads of them are then these facts. All other tables
 * show everything, and so do the rows that were staged under a shared name before.
 */
export function withNamedRows(
  source: LegacySource<unknown>,
  given: {
    readonly system: SystemDescriptor;
    readonly parts: SourceParts<unknown>;
    readonly facts: readonly NamedFact[];
  },
): LegacySource<unknown> {
  const { system, parts, facts } = given;
  const shown = new Map(factRows(system, parts).map((of) => [of.table, shownRows(parts, of, facts)]));
  return { ...source, table: (name) => shown.get(name) ?? source.table(name) };
}

function shownRows(
  parts: SourceParts<unknown>,
  { table, fact, byNumber }: FactRows,
  facts: readonly NamedFact[],
): RawBuilder<unknown> {
  const rows = [...new Set(facts.filter((named) => named.table === table).map(({ row }) => row))];
  const physical = sql.table(physicalTable(parts.mapping, table));
  const column = sql.ref(physicalColumn(parts.mapping, table, fact.column));
  // A text stands as a bare parameter, which takes the type and collation of the column; what that lets in besides does no harm.
  const names = rows.map((row) => (byNumber ? sql.lit(BigInt(row)) : sql`${row}`));
  const isNamed = rows.length === 0 ? sql`1 = 0` : sql`${column} in (${sql.join(names)})`;
  return sql`(select * from ${physical} where ${isNamed})`;
}

function factRows<Policy>(
  system: SystemDescriptor<Policy>,
  { policy, present }: SourceParts<Policy>,
): readonly FactRows[] {
  const found: FactRows[] = [];
  for (const { table, fact } of system.live?.captured ?? []) {
    const column = fact === undefined ? undefined : present.get(table)?.get(fact.column);
    if (fact === undefined || column === undefined) continue;
    const alike = found.find(
      (one) => one.fact.prefix.startsWith(fact.prefix) || fact.prefix.startsWith(one.fact.prefix),
    );
    if (alike !== undefined) {
      throw new Error(
        `The facts of ${table} and ${alike.table} are both called "${fact.prefix}..."; give each a prefix of its own.`,
      );
    }
    if (fact.holds?.(policy) === false) continue;
    found.push({ table, fact, byNumber: column.family === 'integer' });
  }
  return found;
}
