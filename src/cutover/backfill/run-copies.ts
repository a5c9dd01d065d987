import { sql } from 'kysely';
import type { Copy } from '../descriptor.ts';
import type { Chunk } from './chunk.ts';

/** Fills the system's own tables for the chunk: inserts rows that are missing, and brings the refreshed columns of the others up to date. */
export async function runCopies(chunk: Chunk): Promise<void> {
  for (const copy of chunk.system.copies) {
    await insertMissing(chunk, copy);
    if (copy.refreshed.length > 0) await refreshChanged(chunk, copy);
  }
}

async function insertMissing(chunk: Chunk, copy: Copy<unknown>): Promise<void> {
  const { table, columns, key } = copy;
  await chunk.database.dialect.statements.insertIfAbsent(chunk.trx, {
    table,
    columns,
    source: sql`select ${sql.join(columns.map((column) => sql.ref(`s.${column}`)))} from (${copy.select(chunk.source)}) as s`,
    conflict: key,
  });
}

/** Only rows that differ are written: an update of equal rows costs as much as one that changes them. */
async function refreshChanged(chunk: Chunk, copy: Copy<unknown>): Promise<void> {
  const { expressions, statements } = chunk.database.dialect;
  const { table, columns, key, refreshed } = copy;
  const matched = key.map((column) => sql`${sql.ref(`t.${column}`)} = ${sql.ref(`s.${column}`)}`);
  const changed = refreshed.map(
    (column) => sql`not ${expressions.isNotDistinct(sql.ref(`t.${column}`), sql.ref(`s.${column}`))}`,
  );
  await statements.updateFromQuery(chunk.trx, {
    table,
    source: sql`select ${sql.join(columns.map((column) => sql`${sql.ref(`s.${column}`)} as ${sql.ref(column)}`))}
      from (${copy.select(chunk.source)}) as s join ${sql.table(table)} as t on ${sql.join(matched, sql` and `)}
      where ${sql.join(changed, sql` or `)}`,
    key,
    set: Object.fromEntries(refreshed.map((column) => [column, sql.ref(`source.${column}`)])),
  });
}
