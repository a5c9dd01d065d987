import { sql, type RawBuilder } from 'kysely';
import type { Copy, LegacySource } from '../descriptor.ts';
import type { Chunk } from './chunk.ts';
import { SYNCED } from './stage-accounts.ts';
import { stageRows } from './stage-rows.ts';

const COPIED = 'carryover_stage_copied';

/** By copied table, its columns with their DDL types: looked up once per run, since tables do not change under it. */
export type CopyColumns = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * Stages the rows of the system's own tables that do not depend on what is posted, for accounts in `SYNCED`, so that `writeCopies` has only to
 * write. In a first pass there is nothing to compare them with, and they go into their tables as they are read.
 */
export async function stageCopies(chunk: Chunk): Promise<void> {
  if (chunk.isFirstPass === true) return;
  for (const [index, copy] of chunk.system.copies.entries()) {
    if (copy.afterPosting !== true) await stageCopy(chunk, index, copy);
  }
}

/** Fills the system's own tables for the chunk: inserts rows that are missing, and brings the refreshed columns of the others up to date. */
export async function writeCopies(chunk: Chunk): Promise<void> {
  await chunk.beginWriting();
  for (const [index, copy] of chunk.system.copies.entries()) {
    if (chunk.isFirstPass === true) {
      await insertMissing(chunk, copy, selected(chunk, copy));
      continue;
    }
    if (copy.afterPosting === true) await stageCopy(chunk, index, copy);
    const stage = stageOf(chunk, index);
    await insertMissing(chunk, copy, sql`select ${columnsAs(copy)} from ${sql.table(stage)} as s`);
    if (copy.refreshed.length > 0) await refreshChanged(chunk, copy, stage);
  }
}

async function stageCopy(chunk: Chunk, index: number, copy: Copy<unknown>): Promise<void> {
  await stageRows(chunk, { name: stageOf(chunk, index), columns: columnsOf(chunk, copy) }, selected(chunk, copy));
}

/** By system, since a session that serves several keeps the tables of each. */
function stageOf({ system }: Chunk, index: number): string {
  return `${COPIED}_${system.name}_${index}`;
}

function selected(chunk: Chunk, copy: Copy<unknown>): RawBuilder<unknown> {
  return sql`select ${columnsAs(copy)} from (${copy.select(withChunkAccounts(chunk))}) as s`;
}

function columnsAs({ columns }: Copy<unknown>): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql.ref(`s.${column}`)));
}

/**
 * The source with the chunk's own accounts under the shared name `accounts`. Of the table of all accounts, which grows as fast as it is
 * read, a planner knows nothing.
 */
function withChunkAccounts({ source }: Chunk): LegacySource<unknown> {
  const staged = sql`select a.id as id, s.kind as kind, s.owner as owner, a.balance as balance
    from ${sql.table(SYNCED)} as s join ${sql.table('carryover_accounts')} as a on a.id = s.id`;
  return { ...source, shared: (name, query) => (name === 'accounts' ? staged : source.shared(name, query)) };
}

function columnsOf(chunk: Chunk, copy: Copy<unknown>): Readonly<Record<string, string>> {
  const types = chunk.copyColumns.get(copy.table);
  if (types === undefined) throw new Error(`The table ${copy.table} of a copy does not exist.`);
  return Object.fromEntries(
    copy.columns.map((column) => {
      const type = types[column];
      if (type === undefined)
        throw new Error(`The copy of ${copy.table} names the column ${column}, which does not exist.`);
      return [column, type];
    }),
  );
}

async function insertMissing(chunk: Chunk, copy: Copy<unknown>, source: RawBuilder<unknown>): Promise<void> {
  const { table, columns, key } = copy;
  await chunk.database.dialect.statements.insertIfAbsent(chunk.trx, { table, columns, source, conflict: key });
}

/** Only rows that differ are written: an update of equal rows costs as much as one that changes them. */
async function refreshChanged(chunk: Chunk, copy: Copy<unknown>, stage: string): Promise<void> {
  const { expressions, statements } = chunk.database.dialect;
  const { table, columns, key, refreshed } = copy;
  const matched = key.map((column) => sql`${sql.ref(`t.${column}`)} = ${sql.ref(`s.${column}`)}`);
  const changed = refreshed.map(
    (column) => sql`not ${expressions.isNotDistinct(sql.ref(`t.${column}`), sql.ref(`s.${column}`))}`,
  );
  await statements.updateFromQuery(chunk.trx, {
    table,
    source: sql`select ${sql.join(columns.map((column) => sql`${sql.ref(`s.${column}`)} as ${sql.ref(column)}`))}
      from ${sql.table(stage)} as s join ${sql.table(table)} as t on ${sql.join(matched, sql` and `)}
      where ${sql.join(changed, sql` or `)}`,
    key,
    set: Object.fromEntries(refreshed.map((column) => [column, sql.ref(`source.${column}`)])),
  });
}

/** Reads the columns of every copied table. */
export async function readCopyColumns(chunk: Pick<Chunk, 'database' | 'system'>): Promise<CopyColumns> {
  const { database, system } = chunk;
  const found = new Map<string, Readonly<Record<string, string>>>();
  for (const { table } of system.copies) {
    const info = await database.dialect.introspection.table(database.handle, database.tableName(table));
    const columns = info?.columns.map(({ name, type }) => [name, type] as const);
    if (columns !== undefined) found.set(table, Object.fromEntries(columns));
  }
  return found;
}
