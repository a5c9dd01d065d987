import type { ErrorDefinition } from '../../../base/errors.ts';
import { cutoverLegacyMismatch, type CutoverContext, type Preview } from '../../../cutover/index.ts';
import { defineRoute, type Route, type RouteRequest } from '../../../http/route.ts';
import { targetUnknown } from '../../app-errors.ts';
import { Confirmations, requireShown, type Shown, type SignedConfirmation } from '../../cutover/confirmations.ts';
import { confirmationRefused, cutoverKeyReused } from '../../cutover/cutover-action-errors.ts';
import { findRepeated, startAction, type AskedAction } from '../../cutover/start-action.ts';
import type { ServeScope } from '../serve-scope.ts';
import * as wire from '../wire-fields.ts';
import { acceptedAnswer, acceptedOf, askedBy, shownTo } from './action-answers.ts';
import { cutoverOf, DECIDERS, stepErrors, systemPath } from './cutover-scope.ts';
import { rollingBack, switching, type Decision, type Wish } from './decisions.ts';
import { previewAnswer, previewOf } from './preview-answers.ts';
import { requireOpen } from './require-open.ts';
import { selectionWords } from './selections.ts';

const confirmErrors: readonly ErrorDefinition<never>[] = [...stepErrors, confirmationRefused, cutoverKeyReused];

function previewRoute({ action, titles, members, wishOf }: Decision): Route<ServeScope> {
  return defineRoute({
    method: 'POST',
    path: `/api/cutovers/:system/${action}/preview`,
    name: `cutover.preview-${action}`,
    title: titles.preview,
    tag: 'cutover',
    access: { roles: DECIDERS },
    params: systemPath,
    body: wire.closed(members),
    answer: previewAnswer,
    errors: [targetUnknown, cutoverLegacyMismatch],
    // It shows and changes nothing.
    key: 'none',
    async handle(scope, request) {
      const context = { ...cutoverOf(scope, request.params['system']), signal: request.signal };
      const wish = wishOf(request.body);
      const shown = shownOf(context, request, { action, wish });
      const words = selectionWords(wish.selection);
      return previewOf(scope, await wish.preview(context, { compares: true }), {
        ...shown,
        words,
        cohort: wish.cohort,
      });
    },
  });
}

function confirmRoute({ action, titles, members, wishOf }: Decision): Route<ServeScope> {
  return defineRoute({
    method: 'POST',
    path: `/api/cutovers/:system/${action}`,
    name: `cutover.${action}`,
    title: titles.confirm,
    tag: 'cutover',
    access: { roles: DECIDERS },
    params: systemPath,
    body: wire.closed({ ...members, token: wire.reference('The token of the preview', 200) }),
    answer: acceptedAnswer,
    status: 202,
    errors: confirmErrors,
    key: 'required',
    async handle(scope, request) {
      const context = cutoverOf(scope, request.params['system']);
      const { token } = request.body as { readonly token: string };
      const wish = wishOf(request.body);
      const asked = (id: string): AskedAction => ({
        id,
        system: context.system.name,
        action,
        selection: selectionWords(wish.selection),
        cohort: wish.cohort,
        ...askedBy(request),
        content: { wish: wish.canonical, token },
      });
      const repeated = await findRepeated(context, asked(''));
      if (repeated !== undefined) return acceptedOf(repeated);
      const confirmation = await new Confirmations(context.database).check(token, {
        action,
        system: context.system.name,
      });
      const preview = await requireAsShown(context, request, { action, wish, confirmation });
      const row = await startAction({ context, background: request.background }, asked(confirmation.id), {
        // Once more under the lease, from where on nobody else changes it.
        async recheck() {
          const { owners, accounts } = (await requireAsShown(context, request, { action, wish, confirmation })).facts;
          return { ...(wish.canonical as object), owners, accounts };
        },
        run: (held) => wish.run(held, preview),
      });
      return acceptedOf(row);
    },
  });
}

/** Looks again. Throws `CUTOVER_CONFIRMATION_REFUSED` for another state than was shown, `CUTOVER_GATE_CLOSED` for a gate that closed since. */
async function requireAsShown(
  context: CutoverContext,
  request: RouteRequest,
  confirmed: { readonly action: Decision['action']; readonly wish: Wish; readonly confirmation: SignedConfirmation },
): Promise<Preview> {
  const { action, wish, confirmation } = confirmed;
  const preview = await wish.preview(context, { compares: false });
  requireShown(confirmation, { ...shownOf(context, request, { action, wish }), facts: preview.facts });
  requireOpen(context, { action, gates: preview.gates });
  return preview;
}

function shownOf(
  { instance, system }: CutoverContext,
  request: RouteRequest,
  { action, wish }: { readonly action: Decision['action']; readonly wish: Wish },
): Omit<Shown, 'facts'> {
  return { instance, system: system.name, action, actor: shownTo(request), wish: wish.canonical };
}

/** The routes that decide which side is believed: each step is shown first, and confirmed by the token of what was shown. */
export const cutoverDecideRoutes: readonly Route<ServeScope>[] = [switching, rollingBack].flatMap((decision) => [
  previewRoute(decision),
  confirmRoute(decision),
]);
