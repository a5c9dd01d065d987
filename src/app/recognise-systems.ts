import { inspectLegacySchema, type LegacyMapping, type LegacyTable } from '../cutover/index.ts';
import type { TableInfo } from '../sql/contract/introspection.ts';
import type { Database } from '../sql/database.ts';
import { registeredSystems } from './registered-systems.ts';

/** A system whose legacy tables a database seems to have, with the names that differ. */
export interface RecognisedSystem {
  readonly name: string;
  readonly mapping: LegacyMapping;
  /** Tables found of those the system requires. */
  readonly found: number;
  readonly required: number;
  /** What is still missing or mistyped under this mapping; empty when the system can run at once. */
  readonly problems: readonly string[];
}

/**
 * Looks for each system's legacy tables by their columns: a table is taken for a legacy table when it has most of the columns
 * the system requires, the nearest name first. Systems with none of their tables are left out, the best match comes first.
 */
export async function recogniseSystems(database: Database): Promise<readonly RecognisedSystem[]> {
  const { introspection } = database.dialect;
  const tables = (await introspection.tables(database.handle)).filter(
    ({ kind, name }) => kind === 'table' && !name.startsWith(database.tablePrefix),
  );
  const recognised = await Promise.all(
    Object.values(registeredSystems).map(async ({ descriptor }): Promise<RecognisedSystem> => {
      const mapping = guessMapping(descriptor.legacy, tables);
      const required = descriptor.legacy.filter((table) => table.required);
      const { problems } = await inspectLegacySchema(database, descriptor.legacy, mapping);
      const found = required.filter(({ name }) =>
        tables.some((table) => table.name === (mapping[name]?.table ?? name)),
      );
      return { name: descriptor.name, mapping, found: found.length, required: required.length, problems };
    }),
  );
  return recognised
    .filter(({ found }) => found > 0)
    .toSorted((a, b) => b.found / b.required - a.found / a.required || a.problems.length - b.problems.length);
}

/** Names that differ from the system's own; tables and columns that are called the same, or cannot be guessed, are left out. */
export function guessMapping(described: readonly LegacyTable[], tables: readonly TableInfo[]): LegacyMapping {
  const taken = new Set<string>();
  const mapping: Record<string, { table?: string; columns?: Record<string, string> }> = {};
  for (const table of described) {
    const match = bestTable(
      table,
      tables.filter(({ name }) => !taken.has(name)),
    );
    if (match === undefined) continue;
    taken.add(match.name);
    const columns = guessColumns(table, match);
    const differs = match.name !== table.name;
    if (differs || Object.keys(columns).length > 0) {
      mapping[table.name] = {
        ...(differs ? { table: match.name } : {}),
        ...(Object.keys(columns).length > 0 ? { columns } : {}),
      };
    }
  }
  return mapping;
}

/** A name counts twice as much as any column: other tables have the same foreign keys. */
function bestTable(table: LegacyTable, candidates: readonly TableInfo[]): TableInfo | undefined {
  const wanted = table.columns.filter(({ required }) => required);
  const rated = candidates
    .map((candidate) => {
      const columns = candidate.columns.map(({ name }) => name);
      const had = wanted.filter(({ name }) => columns.some((column) => isSameColumn(name, column))).length;
      return { candidate, columns: had / wanted.length, name: nameLikeness(table.name, candidate.name) };
    })
    .filter(({ columns, name }) => name === 3 || (columns >= 0.6 && name > 0))
    .toSorted((a, b) => b.name - a.name || b.columns - a.columns);
  return rated[0]?.candidate;
}

/** 3 equal, 2 the name behind a prefix (`students_student`), 1 the same words otherwise, 0 another name. */
function nameLikeness(wanted: string, name: string): number {
  if (wanted === name) return 3;
  const [a, b] = [singular(wanted), singular(name)];
  if (a === b || b.endsWith(`_${a}`)) return 2;
  const squeezed = (text: string): string => text.replaceAll('_', '');
  return squeezed(b).endsWith(squeezed(a)) || squeezed(a).endsWith(squeezed(b.split('_').at(-1) ?? b)) ? 1 : 0;
}

function guessColumns(table: LegacyTable, info: TableInfo): Record<string, string> {
  const names = new Set(info.columns.map(({ name }) => name));
  const guessed = table.columns.flatMap(({ name, families }): [string, string][] => {
    if (names.has(name)) return [];
    const match = info.columns.find((column) => isSameColumn(name, column.name) && families.includes(column.family));
    return match === undefined ? [] : [[name, match.name]];
  });
  return Object.fromEntries(guessed);
}

/** `student_id`, `studentId`, `StudentID`, and `id` for a table's own key such as `payment_id`. */
function isSameColumn(wanted: string, name: string): boolean {
  const squeezed = (text: string): string => text.replaceAll('_', '').toLowerCase();
  return squeezed(wanted) === squeezed(name);
}

function singular(name: string): string {
  return name
    .toLowerCase()
    .split('_')
    .map((word) => word.replace(/ies$/, 'y').replace(/(ss)$|s$/, '$1'))
    .join('_');
}
