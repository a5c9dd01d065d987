import { sql, type RawBuilder } from 'kysely';
import type { Chunk } from './chunk.ts';
import { stageRows } from './stage-rows.ts';

/** The chunk with a source whose `shared` gives the rows that the system wants derived once, from tables of their own. */
export async function stageShared(chunk: Chunk): Promise<Chunk> {
  const { columnTypes } = chunk.database.dialect;
  let staged = chunk;
  for (const { name, rows, staged: columnsOf } of chunk.system.shared ?? []) {
    if (columnsOf === undefined) continue;
    const columns = columnsOf(columnTypes);
    const selected = sql.join(Object.keys(columns).map((column) => sql.ref(`q.${column}`)));
    // By system, since a session that serves several keeps the tables of each.
    const table = `carryover_stage_shared_${staged.system.name}_${name}`;
    await stageRows(staged, { name: table, columns }, sql`select ${selected} from (${rows(staged.source)}) as q`);
    staged = withShared(staged, name, sql`select ${selected} from ${sql.table(table)} as q`);
  }
  return staged;
}

function withShared(chunk: Chunk, name: string, kept: RawBuilder<unknown>): Chunk {
  const { source } = chunk;
  const shared: typeof source.shared = (asked, query) => (asked === name ? kept : source.shared(asked, query));
  return { ...chunk, source: { ...source, shared } };
}
