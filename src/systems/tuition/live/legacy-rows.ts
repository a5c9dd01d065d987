import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import type { CarryBackWrite } from '../../../cutover/live-descriptor.ts';
import type { ColumnInfo } from '../../../sql/contract/introspection.ts';
import type { BulkKind, BulkValue } from '../../../sql/contract/statements.ts';
import type { TuitionPolicy } from '../policy.ts';

/** What the school's tables are told back through. */
export type TuitionWrite = CarryBackWrite<TuitionPolicy>;

/** How a value is kept: money in minor units, a flag as 0 or 1, a day as `2026-03-07`. */
export type LegacyKind = 'number' | 'money' | 'text' | 'flag' | 'day' | 'instant';

/** Rows of one legacy table. Columns that an installation lacks are left out, whatever the rows have for them. */
export interface LegacyRows {
  readonly table: 'payments' | 'sessions' | 'attendances';
  /** The table's own number, by the system's name. */
  readonly key: string;
  /** By the system's names, in the order of the values. */
  readonly columns: Readonly<Record<string, LegacyKind>>;
  readonly rows: readonly (readonly (BulkValue | Instant)[])[];
}

/**
 * Inserts rows as the application would have written them. The database numbers them where it does so for the application; else they count
 * on from the highest number. A column that this system does not know, may not be null and has no default gets what is empty for its type.
 */
export async function insertLegacy(write: TuitionWrite, insert: LegacyRows): Promise<void> {
  if (insert.rows.length === 0) return;
  const { statements } = write.database.dialect;
  const { physical, mapped, all } = await describe(write, insert.table);
  const key = mapped.get(insert.key) as ColumnInfo;
  const own: [string, RawBuilder<unknown>][] = [];
  const columns = Object.entries(insert.columns);
  for (const [name, kind] of columns) {
    const info = mapped.get(name);
    if (info !== undefined) own.push([info.name, stored(write, { info, kind, value: sql.ref(`r.${name}`) })]);
  }
  if (!key.hasDefault)
    own.push([key.name, sql`r.carryover_row + ${sql.lit(await highest(write, physical, key.name))}`]);
  const named = new Set([...own.map(([name]) => name), key.name]);
  const fillers = all
    .filter(({ name, nullable, hasDefault }) => !named.has(name) && !nullable && !hasDefault)
    .flatMap((info): [string, RawBuilder<unknown>][] => {
      const value = empty(write, info);
      return value === undefined ? [] : [[info.name, value]];
    });
  const written = [...own, ...fillers];
  const rows = statements.rows('r', {
    columns: { ...bulkColumns(write, insert), carryover_row: 'int64' },
    rows: insert.rows.map((row, index) => [...bulkRow(write, row), BigInt(index + 1)]),
  });
  await sql`insert into ${sql.table(physical)} (${sql.join(written.map(([name]) => sql.ref(name)))})
    select ${sql.join(written.map(([, value]) => value))} from ${rows}`.execute(write.trx);
}

/** Sets columns of rows that are there, by their number, which is the first value of each row. */
export async function updateLegacy(write: TuitionWrite, update: LegacyRows): Promise<void> {
  if (update.rows.length === 0) return;
  const { statements } = write.database.dialect;
  const { physical, mapped } = await describe(write, update.table);
  const key = mapped.get(update.key) as ColumnInfo;
  const set = Object.entries(update.columns).flatMap(([name, kind]) => {
    const info = mapped.get(name);
    return info === undefined || name === update.key ? [] : [{ name, kind, info }];
  });
  const rows = statements.rows('r', {
    columns: bulkColumns(write, update),
    rows: update.rows.map((row) => bulkRow(write, row)),
  });
  await statements.updateFromQuery(write.trx, {
    table: physical,
    source: sql`select ${sql.ref(`r.${update.key}`)} as ${sql.ref(key.name)}, ${sql.join(
      set.map(
        ({ name, kind, info }) =>
          sql`${stored(write, { info, kind, value: sql.ref(`r.${name}`) })} as ${sql.ref(info.name)}`,
      ),
    )} from ${rows}`,
    key: [key.name],
    set: Object.fromEntries(set.map(({ info }) => [info.name, sql.ref(`source.${info.name}`)])),
  });
}

/** Deletes rows by their numbers. */
export async function deleteLegacy(
  write: TuitionWrite,
  rows: { readonly table: LegacyRows['table']; readonly key: string; readonly ids: readonly bigint[] },
): Promise<void> {
  if (rows.ids.length === 0) return;
  const { physical, mapped } = await describe(write, rows.table);
  const key = mapped.get(rows.key) as ColumnInfo;
  await sql`delete from ${sql.table(physical)}
    where ${sql.ref(key.name)} in (${sql.join(rows.ids.map((id) => sql.lit(id)))})`.execute(write.trx);
}

interface Described {
  readonly physical: string;
  /** The columns that the system reads, by its names. */
  readonly mapped: ReadonlyMap<string, ColumnInfo>;
  readonly all: readonly ColumnInfo[];
}

/** By the look at the schema, which a run takes once: describing a table takes longer than writing to it. */
const columnsKnown = new WeakMap<TuitionWrite['legacy'], Map<string, readonly ColumnInfo[]>>();

async function describe({ database, trx, legacy }: TuitionWrite, name: string): Promise<Described> {
  const table = legacy.tables.find((each) => each.name === name);
  if (table === undefined) throw new Error(`There is no legacy table ${name} to be told.`);
  const { physical } = table;
  const known = columnsKnown.get(legacy) ?? new Map<string, readonly ColumnInfo[]>();
  columnsKnown.set(legacy, known);
  const all = known.get(physical) ?? (await database.dialect.introspection.table(trx, physical))?.columns ?? [];
  known.set(physical, all);
  return { physical, mapped: new Map(table.columns.map(({ name: column, info }) => [column, info])), all };
}

async function highest({ trx }: TuitionWrite, table: string, column: string): Promise<bigint> {
  const { rows } = await sql<{
    n: bigint | null;
  }>`select max(${sql.ref(column)}) as n from ${sql.table(table)}`.execute(trx);
  return BigInt(rows[0]?.n ?? 0n);
}

/** A file keeps points in time as texts. */
function bulkColumns({ database }: TuitionWrite, { columns }: LegacyRows): Readonly<Record<string, BulkKind>> {
  const { embedded } = database.dialect.traits;
  const kindOf = (kind: LegacyKind): BulkKind => {
    if (kind === 'text' || kind === 'day') return 'text';
    if (kind === 'instant') return embedded ? 'text' : 'instant';
    return 'int64';
  };
  return Object.fromEntries(Object.entries(columns).map(([name, kind]) => [name, kindOf(kind)]));
}

/** In a file an instant is what frameworks write there, in UTC without saying so: `2026-01-05 16:00:00.250000`. */
function bulkRow({ database }: TuitionWrite, row: readonly (BulkValue | Instant)[]): readonly BulkValue[] {
  if (!database.dialect.traits.embedded) return row;
  return row.map((value) =>
    value === null || typeof value !== 'object'
      ? value
      : value.toString().replace('T', ' ').replace('Z', '').replace('.000000', ''),
  );
}

function stored(
  { database, source }: TuitionWrite,
  { info, kind, value }: { readonly info: ColumnInfo; readonly kind: LegacyKind; readonly value: RawBuilder<unknown> },
): RawBuilder<unknown> {
  switch (kind) {
    case 'money':
      return sql`${value} / ${sql.raw(`${10n ** BigInt(source.policy.currencyScale)}.0`)}`;
    case 'flag':
      return info.family === 'boolean' ? sql`(${value} = 1)` : value;
    case 'day':
      // A file's days are texts, and a cast would make numbers of them.
      return database.dialect.traits.embedded ? value : sql`cast(${value} as date)`;
    default:
      return value;
  }
}

/** What stands for nothing in a column that must hold something; undefined where only the school could say. */
function empty({ database, source }: TuitionWrite, { family }: ColumnInfo): RawBuilder<unknown> | undefined {
  const { embedded } = database.dialect.traits;
  const day = source.asOf.inZone(source.policy.zone).toPlainDate().toString();
  switch (family) {
    case 'text':
      return sql`''`;
    case 'integer':
    case 'decimal':
    case 'float':
      return sql`0`;
    case 'boolean':
      return sql`(1 = 0)`;
    case 'instant':
      return embedded ? sql.lit(bulkInstant(source.asOf)) : database.dialect.expressions.instant(source.asOf);
    case 'date':
      return embedded ? sql.lit(day) : sql`cast(${sql.lit(day)} as date)`;
    case 'json':
      return database.dialect.expressions.json(sql`'{}'`);
    default:
      return undefined;
  }
}

function bulkInstant(at: Instant): string {
  return at.toString().replace('T', ' ').replace('Z', '').replace('.000000', '');
}
