import { sql } from 'kysely';
import type { Database } from '../../sql/database.ts';
import type { CutoverContext } from '../cutover-context.ts';
import type { PhysicalNames } from '../descriptor.ts';
import { physicalColumn, physicalTable } from '../legacy-source.ts';
import { DEFAULT_PREFIX } from '../../sql/database.ts';

/** A view that expand makes. */
export interface PlannedView {
  /** The name the seed's documents use. */
  readonly name: string;
  /** The name it gets here, by the config where that differs. */
  readonly physical: string;
  readonly statements: readonly string[];
}

/** The system's views with the config's names; those the config leaves out are missing. */
export function plannedViews(context: CutoverContext): readonly PlannedView[] {
  const { database, system, viewNames = {} } = context;
  return system.views(physicalNames(context), context.policy).flatMap(({ name, select }) => {
    const physical = viewNames[name] === undefined ? name : viewNames[name];
    if (physical === null) return [];
    return [{ name, physical, statements: database.dialect.statements.createView(physical, select) }];
  });
}

/** Names of the system's views that the config knows but the system has not: typing mistakes. */
export function unknownViewNames(context: CutoverContext): readonly string[] {
  const known = new Set(context.system.views(physicalNames(context), context.policy).map(({ name }) => name));
  return Object.keys(context.viewNames ?? {}).filter((name) => !known.has(name));
}

/** Names for view texts, quoted as the engine quotes them. */
export function physicalNames(context: Pick<CutoverContext, 'database' | 'mapping'>): PhysicalNames {
  const { database, mapping } = context;
  return {
    database,
    table: (name) =>
      quoted(database, name.startsWith(DEFAULT_PREFIX) ? database.tableName(name) : physicalTable(mapping, name)),
    column: (table, column) => sql.ref(physicalColumn(mapping, table, column)).compile(database.handle).sql,
  };
}

/** The statement that removes a view. */
export function dropViewStatement(database: Database, view: string): string {
  return `drop view if exists ${quoted(database, view)}`;
}

function quoted(database: Database, name: string): string {
  return sql.table(name).compile(database.handle).sql;
}
