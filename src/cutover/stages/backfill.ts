import { CarryoverError } from '../../base/errors.ts';
import { countTable } from '../analyze/count-facts.ts';
import type { FactCount } from '../analyze/analysis.ts';
import { decodeProgress, rowsExpected, sumOutcomes, type BackfillProgress } from '../backfill/backfill-progress.ts';
import { runChunks } from '../backfill/chunk-loop.ts';
import { checkQuarantineLimit, releaseQuarantine } from '../backfill/quarantine.ts';
import { recordFindings } from '../backfill/record-findings.ts';
import { saveProgress } from '../backfill/run-chunk.ts';
import { sweepVanished } from '../backfill/sweep-vanished.ts';
import { crashPoint } from '../crash-points.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverRowsMiscounted } from '../cutover-errors.ts';
import { legacySource, WHOLE } from '../legacy-source.ts';
import { changeState } from '../record/change-state.ts';
import { readCutoverRow, type CutoverRow } from '../record/cutover-row.ts';
import { appendJournal } from '../record/journal.ts';
import { checkLease, withHeartbeat } from '../record/lease.ts';
import { ERASE_LEDGER } from '../rollback/inverses.ts';
import { rollBackRun } from '../rollback/roll-back-run.ts';
import { tablesChangedSince, takeLegacyFingerprint } from '../verify/legacy-fingerprint.ts';
import { highestKey } from '../walk.ts';
import { defineStage, left, type CutoverRun, type Stage } from './define-stage.ts';

/**
 * Carries legacy facts into the ledger, chunk by chunk along the walk. A pass that was begun goes on behind its last chunk; one that
 * was completed is begun anew, and then posts only what changed.
 */
export const backfillStage: Stage = defineStage({
  name: 'backfill',

  async gate(run) {
    const { analysis } = left('the analysis', run.analyzed);
    checkQuarantineLimit(subjectOf(run.context), analysis.facts, run.limits);
  },

  async start(run) {
    const row = await currentRow(run);
    const isUnderWay = row.stage === 'backfill' && row.state !== 'done' && row.progress !== null;
    if (isUnderWay) await continuePass(run);
    else await beginPass(run, row);
    const progress = await runChunks(
      run,
      decodeProgress(left('the pass', (await currentRow(run)).progress ?? undefined)),
    );
    checkQuarantineLimit(subjectOf(run.context), factCounts(progress), run.limits);
    if (progress.swept) return;
    crashPoint('backfill:before-sweep');
    const entries = await sweepVanished(run, progress);
    await run.context.database.write(async (trx) => {
      await checkLease(run.context.database, trx, left('the lease', run.lease));
      await saveProgress(run, trx, { ...progress, entries: progress.entries + entries, swept: true });
    });
  },

  async complete(run) {
    const { database, system } = run.context;
    const lease = left('the lease', run.lease);
    const row = await currentRow(run);
    const progress = decodeProgress(left('the pass', row.progress ?? undefined));
    await checkRowsRead(run, progress, row);
    crashPoint('backfill:before-done');
    await database.write(async (trx) => {
      await checkLease(database, trx, lease);
      const released = await releaseQuarantine(trx, system.name, row.pass);
      await appendJournal(
        database,
        { trx, lease },
        {
          stage: 'backfill',
          step: `pass ${row.pass} done`,
          phase: 'result',
          rows: progress.entries,
          details: { accounts: progress.accounts, chunks: progress.chunks, facts: progress.facts, released },
        },
      );
      await changeState(database, { trx, lease }, { stage: 'backfill', state: 'done' });
    });
  },

  rollback: rollBackRun,
});

/** Fixes what the pass is measured against: the end of the walk, the rows of each table, and the fingerprint of legacy. */
async function beginPass(run: CutoverRun, row: CutoverRow): Promise<void> {
  const { database, system } = run.context;
  const lease = left('the lease', run.lease);
  const { parts, schema } = left('the analysis', run.analyzed);
  crashPoint('backfill:before-fingerprint');
  const begun = await withHeartbeat(database, { lease, ttlMs: run.limits.leaseTtlMs }, () =>
    run.reader.read(async (trx) => {
      const source = legacySource(parts, WHOLE);
      const factsExpected: Record<string, bigint> = {};
      for (const { table } of system.facts.filter((fact) => source.has(fact.table))) {
        factsExpected[table] = await countTable(trx, table, source);
      }
      const fingerprint = await takeLegacyFingerprint(database.dialect, trx, schema);
      return { factsExpected, fingerprint, upper: await highestKey(trx, parts) };
    }),
  );
  const progress: BackfillProgress = {
    after: null,
    upper: begun.upper,
    walked: false,
    swept: false,
    chunks: 0,
    accounts: 0n,
    entries: 0n,
    facts: {},
    factsExpected: begun.factsExpected,
  };
  await database.write(async (trx) => {
    // Nobody reads the findings of a rehearsal's copy, and looking for them takes a quarter of its time.
    const findings = run.isRehearsal ? 0n : await recordFindings(database, trx, { system, parts, runId: row.run_id });
    await appendJournal(
      database,
      { trx, lease },
      {
        stage: 'backfill',
        step: `pass ${row.pass + 1n}`,
        phase: 'intent',
        inverse: ERASE_LEDGER,
        details: { upper: begun.upper, rows: rowsExpected(progress), findings },
      },
    );
    const set = { pass: row.pass + 1n, legacy_fingerprint: JSON.stringify(begun.fingerprint) };
    await changeState(database, { trx, lease }, { stage: 'backfill', state: 'running', set });
    await saveProgress(run, trx, progress);
    crashPoint('backfill:findings-recorded');
  });
  crashPoint('backfill:fingerprint-recorded');
}

async function continuePass(run: CutoverRun): Promise<void> {
  const { database } = run.context;
  const lease = left('the lease', run.lease);
  await database.write((trx) => changeState(database, { trx, lease }, { stage: 'backfill', state: 'running' }));
}

/**
 * Every row of every fact table was read once. A table that was written to meanwhile has another number for a good reason; then
 * nothing is thrown here, since verify sees the change and asks for another pass.
 */
async function checkRowsRead(run: CutoverRun, progress: BackfillProgress, row: CutoverRow): Promise<void> {
  for (const [table, expected] of Object.entries(progress.factsExpected)) {
    const counts = progress.facts[table];
    const read = counts === undefined ? 0n : sumOutcomes(counts);
    if (read === expected) continue;
    if ((await tablesChangedSince(run, row)).length > 0) return;
    throw new CarryoverError(cutoverRowsMiscounted, {
      ...subjectOf(run.context),
      table,
      read: read.toString(),
      expected: expected.toString(),
    });
  }
}

function factCounts(progress: BackfillProgress): readonly FactCount[] {
  return Object.entries(progress.facts).map(([table, counts]) => ({
    table,
    rows: sumOutcomes(counts),
    outcomes: (['carried', 'excluded', 'quarantined'] as const).map((outcome) => ({
      outcome,
      reason: outcome === 'carried' ? null : outcome,
      meaning: null,
      rows: counts[outcome],
    })),
  }));
}

async function currentRow(run: CutoverRun): Promise<CutoverRow> {
  const row = await readCutoverRow(run.context.database.handle, run.context.system.name);
  return left('the row of the cutover', row);
}
