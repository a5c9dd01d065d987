import { sql, type RawBuilder } from 'kysely';
import type { Copy, LegacySource } from '../descriptor.ts';
import type { Chunk } from './chunk.ts';
import { SYNCED } from './stage-accounts.ts';
import { stageRows } from './stage-rows.ts';

const COPIED = 'carryover_stage_copied';

/** By copied table, its columns with their DDL types: looked up once per run, since tables do not change under it. */
export type CopyColumns = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * Fills the system's own tables for the chunk: inserts rows that are missing, and brings the refreshed columns of the others up to date.
 * In a first pass there are no others, so the rows go into the table as they are read.
 */
export async function runCopies(chunk: Chunk): Promise<void> {
  const source = withChunkAccounts(chunk);
  for (const [index, copy] of chunk.system.copies.entries()) {
    const { columns } = copy;
    const selected = sql`select ${sql.join(columns.map((column) => sql.ref(`s.${column}`)))} from (${copy.select(source)}) as s`;
    if (chunk.isFirstPass === true) {
      await insertMissing(chunk, copy, selected);
      continue;
    }
    // By system, since a session that serves several keeps the tables of each.
    const stage = `${COPIED}_${chunk.system.name}_${index}`;
    await stageRows(chunk, { name: stage, columns: columnsOf(chunk, copy) }, selected);
    const staged = sql`select ${sql.join(columns.map((column) => sql.ref(`s.${column}`)))} from ${sql.table(stage)} as s`;
    await insertMissing(chunk, copy, staged);
    if (copy.refreshed.length > 0) await refreshChanged(chunk, copy, stage);
  }
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
