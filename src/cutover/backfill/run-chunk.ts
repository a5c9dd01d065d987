import { sql } from 'kysely';
import type { Trx } from '../../sql/engine.ts';
import { crashPoint } from '../crash-points.ts';
import type { WalkRange } from '../descriptor.ts';
import { legacySource } from '../legacy-source.ts';
import { readCutoverRow } from '../record/cutover-row.ts';
import { appendJournal } from '../record/journal.ts';
import { leaseLost } from '../record/lease.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { describeRange, nextRange } from '../walk.ts';
import { decodeProgress, encodeProgress, type BackfillProgress } from './backfill-progress.ts';
import { carryScope } from './carry-scope.ts';
import type { Chunk } from './chunk.ts';
import type { CopyColumns } from './run-copies.ts';

/** A chunk that was committed. */
export interface ChunkResult {
  readonly range: WalkRange;
  readonly keys: number;
  readonly progress: BackfillProgress;
}

/**
 * One chunk in the transaction of a `writeStaged`: accounts, entries, balances, copies, cursor and journal line are committed
 * together or not at all. That is what makes a resumed run redo nothing. It reads the cursor itself, so that a transaction whose COMMIT
 * was lost can simply be called again: if it was committed after all, this is the next chunk. `keys` limits the chunk.
 */
export async function runChunk(
  run: CutoverRun,
  trx: Trx,
  wanted: {
    readonly keys: number;
    readonly copyColumns: CopyColumns;
    readonly beginWriting: Chunk['beginWriting'];
  },
): Promise<ChunkResult> {
  const { keys, copyColumns, beginWriting } = wanted;
  const { database, system } = run.context;
  const lease = left('the lease', run.lease);
  const parts = left('the legacy schema', run.legacy).parts;
  await database.dialect.statements.planForBulk(trx);
  const row = await readCutoverRow(trx, system.name);
  if (row?.epoch !== lease.epoch) throw leaseLost(lease);
  const before = decodeProgress(left('the pass', row.progress ?? undefined));
  const { range, keys: keysFound } = await nextRange(trx, parts, { after: before.after, upper: before.upper, keys });
  const source = legacySource(parts, range);
  const actor = `migration:${row.run_id}`;
  const startedMs = performance.now();
  const done = await carryScope({
    database,
    trx,
    beginWriting,
    system,
    source,
    actor,
    pass: row.pass,
    countsFacts: true,
    copyColumns,
    isFirstPass: row.pass === 1n,
  });
  const progress: BackfillProgress = {
    ...before,
    after: range.upTo === null ? before.after : range.upTo.toString(),
    walked: range.upTo === null,
    chunks: before.chunks + 1,
    accounts: before.accounts + done.accounts,
    entries: before.entries + done.entries,
    facts: before.facts + done.facts,
  };
  await beginWriting();
  await saveProgress(run, trx, progress);
  await appendJournal(
    database,
    { trx, lease },
    {
      stage: 'backfill',
      step: `chunk ${progress.chunks}`,
      phase: 'result',
      rows: done.entries,
      seconds: (performance.now() - startedMs) / 1000,
      details: { range: describeRange(range), accounts: done.accounts, facts: done.facts },
    },
  );
  crashPoint('backfill:chunk:before-commit');
  return { range, keys: keysFound, progress };
}

/** Writes the progress into the cutover's row; the caller's transaction holds the lease. */
export async function saveProgress(run: CutoverRun, trx: Trx, progress: BackfillProgress): Promise<void> {
  const { system, database } = run.context;
  await sql`update ${sql.table('carryover_cutovers')}
    set progress = ${encodeProgress(progress)}, updated_at = ${database.dialect.expressions.now()}
    where system_name = ${system.name}`.execute(trx);
}
