import { Type, type TSchema } from 'typebox';
import { formatActor } from '../../../base/actor.ts';
import { Reply, type RouteRequest } from '../../../http/route.ts';
import type { ActionRow } from '../../cutover/action-rows.ts';
import type { ActionState } from '../../cutover/action-state.ts';
import type { AskedAction } from '../../cutover/start-action.ts';
import * as wire from '../wire-fields.ts';

const members = {
  id: wire.reference('Id of the action'),
  system: wire.reference('The system'),
  action: wire.oneOf(['switch', 'rollback', 'retry-quarantine'], 'What is done'),
  selection: wire.nullable(Type.String({ description: 'Whom it is about, in a few words' })),
  cohort: wire.nullable(wire.reference('What the accounts are called together')),
  actor: wire.reference('Who asked for it'),
  acceptedAt: wire.instant('When it was accepted'),
};

/** An action that was accepted and goes on. */
export const acceptedAnswer: TSchema = wire.closed(
  {
    ...members,
    outcomeAt: wire.reference('The address that says how it ended'),
    watchAt: wire.reference('The address that streams its progress'),
  },
  'An action that was accepted',
);

/** The answer to an action that was accepted: the same each time it is asked for again. */
export function acceptedOf(row: ActionRow): Reply {
  const at = `/api/cutovers/${row.system}`;
  const outcomeAt = `${at}/actions/${row.id}`;
  return new Reply(
    { ...shared(row), outcomeAt, watchAt: `${at}/events` },
    { status: 202, headers: { location: outcomeAt } },
  );
}

/** An action and how it ended. */
export const actionAnswer: TSchema = wire.closed(
  {
    ...members,
    state: wire.oneOf(
      ['running', 'interrupted', 'done', 'failed', 'stopped'],
      'Interrupted: its process is gone; stopped: the service ended. Either is taken up by what the status of the cutover says',
    ),
    outcome: wire.nullable(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'What it did, or the code and detail of what ended it',
      }),
    ),
    endedAt: wire.nullable(wire.instant('When it ended')),
  },
  'An action on a cutover',
);

/** See `actionAnswer`. */
export function actionOf(row: ActionRow, state: ActionState): object {
  return {
    ...shared(row),
    state,
    outcome: row.outcome,
    endedAt: row.endedAt?.toString() ?? null,
  };
}

function shared({ id, system, action, selection, cohort, actor, acceptedAt }: ActionRow): object {
  return { id, system, action, selection, cohort, actor, acceptedAt: acceptedAt.toString() };
}

/** Who asks, and by which key. */
export function askedBy({
  principal,
  ipAddress,
  key,
}: RouteRequest): Pick<AskedAction, 'actor' | 'role' | 'ipAddress' | 'key'> {
  return { actor: principal.actor, role: principal.role, ipAddress, key };
}

/** Who asks, as a confirmation has it. */
export function shownTo({ principal }: RouteRequest): string {
  return formatActor(principal.actor);
}
