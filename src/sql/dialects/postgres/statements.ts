import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import type {
  BulkRows,
  BulkValue,
  InsertIfAbsent,
  Statements,
  UpdateFromQuery,
  UpdateFromRows,
  WaitLimits,
} from '../../contract/statements.ts';
import { deferred } from '../../deferred.ts';
import type { Handle, Trx } from '../../engine.ts';
import { appendOnly, dropAppendOnly } from './append-only.ts';
import { bindRows, bulkSource } from './bulk-source.ts';
import { quoteIdentifier } from './relation-names.ts';

/** See `Statements`. */
export const statements: Statements = {
  rows: bulkSource,
  bindRows,
  idIn: (column, ids) => {
    if (ids.length === 1) return sql<boolean>`${sql.ref(column)} = ${ids[0]}`;
    return sql<boolean>`${sql.ref(column)} = any(${`{${ids.join(',')}}`}::bigint[])`;
  },
  // Rows are locked only once they are found to match.
  byPrimaryKey: (table, alias) => sql`${sql.table(table)} as ${sql.ref(alias)}`,
  insertRows,
  insertIfAbsent,
  updateFromRowsQuery,
  updateFromRows,
  exactly,
  updateFromQuery,
  insertReturningId,
  // Not FOR UPDATE: a key that is only referred to by a new row of another table need not wait.
  lockRows: () => sql`for no key update`,
  lockForSwitch: () => sql`for update`,
  lockRowsSkippingLocked: () => sql`for no key update skip locked`,
  // Locking a row that changed after the snapshot of a REPEATABLE READ transaction fails as a serialization failure.
  readLatest: () => sql``,
  /** It writes from its beginning, beside the others. */
  async beginWriting() {},
  serverNow,
  limitWaits,
  planForBulk,
  planForWhole,
  refreshStatistics,
  /** A transaction that only reads may make no table, not even a temporary one. */
  keepRows: async (_trx, _name, query) => query,
  dropKeptRows: async () => {},
  // Emptied at commit; what a DELETE leaves would stay for good, since nobody vacuums another session's tables.
  temporaryTable: (name, columns, keys = []) => {
    const list = [
      ...Object.entries(columns).map(([column, type]) => `${column} ${type}`),
      ...keys.map((key) => `unique (${key.join(', ')})`),
    ];
    // A commit empties it by itself; within one transaction it may be filled twice.
    return [
      `create temp table if not exists ${name} (${list.join(', ')}) on commit delete rows`,
      `delete from ${name}`,
    ];
  },
  preferIndexes,
  appendOnly,
  dropAppendOnly,
  // oxlint-disable-next-line max-params -- the contract's own signature
  uniqueIndexWhereNotNull: (name, table, columns, column) =>
    `create unique index ${name} on ${table} (${columns.join(', ')}) where ${column} is not null`,
  // Not "or replace", which refuses a view whose columns changed.
  createView: (name, select) => [`drop view if exists ${name}`, `create view ${name} as ${select}`],
};

function columnList(names: readonly string[]): RawBuilder<unknown> {
  return sql.raw(names.map(quoteIdentifier).join(', '));
}

function countOf(result: { readonly numAffectedRows?: bigint }, rowsSent: number): bigint {
  // A statement that was deferred has no count yet.
  return result.numAffectedRows ?? BigInt(rowsSent);
}

async function insertRows(handle: Handle, table: string, rows: BulkRows): Promise<bigint> {
  if (rows.rows.length === 0) return 0n;
  const columns = columnList(Object.keys(rows.columns));
  const source = sql`select ${columns} from ${statements.rows('source', rows)}`;
  const result = await sql`insert into ${sql.table(table)} (${columns}) ${source}`.execute(handle);
  return countOf(result, rows.rows.length);
}

/** The count is checked by the statement itself, by a division by zero, because a deferred one is followed by others unseen. */
function exactly(statement: RawBuilder<unknown>, rows: number): RawBuilder<unknown> {
  return sql`with changed as (${statement} returning 1) select 1 / (count(*) = ${rows})::int from changed`;
}

async function insertIfAbsent(handle: Handle, { table, columns, source, conflict }: InsertIfAbsent): Promise<bigint> {
  const target = sql`${sql.table(table)} (${columnList(columns)})`;
  const result = await sql`insert into ${target} ${source} on conflict (${columnList(conflict)}) do nothing`.execute(
    handle,
  );
  return countOf(result, 0);
}

function updateFromRowsQuery({ table, rows, key, set, where }: UpdateFromRows): RawBuilder<unknown> {
  const assignments = sql.raw(
    set.map((name) => `${quoteIdentifier(name)} = source.${quoteIdentifier(name)}`).join(', '),
  );
  const condition = where === undefined ? matched(key) : sql`${matched(key)} and (${where})`;
  return sql`update ${sql.table(table)} as target set ${assignments} from ${bulkSource('source', rows)} where ${condition}`;
}

async function updateFromRows(handle: Handle, update: UpdateFromRows): Promise<bigint> {
  const count = update.rows.rows.length;
  return count === 0 ? 0n : countOf(await updateFromRowsQuery(update).execute(handle), count);
}

async function updateFromQuery(handle: Handle, { table, source, key, set }: UpdateFromQuery): Promise<bigint> {
  const assignments = sql.join(Object.entries(set).map(([name, value]) => sql`${sql.ref(name)} = ${value}`));
  const result =
    await sql`update ${sql.table(table)} as target set ${assignments} from (${source}) as source where ${matched(key)}`.execute(
      handle,
    );
  return countOf(result, 0);
}

function matched(key: readonly string[]): RawBuilder<unknown> {
  return sql.raw(key.map((name) => `target.${quoteIdentifier(name)} = source.${quoteIdentifier(name)}`).join(' and '));
}

async function insertReturningId(
  handle: Handle,
  table: string,
  values: Readonly<Record<string, BulkValue>>,
): Promise<bigint> {
  const columns = Object.keys(values);
  const row =
    columns.length === 0
      ? sql`default values`
      : sql`(${columnList(columns)}) values (${sql.join(columns.map((name) => sql`${values[name]}`))})`;
  const { rows } = await sql<{ id: bigint }>`insert into ${sql.table(table)} ${row} returning id`.execute(handle);
  return (rows[0] as { id: bigint }).id;
}

async function serverNow(handle: Handle): Promise<Instant> {
  const { rows } = await sql<{ now: Instant }>`select clock_timestamp() as now`.execute(handle);
  return (rows[0] as { now: Instant }).now;
}

async function limitWaits(trx: Trx, limits: WaitLimits): Promise<void> {
  // Travels with the next statement, which is the first that can wait.
  if (limits.lockTimeoutMs !== undefined) await setLocal(trx, 'lock_timeout', limits.lockTimeoutMs);
  if (limits.statementTimeoutMs !== undefined) await setLocal(trx, 'statement_timeout', limits.statementTimeoutMs);
  if (limits.idleTimeoutMs !== undefined) {
    await setLocal(trx, 'idle_in_transaction_session_timeout', limits.idleTimeoutMs);
  }
}

async function setLocal(trx: Trx, setting: string, millis: number): Promise<void> {
  if (!Number.isSafeInteger(millis) || millis < 0)
    throw new TypeError(`${setting} is ${millis}, against whole milliseconds.`);
  await sql`set local ${sql.raw(setting)} = ${sql.raw(String(millis))}`.execute(deferred(trx));
}

/**
 * Without statistics, or with fewer than some 10,000 rows, the planner reads a whole table to find 100 rows of it: 1.5 ms
 * instead of 0.2 ms for the accounts of one batch (10,000 accounts; PostgreSQL 15, 2026-11). Made dear rather than forbidden: beside
 * the cost of something forbidden, the costs of hashing and sorting what was read would look the same.
 */
async function preferIndexes(trx: Trx): Promise<void> {
  await sql`set local seq_page_cost = 100`.execute(deferred(trx));
}

/** Enough for the sort and the joins of the largest chunk; one transaction of one runner uses it at a time. */
const BULK_WORK_MEM = '64MB';

/**
 * A statement that was run five times may get one plan for all parameters, made for an average range of a table that has grown
 * since.
 */
async function planForBulk(trx: Trx): Promise<void> {
  await sql`set local plan_cache_mode = force_custom_plan`.execute(deferred(trx));
  // What a chunk looks up it has just written or read; at the cost of a disk's seek the planner would rather read whole tables.
  await sql`set local random_page_cost = 1.1`.execute(deferred(trx));
  // Staged rows look fewer than they are, and for few rows the planner would rather sort both sides by their texts than hash one.
  await sql`set local enable_mergejoin = off`.execute(deferred(trx));
  // A chunk's facts are sorted at once; the default would send them through files.
  await enlargeWorkMemory(trx);
}

/** What a HAVING leaves is expected to be one row, by which a nested loop looks cheap. */
async function planForWhole(trx: Trx): Promise<void> {
  await sql`set local enable_nestloop = off`.execute(deferred(trx));
  await enlargeWorkMemory(trx);
}

/** A server that allows more keeps it. */
async function enlargeWorkMemory(trx: Trx): Promise<void> {
  await sql`select set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')), pg_size_bytes(${BULK_WORK_MEM})) / 1024 || 'kB', true)`.execute(
    deferred(trx),
  );
}

async function refreshStatistics(handle: Handle, tables: readonly string[]): Promise<void> {
  for (const table of tables) await sql`analyze ${sql.table(table)}`.execute(handle);
}
