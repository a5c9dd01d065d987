import { sql } from 'kysely';
import { migrateSchema } from '../../sql/schema-migrator.ts';
import type { Database } from '../../sql/database.ts';
import { CarryoverError } from '../../base/errors.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverGateClosed } from '../cutover-errors.ts';
import { crashPoint } from '../crash-points.ts';
import { beginRun } from '../expand/begin-run.ts';
import { withLockLadder } from '../expand/lock-ladder.ts';
import { coreMigrations } from '../plan/cutover-plan.ts';
import type { PlannedView } from '../plan/planned-views.ts';
import { changeState } from '../record/change-state.ts';
import { journaledStep } from '../record/journaled-step.ts';
import { withHeartbeat } from '../record/lease.ts';
import { UNDO_TABLES } from '../rollback/inverses.ts';
import { DROP_VIEW } from '../record/own-views.ts';
import { rollBackRun } from '../rollback/roll-back-run.ts';
import { defineStage, left, type CutoverRun, type Stage } from './define-stage.ts';
import { refuseUnready } from './plan.ts';

/**
 * Adds Carryover's tables, the system's own and the compatibility views. Nothing of the user's is changed. The core tables come first
 * and outside the journal, which is one of them; the run, its lease and everything after are recorded.
 */
export const expandStage: Stage = defineStage({
  name: 'expand',

  async gate(run) {
    // A run that goes on stands on the backup it began with, which its row names.
    if (run.backup?.state === 'proven' || run.lease !== undefined) {
      refuseUnready(run, 'expand');
      return;
    }
    throw new CarryoverError(cutoverGateClosed, {
      ...subjectOf(run.context),
      stage: 'expand',
      found: 'no backup is proven',
      expected: 'one that was restored and compared',
      nextStep: `Run "carryover backup --instance ${run.context.instance}".`,
    });
  },

  async start(run) {
    const { context } = run;
    if (run.lease === undefined) {
      crashPoint('expand:before-core');
      await ladder(run, "create Carryover's tables", (limited) =>
        migrateSchema(limited, coreMigrations, context.toolVersion),
      );
      run.lease = await beginRun(run);
      crashPoint('expand:run-recorded');
    }
    await withHeartbeat(context.database, { lease: run.lease, ttlMs: run.limits.leaseTtlMs }, async () => {
      await makeTables(run);
      for (const view of left('the plan', run.plan).views) await makeView(run, view);
    });
  },

  async complete(run) {
    const { database } = run.context;
    const lease = left('the lease', run.lease);
    crashPoint('expand:before-done');
    await database.write((trx) => changeState(database, { trx, lease }, { stage: 'expand', state: 'done' }));
  },

  rollback: rollBackRun,
});

async function makeTables(run: CutoverRun): Promise<void> {
  const { database, system } = run.context;
  if (system.schemaMigrations.length === 0) return;
  const statements = system.schemaMigrations.flatMap((migration) => migration.statements(database));
  crashPoint('expand:before-tables');
  await journaledStep(run, { stage: 'expand', step: 'create-tables', statements, inverse: UNDO_TABLES }, async () => {
    await ladder(run, `create the tables of ${system.name}`, (limited) =>
      migrateSchema(limited, system.schemaMigrations, run.context.toolVersion),
    );
    crashPoint('expand:tables-made');
  });
}

async function makeView(run: CutoverRun, view: PlannedView): Promise<void> {
  const step = {
    stage: 'expand',
    step: `create-view ${view.physical}`,
    statements: view.statements,
    inverse: `${DROP_VIEW}${view.physical}`,
  } as const;
  crashPoint('expand:before-view');
  await journaledStep(run, step, async () => {
    await ladder(run, `create the view ${view.physical}`, async (limited) => {
      for (const statement of view.statements) await sql.raw(statement).execute(limited.handle);
    });
    crashPoint('expand:view-made');
  });
}

function ladder<T>(run: CutoverRun, step: string, work: (limited: Database) => Promise<T>): Promise<T> {
  const request = {
    ...subjectOf(run.context),
    step,
    budgetMs: run.limits.lockLadderBudgetMs,
    onWait: (reason: string): void => run.emit({ type: 'waiting', stage: 'expand', reason }),
  };
  return withLockLadder(run.context.database, request, work);
}
