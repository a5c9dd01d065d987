import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import type {
  BulkRows,
  BulkValue,
  InsertIfAbsent,
  Statements,
  UpdateFromQuery,
  UpdateFromRows,
} from '../../contract/statements.ts';
import { deferred } from '../../deferred.ts';
import type { Handle, Trx } from '../../engine.ts';
import { appendOnly, dropAppendOnly } from './append-only.ts';
import { ARRAY_TYPE, arrayLiterals } from './array-literal.ts';

/**
 * See `Statements`. Bulk rows travel as one array per column: one text of SQL for any number of rows, so that it is
 * prepared once, and one parameter per column instead of one per value.
 */
export const statements: Statements = {
  rows: (alias, rows) => sql`${unnest(rows)} as ${sql.ref(alias)}(${columnList(Object.keys(rows.columns))})`,
  idIn: (column, ids) => sql<boolean>`${sql.ref(column)} = any(${`{${ids.join(',')}}`}::bigint[])`,
  insertRows,
  insertIfAbsent,
  updateFromRows,
  updateFromQuery,
  insertReturningId,
  // Not FOR UPDATE: a key that is only referred to by a new row of another table need not wait.
  lockRows: () => sql`for no key update`,
  lockRowsSkippingLocked: () => sql`for no key update skip locked`,
  serverNow,
  limitWaits,
  appendOnly,
  dropAppendOnly,
  // oxlint-disable-next-line max-params -- the contract's own signature
  uniqueIndexWhereNotNull: (name, table, columns, column) =>
    `create unique index ${name} on ${table} (${columns.join(', ')}) where ${column} is not null`,
  // Not "or replace", which refuses a view whose columns changed.
  createView: (name, select) => [`drop view if exists ${name}`, `create view ${name} as ${select}`],
};

function unnest(rows: BulkRows): RawBuilder<unknown> {
  const literals = arrayLiterals(rows);
  const arrays = Object.values(rows.columns).map(
    (kind, index) => sql`${literals[index]}::${sql.raw(ARRAY_TYPE[kind])}`,
  );
  return sql`unnest(${sql.join(arrays)})`;
}

function columnList(names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.ref(name)));
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

async function insertIfAbsent(handle: Handle, { table, columns, source, conflict }: InsertIfAbsent): Promise<bigint> {
  const target = sql`${sql.table(table)} (${columnList(columns)})`;
  const result = await sql`insert into ${target} ${source} on conflict (${columnList(conflict)}) do nothing`.execute(
    handle,
  );
  return countOf(result, 0);
}

async function updateFromRows(handle: Handle, { table, rows, key, set }: UpdateFromRows): Promise<bigint> {
  if (rows.rows.length === 0) return 0n;
  const assignments = sql.join(set.map((name) => sql`${sql.ref(name)} = ${sql.ref(`source.${name}`)}`));
  const result =
    await sql`update ${sql.table(table)} as target set ${assignments} from ${statements.rows('source', rows)} where ${matched(key)}`.execute(
      handle,
    );
  return countOf(result, rows.rows.length);
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
  return sql.join(
    key.map((name) => sql`${sql.ref(`target.${name}`)} = ${sql.ref(`source.${name}`)}`),
    sql` and `,
  );
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

async function limitWaits(trx: Trx, limits: { lockTimeoutMs?: number; statementTimeoutMs?: number }): Promise<void> {
  // Travels with the next statement, which is the first that can wait.
  if (limits.lockTimeoutMs !== undefined) await setLocal(trx, 'lock_timeout', limits.lockTimeoutMs);
  if (limits.statementTimeoutMs !== undefined) await setLocal(trx, 'statement_timeout', limits.statementTimeoutMs);
}

async function setLocal(trx: Trx, setting: string, millis: number): Promise<void> {
  if (!Number.isSafeInteger(millis) || millis < 0)
    throw new TypeError(`${setting} is ${millis}, against whole milliseconds.`);
  await sql`set local ${sql.raw(setting)} = ${sql.raw(String(millis))}`.execute(deferred(trx));
}
