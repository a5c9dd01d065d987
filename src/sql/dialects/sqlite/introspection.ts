import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sql } from 'kysely';
import type { ColumnInfo, ForeignKeyInfo, Introspection, TableInfo } from '../../contract/introspection.ts';
import type { Handle } from '../../engine.ts';
import { quoteName } from './driver.ts';
import { DIGEST } from './functions.ts';
import { canonicalSql, tableParts } from './schema-sql.ts';
import { classifySqlite } from './classify.ts';
import { typeFamily } from './type-family.ts';

interface ListedTable {
  readonly name: string;
  readonly type: string;
  /** 1 for WITHOUT ROWID. */
  readonly wr: bigint;
}

interface StoredObject {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  /** Null for an index that belongs to a key of the table's own definition. */
  readonly sql: string | null;
}

/** See the contract. Names are those of the file's own schema; attached databases are not looked at. */
export const sqliteIntrospection: Introspection = {
  async version(handle) {
    const [row] = (await sql<{ version: string }>`select sqlite_version() as version`.execute(handle)).rows;
    return `SQLite ${row?.version}`;
  },

  async tables(handle, names) {
    const tables: TableInfo[] = [];
    for (const listed of await listTables(handle)) {
      if (names === undefined || names.includes(listed.name)) tables.push(await describe(handle, listed));
    }
    return tables;
  },

  async table(handle, name) {
    const listed = (await listTables(handle)).find((table) => table.name.toLowerCase() === name.toLowerCase());
    return listed === undefined ? undefined : describe(handle, listed);
  },

  async schemaText(handle, include) {
    const { rows } = await sql<StoredObject>`
      select type, name, tbl_name, sql from sqlite_schema where name not like 'sqlite\\_%' escape '\\'`.execute(handle);
    return rows
      .filter((object) => include(object.name) && include(object.tbl_name))
      .flatMap(objectLines)
      .toSorted()
      .join('\n');
  },

  async fingerprint(handle, table, columns) {
    const digest = sql`${sql.raw(DIGEST)}(${sql.raw(columns.map(quoteName).join(', '))})`;
    const { rows } = await sql<{ row_count: bigint; digest: string }>`
      select count(*) as row_count, ${digest} as digest from ${sql.raw(quoteName(table))}`.execute(handle);
    const [row] = rows;
    if (row === undefined) throw new Error(`the fingerprint of ${table} returned no row`);
    return { rows: row.row_count, digest: row.digest };
  },

  /** Reads the header of each page of the table, which is as good as SQLite tells. */
  async tableBytes(handle, table) {
    try {
      const { rows } = await sql<{ bytes: bigint | null }>`
        select sum(pgsize) as bytes from dbstat
        where aggregate = true and name in (select name from sqlite_schema where tbl_name = ${table} collate nocase)`.execute(
        handle,
      );
      return rows[0]?.bytes ?? undefined;
    } catch (error) {
      // SQLite has `dbstat` only where it was compiled in; an adopted connection may lack it.
      if (classifySqlite(error)?.kind === 'missing-object') return undefined;
      throw error;
    }
  },

  /** Whoever waits for the one writer does so outside of the database; how long a write of our own waits tells more. */
  async pressure() {
    return { lockWaiters: 0, replicaLagMs: undefined };
  },

  async readersHoldUpWriters(handle) {
    const { rows } = await sql<{ journal_mode: string }>`select journal_mode from pragma_journal_mode`.execute(handle);
    return rows[0]?.journal_mode !== 'wal';
  },

  async missingPrivileges(handle) {
    const { rows } = await sql<{ file: string }>`select file from pragma_database_list where name = 'main'`.execute(
      handle,
    );
    const file = rows[0]?.file ?? '';
    const missing: string[] = [];
    if (!(await isWritable(file))) missing.push(`write access to the file ${file}`);
    // The journal is made beside the file.
    if (!(await isWritable(dirname(file)))) missing.push(`write access to the folder ${dirname(file)}`);
    return missing;
  },
};

function objectLines({ type, name, tbl_name: table, sql: text }: StoredObject): readonly string[] {
  if (text === null) return [];
  if (type !== 'table' || /^\s*create\s+virtual\b/i.test(text))
    return [`${type} ${table}.${name}: ${canonicalSql(text)}`];
  const { definitions, options } = tableParts(text);
  return [options, ...definitions].map((part) => `table ${name}: ${part}`);
}

async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** Shadow tables belong to a virtual table and are not for anybody to read. */
async function listTables(handle: Handle): Promise<readonly ListedTable[]> {
  const { rows } = await sql<ListedTable>`
    select name, type, wr from pragma_table_list
    where schema = 'main' and type in ('table', 'view', 'virtual') and name not like 'sqlite\\_%' escape '\\'
    order by name`.execute(handle);
  return rows;
}

async function describe(handle: Handle, { name, type, wr }: ListedTable): Promise<TableInfo> {
  const { columns, primaryKey } = await readColumns(handle, name, wr === 1n);
  const triggers = await sql<{ name: string }>`
    select name from sqlite_schema where type = 'trigger' and tbl_name = ${name} collate nocase order by name`.execute(
    handle,
  );
  return {
    name,
    kind: type === 'view' ? 'view' : 'table',
    columns,
    primaryKey,
    uniqueKeys: await readUniqueKeys(handle, name),
    foreignKeys: await readForeignKeys(handle, name),
    triggers: triggers.rows.map((trigger) => ({ name: trigger.name, enabled: true })),
    rowsEstimate: type === 'table' && wr === 0n ? await estimateRows(handle, name) : undefined,
  };
}

async function readColumns(
  handle: Handle,
  table: string,
  withoutRowid: boolean,
): Promise<{ columns: ColumnInfo[]; primaryKey: string[] }> {
  const { rows } = await sql<{
    name: string;
    type: string;
    notnull: bigint;
    pk: bigint;
    dflt_value: string | null;
    hidden: bigint;
  }>`
    select name, type, "notnull", pk, dflt_value, hidden from pragma_table_xinfo(${table}) where hidden <> 1 order by cid`.execute(
    handle,
  );
  const key = rows.filter((row) => row.pk > 0n).toSorted((a, b) => Number(a.pk - b.pk));
  // Only the row's own number and keys that replace it refuse null; other primary keys take it, in SQLite alone.
  const isRowNumber = !withoutRowid && key.length === 1 && key[0]?.type.toLowerCase() === 'integer';
  const keyRefusesNull = withoutRowid || isRowNumber;
  return {
    columns: rows.map((row) => ({
      name: row.name,
      type: row.type,
      family: typeFamily(row.name, row.type),
      nullable: row.notnull === 0n && !(row.pk > 0n && keyRefusesNull),
      hasDefault: row.dflt_value !== null || row.hidden > 1n || (row.pk > 0n && isRowNumber),
    })),
    primaryKey: key.map((row) => row.name),
  };
}

/** Indexes over a part of the rows or over expressions make no key of the table. */
async function readUniqueKeys(handle: Handle, table: string): Promise<readonly (readonly string[])[]> {
  const { rows } = await sql<{ index_name: string; column_name: string | null }>`
    select list.name as index_name, info.name as column_name
    from pragma_index_list(${table}) as list, pragma_index_info(list.name) as info
    where list."unique" = 1 and list.origin <> 'pk' and list.partial = 0
    order by list.name, info.seqno`.execute(handle);
  const keys = new Map<string, (string | null)[]>();
  for (const row of rows) keys.set(row.index_name, [...(keys.get(row.index_name) ?? []), row.column_name]);
  return [...keys.values()].filter((columns): columns is string[] => !columns.includes(null));
}

async function readForeignKeys(handle: Handle, table: string): Promise<readonly ForeignKeyInfo[]> {
  const { rows } = await sql<{ id: bigint; target: string; from: string; to: string | null; on_delete: string }>`
    select id, "table" as target, "from", "to", on_delete from pragma_foreign_key_list(${table}) order by id, seq`.execute(
    handle,
  );
  const keys = new Map<bigint, typeof rows>();
  for (const row of rows) keys.set(row.id, [...(keys.get(row.id) ?? []), row]);
  const foreignKeys: ForeignKeyInfo[] = [];
  for (const parts of keys.values()) {
    const referencedTable = parts[0]?.target ?? '';
    const named = parts.flatMap((part) => (part.to === null ? [] : [part.to]));
    foreignKeys.push({
      columns: parts.map((part) => part.from),
      referencedTable,
      // A key that names no columns means the primary key of the other table.
      referencedColumns: named.length > 0 ? named : (await readColumns(handle, referencedTable, false)).primaryKey,
      onDelete: (parts[0]?.on_delete ?? '').toLowerCase(),
    });
  }
  return foreignKeys;
}

/** From ANALYZE where its figures are there, else the span of row numbers: two seeks, and too high where rows were deleted. */
async function estimateRows(handle: Handle, table: string): Promise<bigint | undefined> {
  const analyzed = await sql<{
    found: bigint;
  }>`select count(*) as found from sqlite_schema where name = 'sqlite_stat1'`.execute(handle);
  if (analyzed.rows[0]?.found === 1n) {
    const { rows } = await sql<{ stat: string | null }>`select stat from sqlite_stat1 where tbl = ${table}`.execute(
      handle,
    );
    const first = /^\d+/.exec(rows[0]?.stat ?? '')?.[0];
    if (first !== undefined) return BigInt(first);
  }
  const name = sql.raw(quoteName(table));
  const span = await sql<{ low: bigint | null; high: bigint | null; bytes: bigint }>`
    select (select min(rowid) from ${name}) as low, (select max(rowid) from ${name}) as high, page_count * page_size as bytes
    from pragma_page_count, pragma_page_size`.execute(handle);
  const [row] = span.rows;
  if (row === undefined || row.low === null || row.high === null) return 0n;
  const rows = row.high - row.low + 1n;
  // No row is smaller than its cell; a span beyond that comes from numbers that are not given in order.
  return rows * 4n <= row.bytes ? rows : undefined;
}
