import { CompiledQuery, sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import type { Statements } from '../../contract/statements.ts';
import { deferred } from '../../deferred.ts';
import type { Handle, Trx } from '../../engine.ts';
import { AdoptedAdapter } from './adopted-driver.ts';
import { appendOnlyTriggers, dropAppendOnlyTriggers } from './append-only.ts';
import { bulkParameters, jsonTable, rowsJson } from './bulk-rows.ts';
import { mysqlColumnTypes } from './column-types.ts';
import { insertIfAbsent } from './insert-if-absent.ts';
import { quoteName } from './quote-name.ts';
import { waitLimitsStatement } from './session.ts';

/** See the contract. */
export const mysqlStatements: Statements = {
  rows: (alias, rows) => jsonTable(alias, rows),

  bindRows: (rows) => ({ shape: 'json', parameters: [rowsJson(rows)] }),

  /** The digits stand in the text: joined with a JSON table instead, the server may scan, and lock, the whole table. */
  idIn(column, ids) {
    if (ids.some((id) => typeof id !== 'bigint')) throw new TypeError('an id is not a bigint');
    return ids.length === 0 ? sql<boolean>`1 = 0` : sql<boolean>`${sql.ref(column)} in (${sql.raw(ids.join(','))})`;
  },

  /**
   * VALUES rather than a JSON table, as fast for a thousand rows: the server knows the number of rows ahead, so it takes no
   * lock for the numbering of an identity and leaves no gap in it.
   */
  /** InnoDB locks every row that it looks at, and below ten rows the planner scans the table (MariaDB 10.11, 2026-11). */
  byPrimaryKey: (table, alias) => sql`${sql.table(table)} as ${sql.ref(alias)} force index (primary)`,

  async insertRows(handle, table, rows) {
    if (rows.rows.length === 0) return 0n;
    const columns = Object.keys(rows.columns);
    const names = sql.join(columns.map((column) => sql.ref(column)));
    const head = sql`insert into ${sql.table(table)} (${names}) values `.compile(handle);
    const tuple = `(${columns.map(() => '?').join(', ')})`;
    const tuples = rows.rows.map(() => tuple).join(', ');
    const { numAffectedRows } = await handle.executeQuery(CompiledQuery.raw(head.sql + tuples, bulkParameters(rows)));
    return numAffectedRows ?? 0n;
  },

  insertIfAbsent,

  updateFromRowsQuery({ table, rows, key, set, where, keyIsPrimary = false }) {
    const assignments = set.map((column) => sql`${sql.ref(`target.${column}`)} = ${sql.ref(`source.${column}`)}`);
    const joined = { table, source: jsonTable('source', rows), key, assignments, keyIsPrimary };
    return updateJoined(where === undefined ? joined : { ...joined, where });
  },

  async updateFromRows(handle, update) {
    return update.rows.rows.length === 0 ? 0n : affected(handle, mysqlStatements.updateFromRowsQuery(update));
  },

  /** Nothing is ever deferred here. */
  exactly: (statement) => statement,

  async updateFromQuery(handle, { table, source, key, set }) {
    const assignments = Object.entries(set).map(([column, value]) => sql`${sql.ref(`target.${column}`)} = ${value}`);
    return affected(handle, updateJoined({ table, source: sql`(${source}) as source`, key, assignments }));
  },

  async insertReturningId(handle, table, values) {
    const names = sql.join(Object.keys(values).map((column) => sql.ref(column)));
    const parameters = sql.join(Object.values(values).map((value) => sql`${value}`));
    const { insertId } = await sql`insert into ${sql.table(table)} (${names}) values (${parameters})`.execute(handle);
    if (insertId === undefined) throw new Error(`inserting into ${table} returned no id`);
    return insertId;
  },

  lockRows: () => sql`for update`,
  lockForSwitch: () => sql`for update`,
  lockRowsSkippingLocked: () => sql`for update skip locked`,

  /** Our own sessions are READ COMMITTED; a caller's is REPEATABLE READ unless it says otherwise. */
  /** It writes from its beginning, beside the others. */
  async beginWriting() {},
  readLatest: (handle) => (handle.getExecutor().adapter instanceof AdoptedAdapter ? sql`lock in share mode` : sql``),

  async serverNow(handle) {
    const { rows } = await sql<{ now_at: Instant }>`select utc_timestamp(6) as now_at`.execute(handle);
    const [row] = rows;
    if (row === undefined) throw new Error('the clock returned no row');
    return row.now_at;
  },

  /**
   * The driver puts the session's own limits back after the transaction. A caller's own session keeps its limits, because
   * nobody tells us when its transaction ends.
   */
  async limitWaits(trx, limits) {
    const statement = waitLimitsStatement(limits);
    const isOurs = !(trx.getExecutor().adapter instanceof AdoptedAdapter);
    if (isOurs && statement !== undefined) await trx.executeQuery(CompiledQuery.raw(statement));
  },

  /** From ten rows on the planner does so by itself (MariaDB 10.11, 2026-11); it knows how many rows there are without statistics. */
  async preferIndexes() {},

  planForBulk,
  planForWhole,
  /** InnoDB keeps its statistics by itself. */
  async refreshStatistics() {},

  /** A transaction that only reads may make no table, temporary ones included. */
  keepRows: async (_trx, _name, query) => query,
  async dropKeptRows() {},

  /** Made anew, which is faster than deleting rows one by one (20 ms for 13,000, MariaDB 10.11, 2026-11) and commits nothing. */
  temporaryTable(name, columns, keys = []) {
    const list = [
      ...Object.entries(columns).map(([column, type]) => `${quoteName(column)} ${type}`),
      ...keys.map((key) => `unique (${key.map(quoteName).join(', ')})`),
    ];
    const table = quoteName(name);
    return [
      `drop temporary table if exists ${table}`,
      `create temporary table ${table} (${list.join(', ')})${mysqlColumnTypes.tableSuffix}`,
    ];
  },

  appendOnly: appendOnlyTriggers,
  dropAppendOnly: dropAppendOnlyTriggers,

  /** Null never collides here, so a plain unique index has the same effect. */
  uniqueIndexWhereNotNull: (name, table, columns) =>
    `create unique index ${quoteName(name)} on ${quoteName(table)} (${columns.map(quoteName).join(', ')})`,

  createView: (name, select) => [`create or replace sql security invoker view ${quoteName(name)} as ${select}`],
};

interface JoinedUpdate {
  readonly table: string;
  readonly source: RawBuilder<unknown>;
  readonly key: readonly string[];
  readonly assignments: readonly RawBuilder<unknown>[];
  readonly where?: RawBuilder<unknown>;
  readonly keyIsPrimary?: boolean;
}

/**
 * The source stands first and STRAIGHT_JOIN keeps it there. Were the target first, the server would assign column by column
 * and a later expression would see the values the earlier ones wrote, against standard SQL. The hint is MySQL's: it keeps
 * a source that reads the target table apart from it, which MariaDB does by itself.
 */
function updateJoined({
  table,
  source,
  key,
  assignments,
  where,
  keyIsPrimary = false,
}: JoinedUpdate): RawBuilder<unknown> {
  const matches = key.map((column) => sql`${sql.ref(`target.${column}`)} = ${sql.ref(`source.${column}`)}`);
  const condition = where === undefined ? sql`` : sql` where ${where}`;
  const target = keyIsPrimary
    ? mysqlStatements.byPrimaryKey(table, 'target')
    : sql`${sql.table(table)} as ${sql.ref('target')}`;
  return sql`update /*+ no_merge(source) */ ${source} straight_join ${target} on ${sql.join(matches, sql` and `)} set ${sql.join(assignments)}${condition}`;
}

async function affected(handle: Handle, statement: RawBuilder<unknown>): Promise<bigint> {
  const { numAffectedRows } = await statement.execute(handle);
  return numAffectedRows ?? 0n;
}

/** Enough for the rows of the largest chunk, whose texts take four bytes a character up to their greatest length. */
const BULK_BYTES = 128 * 1024 * 1024;

/**
 * The server plans every execution anew, but by default sorts in 2 MiB and puts what a subquery gives beyond 16 MiB into a file. The session
 * keeps these sizes; it takes the memory only while a statement needs it.
 */
async function planForBulk(trx: Trx): Promise<void> {
  const bytes = sql.lit(BULK_BYTES);
  await sql`set session sort_buffer_size = greatest(@@session.sort_buffer_size, ${bytes}),
    tmp_table_size = greatest(@@session.tmp_table_size, ${bytes}), max_heap_table_size = greatest(@@session.max_heap_table_size, ${bytes})`.execute(
    deferred(trx),
  );
}

/** For the smaller side of a join of whole tables; what is larger goes through it in several rounds. */
const JOIN_BYTES = 64 * 1024 * 1024;

/** MariaDB hashes only where it is let, and else compares every row with every other; MySQL hashes by itself. */
async function planForWhole(trx: Trx): Promise<void> {
  await planForBulk(trx);
  const bytes = sql.lit(JOIN_BYTES);
  await sql`set session sort_buffer_size = @@session.sort_buffer_size /*M! , join_cache_level = 4,
    join_buffer_space_limit = greatest(@@session.join_buffer_space_limit, ${bytes}),
    join_buffer_size = greatest(@@session.join_buffer_size, ${bytes}) */`.execute(deferred(trx));
}
