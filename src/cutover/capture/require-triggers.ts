import { CarryoverError } from '../../base/errors.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverCaptureBroken } from '../cutover-errors.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { captureTriggers, guardTriggers } from './legacy-triggers.ts';

/** Throws `CUTOVER_CAPTURE_BROKEN` while a trigger on the legacy tables is missing or disabled. */
export async function requireTriggers(run: CutoverRun, guards: boolean): Promise<void> {
  const triggers = await brokenTriggers(run, guards);
  if (triggers.length > 0) throw new CarryoverError(cutoverCaptureBroken, { ...subjectOf(run.context), triggers });
}

/**
 * Names the triggers that are not there or not enabled, as `table.trigger`. While one is, writes may go unseen: whatever was swept
 * before says nothing any more.
 */
export async function brokenTriggers(run: CutoverRun, guards: boolean): Promise<readonly string[]> {
  const { context } = run;
  const { schema } = left('the legacy schema', run.legacy);
  const { database } = context;
  const { triggers, introspection } = database.dialect;
  const wanted = [
    ...captureTriggers(context, schema).map(({ name, table }) => ({
      table,
      names: triggers.triggerNames(name, 'capture'),
    })),
    ...(guards ? guardTriggers(context, schema) : []).map(({ name, table }) => ({
      table,
      names: triggers.triggerNames(name, 'guard'),
    })),
  ];
  const broken: string[] = [];
  for (const { table, names } of wanted) {
    const info = await introspection.table(database.handle, table);
    const enabled = new Set((info?.triggers ?? []).filter((one) => one.enabled).map((one) => one.name));
    broken.push(...names.filter((name) => !enabled.has(name)).map((name) => `${table}.${name}`));
  }
  return broken;
}
