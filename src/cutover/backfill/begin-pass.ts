import { countFacts } from '../analyze/count-facts.ts';
import { crashPoint } from '../crash-points.ts';
import { legacySource, WHOLE } from '../legacy-source.ts';
import { changeState } from '../record/change-state.ts';
import type { CutoverRow } from '../record/cutover-row.ts';
import { appendJournal } from '../record/journal.ts';
import { withHeartbeat } from '../record/lease.ts';
import { ERASE_LEDGER } from '../rollback/inverses.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { changedTables, takeLegacyFingerprint, type LegacyFingerprint } from '../verify/legacy-fingerprint.ts';
import { highestKey } from '../walk.ts';
import { encodeProgress, type BackfillProgress } from './backfill-progress.ts';
import { readFindings, writeFindings, type StoredFinding } from './findings-table.ts';
import { checkQuarantineLimit, readQuarantined, writeQuarantine, type QuarantinedRow } from './quarantine.ts';
import { subjectOf } from '../cutover-context.ts';

/** What one look at the whole of legacy gives a pass. */
interface PassStart {
  readonly fingerprint: LegacyFingerprint;
  readonly progress: BackfillProgress;
  readonly quarantined: readonly QuarantinedRow[];
  readonly findings: readonly StoredFinding[];
}

/**
 * Begins a pass: fixes what it is measured against (the end of the walk, the counts, the fingerprint of legacy) on one snapshot, then
 * writes that down with findings and quarantine in one short transaction. Everything is read first, since on an engine with one
 * writer the application waits for as long as that transaction is open.
 */
export async function beginPass(run: CutoverRun, row: CutoverRow): Promise<void> {
  const { database, system } = run.context;
  const lease = left('the lease', run.lease);
  crashPoint('backfill:before-fingerprint');
  run.emit({ type: 'step', stage: 'backfill', step: 'look at the whole of legacy' });
  const leased = { lease, ttlMs: run.limits.leaseTtlMs };
  const start = await withHeartbeat(database, leased, () => readPassStart(run));
  checkQuarantineLimit(subjectOf(run.context), start.progress.counts, run.limits);
  const pass = row.pass + 1n;
  await database.write(async (trx) => {
    await appendJournal(
      database,
      { trx, lease },
      {
        stage: 'backfill',
        step: `pass ${pass}`,
        phase: 'intent',
        inverse: ERASE_LEDGER,
        details: { upper: start.progress.upper, counts: start.progress.counts },
      },
    );
    await writeFindings(database, trx, { system: system.name, runId: row.run_id, rows: start.findings });
    await writeQuarantine(database, trx, { system: system.name, pass, rows: start.quarantined });
    const set = {
      pass,
      legacy_fingerprint: JSON.stringify(start.fingerprint),
      progress: encodeProgress(start.progress),
    };
    await changeState(database, { trx, lease }, { stage: 'backfill', state: 'running', set });
    crashPoint('backfill:findings-recorded');
  });
  crashPoint('backfill:fingerprint-recorded');
}

function readPassStart(run: CutoverRun): Promise<PassStart> {
  const { database, system } = run.context;
  const analysis = left('the analysis', run.analysis);
  const { parts, schema } = left('the legacy schema', run.legacy);
  const source = legacySource(parts, WHOLE);
  return run.reader.read(async (trx) => {
    await database.dialect.statements.planForWhole(trx);
    const fingerprint = await takeLegacyFingerprint(database.dialect, trx, schema);
    // What analyze saw in the same rows needs no second look.
    const found = left('the findings', run.found);
    const isAsAnalyzed = changedTables(found.fingerprint, fingerprint).length === 0;
    const counts = isAsAnalyzed ? analysis.facts : await countFacts(trx, system.facts, source);
    const known = isAsAnalyzed ? found.rows : new Map();
    return {
      fingerprint,
      progress: {
        after: null,
        upper: await highestKey(trx, parts),
        walked: false,
        swept: false,
        chunks: 0,
        accounts: 0n,
        facts: 0n,
        factsExpected: analysis.entries.reduce((sum, { entries }) => sum + entries, 0n),
        entries: 0n,
        counts,
      },
      quarantined: await readQuarantined(trx, system.facts, { source, counts }),
      // Nobody reads the findings of a rehearsal's copy, and looking for them takes a quarter of its time.
      findings: run.isRehearsal ? [] : await readFindings(trx, system.findings, { source, known }),
    };
  });
}
