import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CarryoverError } from '../../base/errors.ts';
import { decodeProgress } from '../backfill/backfill-progress.ts';
import { drainMarks } from '../capture/drain-marks.ts';
import { sweepOnRecord } from '../capture/recent-sweep.ts';
import { crashPoint } from '../crash-points.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverGateClosed, cutoverNothingChecked, cutoverVerifyFailed } from '../cutover-errors.ts';
import { changeState } from '../record/change-state.ts';
import { readCutoverRow, type CutoverRow } from '../record/cutover-row.ts';
import { appendJournal } from '../record/journal.ts';
import { withHeartbeat } from '../record/lease.ts';
import { ownViews, userObjects } from '../record/own-views.ts';
import { rollBackRun } from '../rollback/roll-back-run.ts';
import { waitWhileHeld } from '../run/wait-while-held.ts';
import { checkInvariants } from '../verify/check-invariants.ts';
import { checkLedger } from '../verify/check-ledger.ts';
import { compareAccounts } from '../verify/compare-accounts.ts';
import { digestAccounts } from '../verify/digest-accounts.ts';
import { tablesChangedSince, type LegacyFingerprint } from '../verify/legacy-fingerprint.ts';
import { sealProof, writeProof, type Proof } from '../verify/proof-file.ts';
import { breachesOf, uncheckedOf, type Verification } from '../verify/verification.ts';
import { requireTriggers } from '../capture/require-triggers.ts';
import { defineStage, isLive, left, type CutoverRun, type Stage } from './define-stage.ts';

/**
 * Compares both sides by paths that share nothing with the backfill, and writes the proof. Legacy is fingerprinted last: equal to the
 * fingerprint before the pass, it says that everything between saw the same rows, without a snapshot held open for all that time.
 */
export const verifyStage: Stage = defineStage({
  name: 'verify',

  async gate(run) {
    const row = await currentRow(run);
    const isBackfilled = (row.stage === 'backfill' && row.state === 'done') || row.stage === 'verify';
    if (isBackfilled) return;
    throw new CarryoverError(cutoverGateClosed, {
      ...subjectOf(run.context),
      stage: 'verify',
      found: `${row.stage} is ${row.state}`,
      expected: 'a completed backfill',
      nextStep: `Run "carryover migrate --instance ${run.context.instance} --system ${run.context.system.name}".`,
    });
  },

  async start(run) {
    const { database } = run.context;
    const lease = left('the lease', run.lease);
    crashPoint('verify:before');
    await waitWhileHeld(run, 'verify');
    await database.write((trx) => changeState(database, { trx, lease }, { stage: 'verify', state: 'running' }));
    const leased = { lease, ttlMs: run.limits.leaseTtlMs };
    if (isLive(run)) await drainMarks(run, 'verify');
    run.verification = await withHeartbeat(database, leased, () => compareBothSides(run));
    crashPoint('verify:compared');
  },

  async complete(run) {
    const verification = left('the verification', run.verification);
    // A trigger that was gone meanwhile voids the sweep.
    if (isLive(run)) await requireTriggers(run, false);
    const breaches = breachesOf(verification);
    if (breaches.length > 0) {
      throw new CarryoverError(cutoverVerifyFailed, { ...subjectOf(run.context), breaches });
    }
    const what = uncheckedOf(verification);
    if (what.length > 0) throw new CarryoverError(cutoverNothingChecked, { ...subjectOf(run.context), what });
    const { database } = run.context;
    const lease = left('the lease', run.lease);
    const leased = { lease, ttlMs: run.limits.leaseTtlMs };
    const { file, proof } = await withHeartbeat(database, leased, () => prove(run, verification));
    run.verification = { ...verification, proofFile: file };
    crashPoint('verify:proof-written');
    await database.write(async (trx) => {
      await appendJournal(
        database,
        { trx, lease },
        {
          stage: 'verify',
          step: 'proof',
          phase: 'result',
          rows: verification.accounts.compared,
          seconds: verification.seconds,
          details: { root: proof.ledger.root, sha256: proof.sha256, units: proof.ledger.units },
        },
      );
      await changeState(database, { trx, lease }, { stage: 'verify', state: 'done' });
      crashPoint('verify:before-done');
    });
  },

  rollback: rollBackRun,
});

async function compareBothSides(run: CutoverRun): Promise<Verification> {
  const startedMs = performance.now();
  const { reader } = run;
  const step = (name: string): void => run.emit({ type: 'step', stage: 'verify', step: name });
  step('compare every account');
  const accounts = isLive(run) ? await sweepOnRecord(run, 'verify') : await compareAccounts(run);
  const invariants = await checkInvariants(run);
  step('check the ledger against itself');
  const ledger = await checkLedger(run);
  step('look for changes of legacy');
  const changedTables = isLive(run) ? [] : await tablesChangedSince(run, await currentRow(run));
  const views = await ownViews(reader, run.context.system.name);
  const text = await reader.dialect.introspection.schemaText(reader.handle, userObjects(reader, views));
  const sha256 = createHash('sha256').update(text).digest('hex');
  return {
    accounts,
    invariants,
    ledgerBreaches: ledger.breaches,
    ledgerAccountsChecked: ledger.accounts,
    changedTables,
    schemaDrifted: sha256 !== left('the analysis', run.analysis).legacySchemaSha256,
    seconds: (performance.now() - startedMs) / 1000,
  };
}

async function prove(
  run: CutoverRun,
  verification: Verification,
): Promise<{ readonly file: string; readonly proof: Proof }> {
  const { context, reader } = run;
  run.emit({ type: 'step', stage: 'verify', step: 'write the proof' });
  const row = await currentRow(run);
  const progress = decodeProgress(left('the pass', row.progress ?? undefined));
  const facts = progress.counts.map(({ table, rows, outcomes }) => {
    const texts = outcomes.map((outcome) => [outcome.reason ?? outcome.outcome, outcome.rows.toString()]);
    return [table, { rows: rows.toString(), ...(Object.fromEntries(texts) as Record<string, string>) }];
  });
  const analysis = left('the analysis', run.analysis);
  const proof = sealProof({
    format: 'carryover-proof',
    formatNumber: 1,
    instance: context.instance,
    system: context.system.name,
    runId: row.run_id,
    planHash: row.plan_hash,
    toolVersion: context.toolVersion,
    serverVersion: analysis.serverVersion,
    asOf: run.asOf.toString(),
    takenAt: (await reader.dialect.statements.serverNow(reader.handle)).toString(),
    backupId: row.backup_id,
    facts: Object.fromEntries(facts) as Proof['facts'],
    legacy: {
      schemaSha256: analysis.legacySchemaSha256,
      fingerprint: JSON.parse(left('the fingerprint', row.legacy_fingerprint ?? undefined)) as LegacyFingerprint,
    },
    accountsCompared: verification.accounts.compared.toString(),
    accountsDifferent: verification.accounts.different.toString(),
    invariants: verification.invariants,
    ledger: await digestAccounts(reader, context.system.name),
  });
  const file = join(
    context.folder,
    `${context.instance}-${context.system.name}-${row.run_id}-pass-${row.pass}.proof.json`,
  );
  writeProof(file, proof);
  return { file, proof };
}

async function currentRow(run: CutoverRun): Promise<CutoverRow> {
  const row = await readCutoverRow(run.context.database.handle, run.context.system.name);
  return left('the row of the cutover', row);
}
