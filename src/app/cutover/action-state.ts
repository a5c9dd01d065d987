import type { CutoverContext } from '../../cutover/index.ts';
import { findCutoverRow, isAlive } from '../../cutover/record/cutover-row.ts';
import type { ActionRow } from './action-rows.ts';

/** As an action is told: one whose process is gone is `interrupted`, and is taken up by what the cutover's status says. */
export type ActionState = ActionRow['state'] | 'interrupted';

/**
 * How long after its lease was given back an action may take to write down how it ended. Too short tells of an interruption that is none, too
 * long keeps one that is for that long.
 */
const END_GRACE_MICROS = 10_000_000n;

/** Says the state of actions on a cutover, by who is at work on it at this moment. To be asked before the actions are read. */
export async function actionStates({
  database,
  system,
}: CutoverContext): Promise<(action: Pick<ActionRow, 'leaseEpoch' | 'state'>) => ActionState> {
  const row = await findCutoverRow(database, system.name);
  const now = await database.dialect.statements.serverNow(database.handle);
  return ({ leaseEpoch, state }) => {
    if (state !== 'running' || row === undefined) return state;
    // Whoever had the lease since, a job for a moment each minute, says nothing of this one but that it is over.
    if (row.epoch !== leaseEpoch) return 'interrupted';
    const isEnding = row.holder === null && now.epochMicros - row.heartbeat_at.epochMicros <= END_GRACE_MICROS;
    return isEnding || isAlive(row, now) ? 'running' : 'interrupted';
  };
}
