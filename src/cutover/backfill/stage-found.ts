import { sql } from 'kysely';
import { REFERENCE_LENGTH_MAX } from '../../base/names.ts';
import type { Chunk } from './chunk.ts';
import { stageRows } from './stage-rows.ts';

/** The chunk's facts with an amount as the system's `history` gives them, by kind and owner of their account. */
export const FOUND = 'carryover_stage_found';

/** Reads the chunk's facts once and stages them in `FOUND`. */
export async function stageFound(chunk: Chunk): Promise<void> {
  const { expressions: e, columnTypes: type } = chunk.database.dialect;
  const reference = type.text(REFERENCE_LENGTH_MAX);
  const columns = {
    kind: type.text(32),
    owner: reference,
    source: reference,
    amount: type.int64,
    entry_kind: type.text(32),
    contra: type.text(64),
    occurred_at: type.instant,
    details: type.json,
  };
  await stageRows(
    chunk,
    { name: FOUND, columns },
    sql`select h.account_kind, ${e.text(sql`h.owner`)}, h.source, h.amount, h.entry_kind, h.contra, h.occurred_at, ${e.json(sql`h.details`)}
      from (${chunk.system.history(chunk.source)}) as h where h.amount <> 0`,
  );
}
