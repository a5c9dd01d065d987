import { appendJournal, type JournalLine } from './journal.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';

/** A step whose work has transactions of its own, between an intent and a result line. */
export type JournaledStep = Omit<JournalLine, 'phase' | 'rows' | 'seconds' | 'details'>;

/** What the work of a step tells the journal. */
export interface StepResult {
  readonly rows?: bigint;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Writes the intent, with the step's inverse, in a transaction of its own; does the work; writes the result. A crash between leaves
 * an intent without a result: the work is then done again, so it must be repeatable, and a rollback runs the inverse.
 */
export async function journaledStep(
  run: CutoverRun,
  step: JournaledStep,
  work: () => Promise<StepResult | void>,
): Promise<void> {
  const { database } = run.context;
  const lease = left('the lease', run.lease);
  run.emit({ type: 'step', stage: step.stage, step: step.step });
  run.log.write('intent', { stage: step.stage, step: step.step });
  await database.write((trx) => appendJournal(database, { trx, lease }, { ...step, phase: 'intent' }));
  const startedMs = performance.now();
  const result = (await work()) ?? {};
  const seconds = (performance.now() - startedMs) / 1000;
  const { stage, step: name, statements = [] } = step;
  await database.write((trx) =>
    appendJournal(database, { trx, lease }, { stage, step: name, statements, ...result, phase: 'result', seconds }),
  );
  run.log.write('result', { stage: step.stage, step: step.step, seconds, ...result });
}
