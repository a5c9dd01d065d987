import { sql, type RawBuilder } from 'kysely';
import { isInt64 } from '../../../base/int64.ts';
import type { Instant } from '../../../base/instant.ts';
import type { BulkRows, BulkValue, Statements } from '../../contract/statements.ts';
import type { Handle, Trx } from '../../engine.ts';
import { APPEND_ONLY } from './classify.ts';
import { quoteName } from './driver.ts';
import { BEGIN_WRITING } from './session.ts';

/** See the contract. Bulk rows travel as one JSON parameter: SQLite reads its integers exactly, and no row count is too high for it. */
export const sqliteStatements: Statements = {
  rows: (alias, rows) => sql`${rowsSource(rows)} as ${sql.ref(alias)}`,

  bindRows: (rows) => ({ shape: 'json', parameters: [rowsJson(rows)] }),

  idIn: (column, ids) => sql<boolean>`${sql.ref(column)} in (select value from json_each(${`[${ids.join(',')}]`}))`,

  byPrimaryKey: (table, alias) => sql`${sql.table(table)} as ${sql.ref(alias)}`,

  async insertRows(handle, table, rows) {
    if (rows.rows.length === 0) return 0n;
    const columns = Object.keys(rows.columns);
    return affected(
      handle,
      sql`insert into ${sql.table(table)} (${refs(columns)}) select ${refs(columns)} from ${rowsSource(rows)}`,
    );
  },

  async insertIfAbsent(handle, { table, columns, source, conflict }) {
    // "where true" keeps SQLite from taking ON CONFLICT for a join's ON.
    return affected(
      handle,
      sql`insert into ${sql.table(table)} (${refs(columns)}) select * from (${source}) where true on conflict (${refs(conflict)}) do nothing`,
    );
  },

  updateFromRowsQuery({ table, rows, key, set, where }) {
    const assignments = sql.join(set.map((column) => sql`${sql.ref(column)} = ${sql.ref(`source.${column}`)}`));
    const condition = where === undefined ? matches(key) : sql`${matches(key)} and (${where})`;
    return sql`update ${sql.table(table)} as target set ${assignments} from ${rowsSource(rows)} as source where ${condition}`;
  },

  async updateFromRows(handle, update) {
    return update.rows.rows.length === 0 ? 0n : affected(handle, sqliteStatements.updateFromRowsQuery(update));
  },

  /** Nothing is ever deferred here. */
  exactly: (statement) => statement,

  async updateFromQuery(handle, { table, source, key, set }) {
    const assignments = sql.join(Object.entries(set).map(([column, value]) => sql`${sql.ref(column)} = ${value}`));
    return affected(
      handle,
      sql`update ${sql.table(table)} as target set ${assignments} from (${source}) as source where ${matches(key)}`,
    );
  },

  async insertReturningId(handle, table, values) {
    const columns = Object.keys(values);
    const parameters = sql.join(Object.values(values).map((value) => sql`${value}`));
    const { rows } = await sql<{
      id: bigint;
    }>`insert into ${sql.table(table)} (${refs(columns)}) values (${parameters}) returning id`.execute(handle);
    const [row] = rows;
    if (row === undefined) throw new Error(`inserting into ${table} returned no id`);
    return row.id;
  },

  lockRows: () => sql``,
  lockForSwitch: () => sql``,
  lockRowsSkippingLocked: () => sql``,

  /** A transaction that became a writer sees the newest state, or could not become one. */
  readLatest: () => sql``,

  async beginWriting(trx) {
    await sql.raw(BEGIN_WRITING).execute(trx);
  },

  async serverNow(handle) {
    const { rows } = await sql<{ now_at: Instant }>`select strftime('%Y-%m-%dT%H:%M:%f000Z', 'now') as now_at`.execute(
      handle,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('the clock returned no row');
    return row.now_at;
  },

  /** Plans are made from the shape of a statement, and ANALYZE would add a table to the user's file. */
  async planForBulk() {},
  /** It joins subqueries by an index that it makes for them. */
  async planForWhole() {},
  async refreshStatistics() {},

  temporaryTable(name, columns, keys = []) {
    const list = [
      ...Object.entries(columns).map(([column, type]) => `${quoteName(column)} ${type}`),
      ...keys.map((key) => `unique (${key.map(quoteName).join(', ')})`),
    ];
    return [
      `create temp table if not exists ${quoteName(name)} (${list.join(', ')})`,
      `delete from temp.${quoteName(name)}`,
    ];
  },

  /** In a temporary table, which lies in no file of the user's: a reader's own file stays opened for reading only. */
  async keepRows(trx, name, query) {
    const table = keptTable(name);
    await withTemporaryWrites(trx, async () => {
      await sql`drop table if exists ${table}`.execute(trx);
      await sql`create temp table ${sql.table(name)} as ${query}`.execute(trx);
    });
    return sql`select * from ${table}`;
  },

  dropKeptRows: (trx, names) =>
    withTemporaryWrites(trx, async () => {
      for (const name of names) await sql`drop table if exists ${keptTable(name)}`.execute(trx);
    }),

  /** The writer holds the only lock there is, and nothing interrupts a statement. */
  async limitWaits() {},

  /** The planner knows no other way to a row named by its key. */
  async preferIndexes() {},

  appendOnly(table, deleteAllowedWhen) {
    const [update, remove] = triggerNames(table);
    const refuse = `begin select raise(abort, '${APPEND_ONLY}: rows of ${table.replaceAll("'", "''")} are never changed or deleted'); end`;
    const when = deleteAllowedWhen === undefined ? '' : ` when not coalesce((${deleteAllowedWhen}), 0)`;
    return [
      `create trigger ${update} before update on ${quoteName(table)} ${refuse}`,
      `create trigger ${remove} before delete on ${quoteName(table)}${when} ${refuse}`,
    ];
  },

  dropAppendOnly: (table) => triggerNames(table).map((name) => `drop trigger if exists ${name}`),

  // oxlint-disable-next-line max-params -- the contract has four.
  uniqueIndexWhereNotNull: (name, table, columns, column) =>
    `create unique index ${quoteName(name)} on ${quoteName(table)} (${columns.map(quoteName).join(', ')}) where ${quoteName(column)} is not null`,

  createView: (name, select) => [
    `drop view if exists ${quoteName(name)}`,
    `create view ${quoteName(name)} as ${select}`,
  ],
};

function keptTable(name: string): RawBuilder<unknown> {
  return sql.table(`temp.${name}`);
}

/** A reader's switch against writes holds for its temporary tables too, so it is off for these statements and then as it was. */
async function withTemporaryWrites(trx: Trx, work: () => Promise<void>): Promise<void> {
  const { rows } = await sql<{ query_only: bigint }>`pragma query_only`.execute(trx);
  if (rows[0]?.query_only !== 1n) return work();
  await sql`pragma query_only = off`.execute(trx);
  try {
    await work();
  } finally {
    await sql`pragma query_only = on`.execute(trx);
  }
}

function triggerNames(table: string): readonly [string, string] {
  return [quoteName(`${table}_no_update`), quoteName(`${table}_no_delete`)];
}

function refs(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql.ref(column)));
}

function matches(key: readonly string[]): RawBuilder<unknown> {
  return sql.join(
    key.map((column) => sql`${sql.ref(`target.${column}`)} = ${sql.ref(`source.${column}`)}`),
    sql` and `,
  );
}

async function affected(handle: Handle, statement: RawBuilder<unknown>): Promise<bigint> {
  const { numAffectedRows } = await statement.execute(handle);
  return numAffectedRows ?? 0n;
}

/**
 * A derived table, without an alias, over one JSON array of arrays. JSONB rows are taken apart half as fast again as texts.
 * LIMIT keeps the planner from looking inside: it takes a bare `jsonb_each` for so cheap that it scans it once per row of the
 * other table (1,000 rows joined with 100,000 accounts by a unique key: 62 s, with LIMIT 4 ms; SQLite 3.54, 2026-11).
 */
function rowsSource({ columns, rows }: BulkRows): RawBuilder<unknown> {
  const names = Object.keys(columns);
  const members = sql.join(
    names.map((name, position) => sql`json_extract(value, ${sql.lit(`$[${position}]`)}) as ${sql.ref(name)}`),
  );
  return sql`(select ${members} from jsonb_each(${rowsJson({ columns, rows })}) limit -1)`;
}

function rowsJson({ columns, rows }: BulkRows): string {
  const columnCount = Object.keys(columns).length;
  return `[${rows.map((row) => rowJson(row, columnCount)).join(',')}]`;
}

function rowJson(row: readonly BulkValue[], columnCount: number): string {
  if (row.length !== columnCount) throw new Error(`a row has ${row.length} values for ${columnCount} columns`);
  return `[${row.map((value) => valueJson(value)).join(',')}]`;
}

/** A bigint is written as its digits, never through a JS number. */
function valueJson(value: BulkValue): string {
  if (value === undefined) throw new TypeError('a bulk value is undefined; give null for none');
  if (typeof value !== 'bigint') return JSON.stringify(value);
  // SQLite would read a longer number as a float.
  if (!isInt64(value)) throw new RangeError('a bulk value is too big for 64 bits');
  return value.toString();
}
