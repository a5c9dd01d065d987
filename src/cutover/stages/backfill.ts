import { sql } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import { decodeProgress, type BackfillProgress } from '../backfill/backfill-progress.ts';
import { beginPass } from '../backfill/begin-pass.ts';
import { runChunks } from '../backfill/chunk-loop.ts';
import { saveProgress } from '../backfill/run-chunk.ts';
import { sweepVanished } from '../backfill/sweep-vanished.ts';
import { drainMarks } from '../capture/drain-marks.ts';
import { crashPoint } from '../crash-points.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverRowsMiscounted } from '../cutover-errors.ts';
import { legacySource, WHOLE } from '../legacy-source.ts';
import { changeState } from '../record/change-state.ts';
import { readCutoverRow, type CutoverRow } from '../record/cutover-row.ts';
import { appendJournal } from '../record/journal.ts';
import { checkLease } from '../record/lease.ts';
import { rollBackRun } from '../rollback/roll-back-run.ts';
import { readWhole } from '../run/read-whole.ts';
import { tablesChangedSince } from '../verify/legacy-fingerprint.ts';
import { requireTriggers } from '../capture/require-triggers.ts';
import { defineStage, isLive, left, type CutoverRun, type Stage } from './define-stage.ts';
import { refuseUnready } from './plan.ts';

/**
 * Carries legacy facts into the ledger, chunk by chunk along the walk. A pass that was begun goes on behind its last chunk; one that
 * was completed is begun anew, and then posts only what changed.
 */
export const backfillStage: Stage = defineStage({
  name: 'backfill',

  async gate(run) {
    refuseUnready(run, 'backfill');
    if (isLive(run)) await requireTriggers(run, false);
  },

  async start(run) {
    const { database } = run.context;
    const lease = left('the lease', run.lease);
    const row = await currentRow(run);
    const isUnderWay = row.stage === 'backfill' && row.state !== 'done' && row.progress !== null;
    if (isUnderWay) {
      await database.write((trx) => changeState(database, { trx, lease }, { stage: 'backfill', state: 'running' }));
    } else {
      await beginPass(run, row);
    }
    const progress = await runChunks(run, await currentProgress(run));
    if (isLive(run)) await drainMarks(run, 'backfill');
    if (progress.swept) return;
    crashPoint('backfill:before-sweep');
    const entries = await sweepVanished(run, progress);
    await database.write(async (trx) => {
      await checkLease(database, trx, lease);
      await saveProgress(run, trx, { ...progress, entries: progress.entries + entries, swept: true });
    });
  },

  async complete(run) {
    const { database } = run.context;
    const lease = left('the lease', run.lease);
    const row = await currentRow(run);
    const progress = await currentProgress(run);
    await checkFactsRead(run, progress, row);
    crashPoint('backfill:before-done');
    await database.write(async (trx) => {
      const { accounts, chunks, facts } = progress;
      await appendJournal(
        database,
        { trx, lease },
        {
          stage: 'backfill',
          step: `pass ${row.pass} done`,
          phase: 'result',
          rows: progress.entries,
          details: { accounts, chunks, facts },
        },
      );
      await changeState(database, { trx, lease }, { stage: 'backfill', state: 'done' });
    });
  },

  rollback: rollBackRun,
});

/**
 * The ranges of the walk together read every fact once. Legacy that was written to meanwhile has another number for a good
 * reason; then nothing is thrown here, since verify sees the change and asks for another pass.
 */
async function checkFactsRead(run: CutoverRun, progress: BackfillProgress, row: CutoverRow): Promise<void> {
  const { facts: read } = progress;
  // Facts that come and go meanwhile are followed by their marks; that each is in its place is for the sweep to say.
  if (read === progress.factsExpected || isLive(run)) return;
  // Accounts under ledger authority are not read, and analyze may have looked before legacy changed: only a count decides.
  const expected = await countCarriedFacts(run);
  if (read === expected || (await tablesChangedSince(run, row)).length > 0) return;
  throw new CarryoverError(cutoverRowsMiscounted, {
    ...subjectOf(run.context),
    read: read.toString(),
    expected: expected.toString(),
  });
}

async function countCarriedFacts(run: CutoverRun): Promise<bigint> {
  const { system } = run.context;
  const source = legacySource(left('the legacy schema', run.legacy).parts, WHOLE);
  const owner = source.expressions.text(sql`h.owner`);
  const ofLedger = sql`select a.kind as kind, a.owner as owner from ${sql.table('carryover_accounts')} as a
    where a.system_name = ${system.name} and a.authority = 'ledger' group by a.kind, a.owner`;
  const carried = sql<{ n: bigint }>`select count(*) as n from (${system.history(source)}) as h
    left join (${ofLedger}) as l on l.kind = h.account_kind and l.owner = ${owner}
    where h.amount <> 0 and l.owner is null`;
  const { rows } = await readWhole(run, carried);
  return rows[0]?.n ?? 0n;
}

async function currentProgress(run: CutoverRun): Promise<BackfillProgress> {
  return decodeProgress(left('the pass', (await currentRow(run)).progress ?? undefined));
}

async function currentRow(run: CutoverRun): Promise<CutoverRow> {
  const row = await readCutoverRow(run.context.database.handle, run.context.system.name);
  return left('the row of the cutover', row);
}
