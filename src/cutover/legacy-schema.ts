import type { ColumnInfo, TableInfo } from '../sql/contract/introspection.ts';
import type { Database } from '../sql/database.ts';
import { closestName } from './closest-name.ts';
import type { LegacyMapping, LegacyTable } from './descriptor.ts';
import { physicalColumn, physicalTable, type PresentColumns } from './legacy-source.ts';

/** A legacy table as the database has it, under the system's and the user's names. */
export interface MappedTable {
  readonly name: string;
  readonly physical: string;
  /** The columns the system reads that are there: the system's name and what the database says. */
  readonly columns: readonly { readonly name: string; readonly info: ColumnInfo }[];
}

/** What the look at the legacy schema gave. Anything in `problems` stops the run before a row is read. */
export interface LegacySchema {
  readonly tables: readonly MappedTable[];
  readonly problems: readonly string[];
  /** For `SourceParts.present`. */
  readonly present: PresentColumns;
}

/**
 * Compares the described tables and columns with the database's own, naming the closest existing name for each that is missing.
 * Only the tables that the system names are read, unless one of them is missing.
 */
export async function inspectLegacySchema(
  database: Database,
  described: readonly LegacyTable[],
  mapping: LegacyMapping,
): Promise<LegacySchema> {
  const { introspection } = database.dialect;
  const names = described.map(({ name }) => physicalTable(mapping, name));
  const named = await introspection.tables(database.handle, names);
  const schema = compareLegacySchema(named, described, mapping);
  if (schema.problems.length === 0) return schema;
  // What a missing one could be meant to be is among all there are.
  const existing = await introspection.tables(database.handle);
  return compareLegacySchema(existing, described, mapping);
}

/** As `inspectLegacySchema`, over tables that were read before. */
export function compareLegacySchema(
  existing: readonly TableInfo[],
  described: readonly LegacyTable[],
  mapping: LegacyMapping,
): LegacySchema {
  const problems = unknownMappings(described, mapping);
  const tables: MappedTable[] = [];
  for (const table of described) {
    const physical = physicalTable(mapping, table.name);
    const info = existing.find((candidate) => candidate.name === physical);
    if (info === undefined) {
      const names = existing.map(({ name }) => name);
      if (table.required) problems.push(`table "${physical}" is missing${suggestion(physical, names)}`);
      continue;
    }
    const columns = compareColumns({ table, physical, info, mapping, problems });
    tables.push({ name: table.name, physical, columns });
  }
  const present = new Map(
    tables.map(({ name, columns }) => [name, new Map(columns.map((column) => [column.name, column.info]))]),
  );
  return { tables, problems, present };
}

function compareColumns(query: {
  readonly table: LegacyTable;
  readonly physical: string;
  readonly info: TableInfo;
  readonly mapping: LegacyMapping;
  readonly problems: string[];
}): MappedTable['columns'] {
  const { table, physical, info, mapping, problems } = query;
  const found: { name: string; info: ColumnInfo }[] = [];
  for (const column of table.columns) {
    const name = physicalColumn(mapping, table.name, column.name);
    const stored = info.columns.find((candidate) => candidate.name === name);
    if (stored === undefined) {
      const names = info.columns.map((candidate) => candidate.name);
      if (column.required) problems.push(`column "${physical}.${name}" is missing${suggestion(name, names)}`);
      continue;
    }
    if (!column.families.includes(stored.family)) {
      problems.push(`column "${physical}.${name}" is ${stored.type}, not ${column.families.join(' or ')}`);
      continue;
    }
    found.push({ name: column.name, info: stored });
  }
  return found;
}

/** A mapping that names nothing the system reads is a typing mistake, and would silently map nothing. */
function unknownMappings(described: readonly LegacyTable[], mapping: LegacyMapping): string[] {
  const problems: string[] = [];
  for (const [name, { columns = {} }] of Object.entries(mapping)) {
    const table = described.find((candidate) => candidate.name === name);
    if (table === undefined) {
      const names = described.map((candidate) => candidate.name);
      problems.push(`the mapping names table "${name}", which the system does not read${suggestion(name, names)}`);
      continue;
    }
    const known = table.columns.map((column) => column.name);
    for (const column of Object.keys(columns).filter((candidate) => !known.includes(candidate))) {
      problems.push(
        `the mapping names column "${name}.${column}", which the system does not read${suggestion(column, known)}`,
      );
    }
  }
  return problems;
}

function suggestion(missing: string, names: readonly string[]): string {
  const closest = closestName(missing, names);
  return closest === undefined ? '' : ` (the closest is "${closest}")`;
}
