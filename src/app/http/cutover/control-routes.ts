import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { CarryoverError } from '../../../base/errors.ts';
import { defineRoute, type Route, type RouteRequest } from '../../../http/route.ts';
import {
  cutoverGateClosed,
  pauseCutover,
  retryQuarantine,
  unpauseCutover,
  type CutoverContext,
} from '../../../cutover/index.ts';
import { targetUnknown } from '../../app-errors.ts';
import { actionStates } from '../../cutover/action-state.ts';
import { auditCutover, findAction, listActions } from '../../cutover/action-rows.ts';
import { cutoverActionUnknown, cutoverKeyReused } from '../../cutover/cutover-action-errors.ts';
import { statusOf } from '../../cutover/look-at-cutover.ts';
import { findRepeated, startAction } from '../../cutover/start-action.ts';
import { READERS } from '../ledger/ledger-scope.ts';
import type { ServeScope } from '../serve-scope.ts';
import * as wire from '../wire-fields.ts';
import { acceptedAnswer, acceptedOf, actionAnswer, actionOf, askedBy } from './action-answers.ts';
import { cutoverOf, KEEPERS, stepErrors, systemPath } from './cutover-scope.ts';
import { statusAnswer, statusOfCutover } from './status-answers.ts';

const pause: Route<ServeScope> = defineRoute({
  method: 'POST',
  path: '/api/cutovers/:system/pause',
  name: 'cutover.pause',
  title: 'Hold a run between two steps; it keeps its place and stays so over a restart',
  tag: 'cutover',
  access: { roles: KEEPERS },
  params: systemPath,
  body: wire.closed({ reason: wire.text('Why, shown by the status', 200) }),
  answer: statusAnswer,
  errors: [targetUnknown, cutoverGateClosed],
  // A run that stands still is asked to stand still.
  key: 'none',
  async handle(scope, request) {
    const context = cutoverOf(scope, request.params['system']);
    const { reason } = request.body as { readonly reason: string };
    await pauseCutover(context.database, { instance: context.instance, system: context.system.name }, reason);
    await auditControl(context, request, { action: 'cutover_paused', reason });
    return statusOfCutover(await statusOf(context));
  },
});

const resume: Route<ServeScope> = defineRoute({
  method: 'POST',
  path: '/api/cutovers/:system/resume',
  name: 'cutover.resume',
  title: 'Let a run go on that stands still; one that nobody works on is taken up by what its status says',
  tag: 'cutover',
  access: { roles: KEEPERS },
  params: systemPath,
  answer: statusAnswer,
  errors: [targetUnknown, cutoverGateClosed],
  key: 'none',
  async handle(scope, request) {
    const context = cutoverOf(scope, request.params['system']);
    await unpauseCutover(context.database, { instance: context.instance, system: context.system.name });
    await auditControl(context, request, { action: 'cutover_resumed' });
    return statusOfCutover(await statusOf(context));
  },
});

const retry: Route<ServeScope> = defineRoute({
  method: 'POST',
  path: '/api/cutovers/:system/quarantine/retry',
  name: 'cutover.retry-quarantine',
  title: 'Carry legacy rows that were corrected since: another pass of the backfill, then verify',
  tag: 'cutover',
  access: { roles: KEEPERS },
  params: systemPath,
  answer: acceptedAnswer,
  status: 202,
  errors: [...stepErrors, cutoverKeyReused],
  key: 'required',
  async handle(scope, request) {
    const context = cutoverOf(scope, request.params['system']);
    const asked = {
      id: randomBytes(16).toString('hex'),
      system: context.system.name,
      action: 'retry-quarantine',
      selection: null,
      cohort: null,
      ...askedBy(request),
      content: null,
    } as const;
    const repeated = await findRepeated(context, asked);
    if (repeated !== undefined) return acceptedOf(repeated);
    const row = await startAction({ context, background: request.background }, asked, {
      recheck: async () => ({}),
      run: (held) => retryQuarantine(held),
    });
    return acceptedOf(row);
  },
});

const actions: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/api/cutovers/:system/actions',
  name: 'cutover.actions',
  title: 'List what was asked of a cutover here and how it ended, newest first',
  tag: 'cutover',
  access: { roles: READERS },
  params: systemPath,
  query: wire.closed({ limit: wire.limit, after: wire.optional(wire.after) }),
  answer: wire.closed({ rows: Type.Array(actionAnswer), next: wire.next }),
  errors: [targetUnknown],
  key: 'none',
  async handle(scope, { params, query }) {
    const context = cutoverOf(scope, params['system']);
    const { limit, after } = query as unknown as { readonly limit: number; readonly after?: string };
    const page = { limit: limit + 1, ...(after === undefined ? {} : { before: BigInt(after) }) };
    const stateOf = await actionStates(context);
    const found = await listActions(context.database.handle, context.system.name, page);
    const rows = found.slice(0, limit).map((row) => actionOf(row, stateOf(row)));
    return { rows, next: found.length > limit ? (found[limit - 1]?.number.toString() ?? null) : null };
  },
});

const action: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/api/cutovers/:system/actions/:actionId',
  name: 'cutover.action',
  title: 'Say how an action on a cutover goes on or ended',
  tag: 'cutover',
  access: { roles: READERS },
  params: wire.closed({
    ...(systemPath as unknown as { readonly properties: Readonly<Record<string, typeof systemPath>> }).properties,
    actionId: Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Id of the action' }),
  }),
  answer: actionAnswer,
  errors: [targetUnknown, cutoverActionUnknown],
  key: 'none',
  async handle(scope, { params }) {
    const context = cutoverOf(scope, params['system']);
    const stateOf = await actionStates(context);
    const id = params['actionId'] as string;
    const row = await findAction(context.database.handle, context.system.name, id);
    if (row === undefined) throw new CarryoverError(cutoverActionUnknown, { id, system: context.system.name });
    return actionOf(row, stateOf(row));
  },
});

async function auditControl(
  { database, system }: CutoverContext,
  { principal, ipAddress }: RouteRequest,
  { action: name, ...shown }: { readonly action: string; readonly reason?: string },
): Promise<void> {
  const { actor, role } = principal;
  await database.write(async (trx) => {
    const now = await database.dialect.statements.serverNow(trx);
    await auditCutover(database, trx, { system: system.name, action: name, actor, role, ipAddress, shown, now });
  });
}

/** The routes that hold, resume and mend a cutover, and tell of what was asked of it. */
export const cutoverControlRoutes: readonly Route<ServeScope>[] = [pause, resume, retry, actions, action];
