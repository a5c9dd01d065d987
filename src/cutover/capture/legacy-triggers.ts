import { createHash } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import type { CaptureTrigger, GuardTrigger, TriggerSpec } from '../../sql/contract/trigger-tools.ts';
import type { Database } from '../../sql/database.ts';
import type { CutoverContext } from '../cutover-context.ts';
import type { LegacySchema, MappedTable } from '../legacy-schema.ts';
import { physicalColumn, physicalTable } from '../legacy-source.ts';
import type { CapturedRow, CapturedTable } from '../live-descriptor.ts';

/** What makes the triggers of a system: names and columns as this database has them. */
export type TriggerContext = Pick<CutoverContext, 'database' | 'system' | 'mapping'>;

/** Longest base name of a trigger; with a few letters behind it still is a name on every engine. */
const NAME_LENGTH_MAX = 56;
const MESSAGE_LENGTH_MAX = 110;
/** Bytes of a text that names a row. Longer ones would not fit beside their prefix, and the application's own write would fail for it. */
const ROW_NAME_LENGTH_MAX = 120;

/** The capture triggers of the tables that are there. */
export function captureTriggers(context: TriggerContext, schema: LegacySchema): readonly CaptureTrigger[] {
  const { database } = context;
  return capturedTables(context, schema).map(({ captured, table }) => ({
    ...triggerSpec(context, captured, table),
    ...sourceOf(context, captured, table),
    name: triggerName(context, 'capture', table.physical),
    marksTable: database.tableName('carryover_marks'),
    mirroringTable: database.tableName('carryover_mirroring'),
  }));
}

/** The guard triggers of the tables that are there and decide a balance. */
export function guardTriggers(context: TriggerContext, schema: LegacySchema): readonly GuardTrigger[] {
  const { database } = context;
  return capturedTables(context, schema)
    .filter(({ captured }) => captured.decides.length > 0)
    .map(({ captured, table }) => ({
      ...refusalSpec(context, captured, table),
      name: triggerName(context, 'guard', table.physical),
      accountsTable: database.tableName('carryover_accounts'),
      mirroringTable: database.tableName('carryover_mirroring'),
      kinds: captured.decides,
      message: `the ledger decides this balance; call "${captured.instead}"`.slice(0, MESSAGE_LENGTH_MAX),
    }));
}

/** The kinds of account that legacy rows move. */
export function movedKinds({ system }: Pick<CutoverContext, 'system'>): readonly string[] {
  return [...new Set((system.live?.captured ?? []).flatMap(({ decides }) => decides))];
}

function capturedTables(
  { system }: TriggerContext,
  schema: LegacySchema,
): readonly { readonly captured: CapturedTable; readonly table: MappedTable }[] {
  return (system.live?.captured ?? []).flatMap((captured) => {
    const table = schema.tables.find(({ name }) => name === captured.table);
    return table === undefined ? [] : [{ captured, table }];
  });
}

/** The system's name is in it, since two systems may look at one table. A long one is cut, and stays its own by a hash. */
function triggerName({ database, system }: TriggerContext, purpose: 'capture' | 'guard', table: string): string {
  const plain = `${database.tableName('carryover_')}${purpose}_${system.name}_${table}`.replaceAll(
    /[^A-Za-z0-9_]/g,
    '_',
  );
  if (plain.length <= NAME_LENGTH_MAX) return plain;
  const hash = createHash('sha256').update(plain).digest('hex').slice(0, 8);
  return `${plain.slice(0, NAME_LENGTH_MAX - 9)}_${hash}`;
}

/** What a row is called in `history`, where it is a fact by itself. */
function sourceOf(
  context: TriggerContext,
  captured: CapturedTable,
  table: MappedTable,
): Pick<CaptureTrigger, 'source'> {
  const { fact } = captured;
  if (fact === undefined) return {};
  return {
    source: (written) => {
      const row = capturedRow(context, { captured, table }, written);
      const { concat, text } = row.expressions;
      const name = text(row.column(fact.column));
      const source = concat(text(sql.lit(fact.prefix)), name);
      const isNumber = table.columns.find((column) => column.name === fact.column)?.info.family === 'integer';
      const conditions = [
        ...(isNumber ? [] : [sql`length(${name}) <= ${sql.lit(ROW_NAME_LENGTH_MAX)}`]),
        ...(fact.isAlone === undefined ? [] : [sql`(${fact.isAlone(row)})`]),
      ];
      const noted =
        conditions.length === 0 ? source : sql`case when ${sql.join(conditions, sql` and `)} then ${source} end`;
      return withoutParameters(context.database, noted, captured);
    },
  };
}

function triggerSpec(context: TriggerContext, captured: CapturedTable, table: MappedTable): Omit<TriggerSpec, 'name'> {
  const { database, system } = context;
  return {
    table: table.physical,
    columns: table.columns.map(({ info }) => info.name),
    system: system.name,
    subjects: (row) =>
      withoutParameters(database, captured.subjects(capturedRow(context, { captured, table }, row)), captured),
  };
}

/** As `triggerSpec`, for less where the table says so. */
function refusalSpec(context: TriggerContext, captured: CapturedTable, table: MappedTable): Omit<TriggerSpec, 'name'> {
  const { columns, subjects = captured.subjects } = captured.refuses ?? {};
  return triggerSpec(
    context,
    { ...captured, subjects },
    { ...table, columns: table.columns.filter(({ name }) => columns?.includes(name) ?? true) },
  );
}

function capturedRow(
  { database, mapping }: TriggerContext,
  { captured, table }: { readonly captured: CapturedTable; readonly table: MappedTable },
  row: 'OLD' | 'NEW',
): CapturedRow {
  return {
    has: (name) => table.columns.some((column) => column.name === name),
    expressions: database.dialect.viewExpressions,
    column: (name) => {
      const column = sql.ref(physicalColumn(mapping, captured.table, name)).compile(database.handle).sql;
      return sql.raw(`${row}.${column}`);
    },
    table: (name) => sql.table(physicalTable(mapping, name)),
    columnOf: (alias, of, column) => sql.ref(`${alias}.${physicalColumn(mapping, of, column)}`),
  };
}

function withoutParameters(database: Database, query: RawBuilder<unknown>, { table }: CapturedTable): string {
  const compiled = query.compile(database.handle);
  if (compiled.parameters.length === 0) return compiled.sql;
  throw new Error(`The subjects of ${table} bind parameters, which a trigger cannot; use sql.lit.`);
}
