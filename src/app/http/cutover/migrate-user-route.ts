import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import type { CutoverContext } from '../../../cutover/index.ts';
import { cutoverSwitchHalted } from '../../../cutover/index.ts';
import { defineRoute, type Route, type RouteRequest } from '../../../http/route.ts';
import { userUnknown } from '../../../systems/billing/billing-errors.ts';
import { billingSystem } from '../../../systems/billing/index.ts';
import { readUserId } from '../../../systems/billing/inputs/read-values.ts';
import { loadCarriedCredits, type CarriedCredits } from '../../../systems/billing/queries/carried-credits.ts';
import { runRead, type BillingContext } from '../../../systems/billing/writes/billing-call.ts';
import type { ActionRow } from '../../cutover/action-rows.ts';
import { cutoverKeyReused } from '../../cutover/cutover-action-errors.ts';
import { findRepeated, startAction, type AskedAction } from '../../cutover/start-action.ts';
import type { ServeScope } from '../serve-scope.ts';
import * as wire from '../wire-fields.ts';
import { askedBy } from './action-answers.ts';
import { cutoverOf, DECIDERS, stepErrors } from './cutover-scope.ts';
import { switching, type Wish } from './decisions.ts';
import { migratedUserAnswer, migratedUserSchema } from './migrated-user-answer.ts';
import { gateOf } from './preview-answers.ts';
import { requireOpen } from './require-open.ts';
import { selectionWords } from './selections.ts';

/**
 * How long a caller is kept waiting for the switch, which compares every account first. Longer meets the time limits of proxies, shorter has
 * callers ask again who would have had their answer.
 */
const WAIT_MS = 20_000;

/**
 * Moves one user now: the switch of the cutover with that one owner, through what its preview asks, under its lease, and in the background
 * should it take long (U-14, U-18). Whether somebody is over is asked of the account's authority and nothing else (U-06).
 */
export const migrateUserRoute: Route<ServeScope> = defineRoute({
  method: 'POST',
  path: '/api/admin/billing/migrate-user/:userId',
  name: 'billing.migrate-user',
  title: 'Give the authority over one user to the ledger, or say what that would do',
  tag: billingSystem.name,
  access: { roles: DECIDERS },
  params: wire.closed({ userId: wire.reference('The user') }),
  body: wire.closed({
    // Without a default: a call that forgets it neither does nothing nor moves somebody (U-03).
    dry_run: Type.Boolean({ description: 'True only says what would happen; it must be given' }),
  }),
  answer: migratedUserSchema,
  errors: [userUnknown, ...stepErrors, cutoverSwitchHalted, cutoverKeyReused],
  key: 'optional',
  readsForms: true,
  async handle(scope, request) {
    const userId = readUserId(request.params['userId'] as string);
    const { dry_run: isDryRun } = request.body as { readonly dry_run: boolean };
    const context = cutoverOf(scope, billingSystem.name);
    const wish = switching.wishOf({ selection: { who: 'owners', owners: [userId] } });
    const look = (): Promise<CarriedCredits> => lookAt(scope, request, userId);
    if (isDryRun) return showMigration(context, request, { userId, wish, credits: await look() });
    const asked = askFor(context, request, wish);
    const repeated = await findRepeated(context, asked);
    if (repeated !== undefined) return toldAgain(repeated, userId, await look());
    const before = await look();
    if (before.authority === 'ledger') {
      return migratedUserAnswer(before, { userId, status: 'already-migrated', dryRun: false });
    }
    const { row, isDone } = await migrate(context, request, { asked, wish });
    const status = isDone ? 'migrated' : 'under-way';
    return migratedUserAnswer(await look(), { userId, status, dryRun: false, outcomeAt: outcomeOf(row) });
  },
});

async function lookAt(
  scope: ServeScope,
  { principal, ipAddress }: RouteRequest,
  userId: string,
): Promise<CarriedCredits> {
  const { actor, role } = principal;
  const billing: BillingContext = await scope.contextOf(billingSystem.name, { actor, role, ipAddress });
  return runRead(billing, (handle) => loadCarriedCredits(billing, handle, userId));
}

async function showMigration(
  context: CutoverContext,
  { signal }: RouteRequest,
  { userId, wish, credits }: { readonly userId: string; readonly wish: Wish; readonly credits: CarriedCredits },
): Promise<unknown> {
  if (credits.authority === 'ledger') {
    return migratedUserAnswer(credits, { userId, status: 'already-migrated', dryRun: true });
  }
  const { gates } = await wish.preview({ ...context, signal }, { compares: true });
  const status = gates.every(({ open }) => open) ? 'would-migrate' : 'blocked';
  return migratedUserAnswer(credits, { userId, status, dryRun: true, gates: gates.map(gateOf) });
}

function askFor({ system }: CutoverContext, request: RouteRequest, wish: Wish): AskedAction {
  return {
    id: randomBytes(16).toString('hex'),
    system: system.name,
    action: 'switch',
    selection: selectionWords(wish.selection),
    cohort: wish.cohort,
    ...askedBy(request),
    content: { wish: wish.canonical },
  };
}

/** Looks as a preview does, begins the switch, and waits for its end as long as a caller does. Throws what it throws before it began, and what ended it in that time. */
async function migrate(
  context: CutoverContext,
  { background, signal }: RouteRequest,
  { asked, wish }: { readonly asked: AskedAction; readonly wish: Wish },
): Promise<{ readonly row: ActionRow; readonly isDone: boolean }> {
  const preview = await wish.preview({ ...context, signal }, { compares: true });
  requireOpen(context, { action: 'switch', gates: preview.gates });
  const done = Promise.withResolvers<true>();
  // Whoever has gone waits no more; what ended it then stands with the action.
  done.promise.catch(() => undefined);
  const row = await startAction({ context, background }, asked, {
    // Once more under the lease, from where on nobody else changes it.
    async recheck() {
      const { facts, gates } = await wish.preview(context, { compares: false });
      requireOpen(context, { action: 'switch', gates });
      return { ...(wish.canonical as object), owners: facts.owners, accounts: facts.accounts };
    },
    run(held) {
      const work = wish.run(held, preview);
      work.then(() => done.resolve(true), done.reject);
      return work;
    },
  });
  const isDone = await Promise.race([done.promise, waited(signal)]);
  return { row, isDone };
}

/** False, after the time that a caller waits or as soon as it has gone. */
function waited(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    const end = (): void => resolve(false);
    setTimeout(end, WAIT_MS).unref();
    signal.addEventListener('abort', end, { once: true });
  });
}

/** The answer to a request that came again with its key. */
function toldAgain(row: ActionRow, userId: string, credits: CarriedCredits): unknown {
  const isOver = row.state === 'done' || (row.state === 'running' && credits.authority === 'ledger');
  const status = isOver ? 'migrated' : row.state === 'running' ? 'under-way' : 'failed';
  return migratedUserAnswer(credits, { userId, status, dryRun: false, outcomeAt: outcomeOf(row) });
}

function outcomeOf({ id, system }: ActionRow): string {
  return `/api/cutovers/${system}/actions/${id}`;
}
