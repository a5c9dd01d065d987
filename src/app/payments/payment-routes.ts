import { Type } from 'typebox';
import { defineRoute, type Route } from '../../http/route.ts';
import { payloadInvalid, signatureInvalid } from '../../payments/payment-errors.ts';
import { reconcileUser } from '../../systems/billing/stripe/reconcile-user.ts';
import { startTopUp } from '../../systems/billing/stripe/start-top-up.ts';
import {
  cancelSubscription,
  portalLink,
  reactivateSubscription,
  startSubscription,
} from '../../systems/billing/stripe/subscriptions.ts';
import { describedRoute, type Described, type RunDescribed } from '../../systems/operation-route.ts';
import { migrateUserRoute } from '../http/cutover/migrate-user-route.ts';
import type { ServeScope } from '../http/serve-scope.ts';
import * as wire from '../http/wire-fields.ts';
import * as call from './payment-calls.ts';
import { paymentsNotConfigured } from './payment-errors.ts';
import { refundByStaff } from './refund-by-staff.ts';

const USERS = '/api/billing/v2';

/** Where Stripe tells what happened. It carries its own proof, the signature over the bytes, and needs no key: a repeated event is known. */
const webhook: Route<ServeScope> = defineRoute({
  method: 'POST',
  path: `${USERS}/webhook`,
  name: 'billing.webhook',
  title: 'Take what Stripe tells; it is stored before it is answered, and handled afterwards',
  tag: 'billing',
  access: 'public',
  body: Type.Unknown({ description: 'An event of Stripe, signed' }),
  answer: wire.closed({
    outcome: wire.oneOf(['stored', 'duplicate'], 'Whether it was new'),
    event: wire.reference('What Stripe calls the event'),
  }),
  errors: [signatureInvalid, payloadInvalid, paymentsNotConfigured],
  key: 'none',
  async handle(scope, { rawBody, headers }) {
    const signature = headers['stripe-signature'];
    const { outcome, eventId } = await scope
      .payments()
      .receive(rawBody, typeof signature === 'string' ? signature : undefined);
    return { outcome, event: eventId };
  },
});

/** The routes of billing that need more than an operation is given: a provider of payments, or the cutover. */
export const paymentRoutes: readonly Route<ServeScope>[] = [
  webhook,
  at(call.startTopUpCall, `${USERS}/purchase-credits`, (scope, context, input) => {
    const { gateway, settings: urls } = scope.payments();
    return startTopUp(gateway, context, { ...(input as object), urls } as never);
  }),
  at(call.startSubscriptionCall, `${USERS}/create-checkout-session`, (scope, context, input) => {
    const { gateway, settings: urls } = scope.payments();
    return startSubscription(gateway, context, { ...(input as object), urls } as never);
  }),
  at(call.portalLinkCall, `${USERS}/create-portal-session`, (scope, context, input) => {
    const { gateway, settings } = scope.payments();
    return portalLink(gateway, context, { ...(input as object), returnUrl: settings.returnUrl } as never);
  }),
  at(call.cancelSubscriptionCall, `${USERS}/cancel-subscription`, (scope, context, input) =>
    cancelSubscription(scope.payments().gateway, context, input),
  ),
  at(call.reactivateSubscriptionCall, `${USERS}/reactivate-subscription`, (scope, context, input) =>
    reactivateSubscription(scope.payments().gateway, context, input),
  ),
  at(call.reconcileUserCall, `${USERS}/reconcile`, (scope, context, input) =>
    reconcileUser(scope.payments().gateway, context, input),
  ),
  at(call.refundCall, '/api/admin/billing/refund', (scope, context, input) =>
    refundByStaff(() => scope.payments(), context, input),
  ),
  migrateUserRoute,
];

function at(described: Described, path: string, run: RunDescribed<ServeScope>): Route<ServeScope> {
  return describedRoute(described, { system: 'billing', path, isSeedStyle: true }, run);
}
