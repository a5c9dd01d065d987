import { CarryoverError } from '../../base/errors.ts';
import { captureTriggers } from '../capture/legacy-triggers.ts';
import { crashPoint } from '../crash-points.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverCaptureRefused, cutoverGateClosed } from '../cutover-errors.ts';
import { isStageBefore } from '../cutover-state.ts';
import { withLockLadder } from '../expand/lock-ladder.ts';
import { runDdl } from '../expand/run-ddl.ts';
import { changeState } from '../record/change-state.ts';
import { readCutoverRow } from '../record/cutover-row.ts';
import { journaledStep } from '../record/journaled-step.ts';
import { withHeartbeat } from '../record/lease.ts';
import { dropTriggers } from '../rollback/inverses.ts';
import { brokenTriggers, requireTriggers } from '../capture/require-triggers.ts';
import { rollBackRun } from '../rollback/roll-back-run.ts';
import { defineStage, left, type CutoverRun, type Stage } from './define-stage.ts';

/**
 * Makes the triggers that are missing of those that note down whom each legacy write concerns. Making one waits for every transaction that has written to its table,
 * on each engine, so when the stage is done no writer is left whom it does not see; that is what the backfill after it stands on.
 */
export const captureStage: Stage = defineStage({
  name: 'capture',

  async gate(run) {
    const row = left(
      'the row of the cutover',
      await readCutoverRow(run.context.database.handle, run.context.system.name),
    );
    const isExpanded = isStageBefore('expand', row.stage) || (row.stage === 'expand' && row.state === 'done');
    if (!isExpanded) {
      throw new CarryoverError(cutoverGateClosed, {
        ...subjectOf(run.context),
        stage: 'capture',
        found: `${row.stage} is ${row.state}`,
        expected: 'a completed expand',
        nextStep: `Run "carryover migrate --instance ${run.context.instance} --system ${run.context.system.name}".`,
      });
    }
    await refuseBlindness(run);
  },

  async start(run) {
    const { database } = run.context;
    const lease = left('the lease', run.lease);
    await database.write((trx) => changeState(database, { trx, lease }, { stage: 'capture', state: 'running' }));
    await withHeartbeat(database, { lease, ttlMs: run.limits.leaseTtlMs }, () => makeTriggers(run));
  },

  async complete(run) {
    const { database } = run.context;
    const lease = left('the lease', run.lease);
    await requireTriggers(run, false);
    crashPoint('capture:before-done');
    await database.write((trx) => changeState(database, { trx, lease }, { stage: 'capture', state: 'done' }));
  },

  rollback: rollBackRun,
});

/** What triggers cannot see here is told; what would make capture worthless stops it. */
async function refuseBlindness(run: CutoverRun): Promise<void> {
  const { database } = run.context;
  const { schema } = left('the legacy schema', run.legacy);
  const tables = captureTriggers(run.context, schema).map(({ table }) => table);
  const spots = await database.dialect.triggers.blindSpots(database.handle, tables);
  for (const spot of spots) run.log.write('blind-spot', { ...spot });
  const stops = spots.filter(({ answer }) => answer === 'stop');
  if (stops.length === 0) return;
  const [first] = stops;
  throw new CarryoverError(cutoverCaptureRefused, {
    ...subjectOf(run.context),
    found: stops.map(({ what }) => what).join('; '),
    remedy: left('the remedy', first).remedy,
  });
}

async function makeTriggers(run: CutoverRun): Promise<void> {
  const { database } = run.context;
  const { schema } = left('the legacy schema', run.legacy);
  const broken = await brokenTriggers(run, false);
  for (const trigger of captureTriggers(run.context, schema)) {
    const names = database.dialect.triggers.triggerNames(trigger.name, 'capture');
    if (!names.some((name) => broken.includes(`${trigger.table}.${name}`))) continue;
    const statements = database.dialect.triggers.capture(trigger);
    const inverse = dropTriggers(trigger.name, trigger.table);
    crashPoint('capture:before-trigger');
    await journaledStep(run, { stage: 'capture', step: `capture ${trigger.table}`, statements, inverse }, async () => {
      const request = {
        ...subjectOf(run.context),
        step: `make the triggers on ${trigger.table}`,
        budgetMs: run.limits.lockLadderBudgetMs,
        onWait: (reason: string): void => run.emit({ type: 'waiting', stage: 'capture', reason }),
      };
      await withLockLadder(database, request, (limited) => runDdl(limited, statements));
      crashPoint('capture:trigger-made');
    });
  }
}
