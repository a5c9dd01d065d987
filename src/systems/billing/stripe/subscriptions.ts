import { Type, type TSchema } from 'typebox';
import { CarryoverError } from '../../../base/errors.ts';
import type { Instant } from '../../../base/instant.ts';
import type { ProviderSubscription } from '../../../payments/provider-objects.ts';
import type { StripeGateway } from '../../../payments/stripe-gateway.ts';
import { requireAccess, STAFF } from '../../access.ts';
import { billingUnknown, commitmentRunning, stateConflict } from '../billing-errors.ts';
import { commitmentOf } from '../commitment.ts';
import { standingAt } from '../grants/grant-due.ts';
import * as field from '../inputs/input-fields.ts';
import { loadUser, type UserFacts } from '../queries/load-user.ts';
import { tierOfPrice } from '../tiers.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { ensureCustomer } from './customers.ts';
import { METADATA, providerKey } from './marks.ts';
import type { CheckoutUrls } from './start-top-up.ts';
import { syncUser } from './take-subscription.ts';

const access = { roles: ['server', 'user', ...STAFF], owner: 'userId' } as const;

/** Somebody whose subscription is meant. */
export interface SubscriptionInput {
  readonly key: string;
  readonly userId: string;
}

/** Checks of `SubscriptionInput`. */
export const subscriptionInput: TSchema = field.inputOf({ key: field.key, userId: field.userId });

/** Checks of what `startSubscription` is given, without the addresses, which are the settings'. */
export const startSubscriptionInput: TSchema = field.inputOf({
  key: field.key,
  userId: field.userId,
  priceId: field.reference('A price that a tier of the policy names'),
});

/** A subscription as it is after a change. */
export interface ChangedSubscription {
  readonly subscriptionId: string;
  readonly status: string;
  /** Whether it ends with its period, rather than going on. */
  readonly cancelsAtPeriodEnd: boolean;
}

/** The form of `ChangedSubscription`. */
export const changedSubscriptionSchema: TSchema = Type.Object({
  subscriptionId: Type.String(),
  status: Type.String(),
  cancelsAtPeriodEnd: Type.Boolean({ description: 'Whether it ends with its period, rather than going on' }),
});

/**
 * A link to the customer portal, where somebody sees invoices and changes cards. It is good for some minutes. Throws
 * `ROLE_INSUFFICIENT`, `BILLING_USER_UNKNOWN` and what the gateway throws.
 */
export async function portalLink(
  gateway: StripeGateway,
  context: BillingContext,
  input: { readonly userId: string; readonly returnUrl: string },
): Promise<{ readonly url: string }> {
  requireAccess(context, { name: 'portal-link', access }, input);
  const customerId = await ensureCustomer(gateway, context, input.userId);
  return { url: await gateway.createPortalLink({ customerId, returnUrl: input.returnUrl }) };
}

/**
 * A page on which somebody subscribes to a price of the policy. The tier changes when the provider says that it began. Throws
 * `ROLE_INSUFFICIENT`, `BILLING_UNKNOWN` for a price of no tier, `BILLING_USER_UNKNOWN`, `BILLING_STATE_CONFLICT` for somebody
 * who has a subscription, which is changed in the portal, and what the gateway throws.
 */
export async function startSubscription(
  gateway: StripeGateway,
  context: BillingContext,
  input: SubscriptionInput & { readonly priceId: string; readonly urls: CheckoutUrls },
): Promise<{ readonly checkoutId: string; readonly checkoutUrl: string | null }> {
  requireAccess(context, { name: 'start-subscription', access }, input);
  const { key, priceId, urls, userId } = input;
  if (tierOfPrice(context.policy, priceId) === undefined) {
    throw new CarryoverError(billingUnknown, {
      what: 'price',
      id: priceId,
      expected: 'one that a tier of the policy names',
    });
  }
  const user = await loadUser(context.database, context.database.handle, userId);
  refuseSecond(context, user);
  const checkout = await gateway.createSubscriptionCheckout({
    key: providerKey('subscribe', userId, user.accountId.toString(), key),
    priceId,
    customerId: await ensureCustomer(gateway, context, userId),
    metadata: { [METADATA.user]: userId },
    ...urls,
  });
  return { checkoutId: checkout.id, checkoutUrl: checkout.url };
}

/** Two subscriptions at once would both be paid for. */
function refuseSecond({ now, policy }: BillingContext, { at, row }: UserFacts): void {
  if (row.subscription_id === null || standingAt(row, policy, now ?? at).tier === policy.freeTier) return;
  const what = { attempt: 'start', what: 'subscription', id: row.subscription_id };
  throw new CarryoverError(stateConflict, { ...what, found: 'running', expected: 'none' });
}

/**
 * Lets somebody's subscription end with the period that is paid for; until then nothing changes. Throws as
 * `reactivateSubscription`, and `BILLING_COMMITMENT_RUNNING` while it binds.
 */
export function cancelSubscription(
  gateway: StripeGateway,
  context: BillingContext,
  input: SubscriptionInput,
): Promise<ChangedSubscription> {
  return change(gateway, context, { ...input, name: 'cancel-subscription', cancels: true });
}

/**
 * Lets a subscription that was canceled, and has not ended, go on. Throws `ROLE_INSUFFICIENT`, `BILLING_USER_UNKNOWN`,
 * `BILLING_UNKNOWN` for somebody without one, and what the gateway throws.
 */
export function reactivateSubscription(
  gateway: StripeGateway,
  context: BillingContext,
  input: SubscriptionInput,
): Promise<ChangedSubscription> {
  return change(gateway, context, { ...input, name: 'reactivate-subscription', cancels: false });
}

async function change(
  gateway: StripeGateway,
  context: BillingContext,
  given: SubscriptionInput & { readonly name: string; readonly cancels: boolean },
): Promise<ChangedSubscription> {
  const { cancels, key, name, userId } = given;
  requireAccess(context, { name, access }, given);
  const { at, row } = await loadUser(context.database, context.database.handle, userId);
  const subscriptionId = row.subscription_id;
  if (subscriptionId === null) {
    throw new CarryoverError(billingUnknown, { what: 'subscription of user', id: userId, expected: 'one that began' });
  }
  if (cancels) refuseCommitted(context, { subscriptionId, row, now: context.now ?? at });
  const subscription = await gateway.setCancelsAtPeriodEnd({
    key: providerKey('change', name, subscriptionId, key),
    subscriptionId,
    cancels,
  });
  await syncUser(context, { userId, subscription, cause: `${name}:${key}` });
  return changed(subscription);
}

/** A period is a month of the commitment, so that ending with it would end the commitment too. */
function refuseCommitted(
  { policy }: BillingContext,
  { subscriptionId, row, now }: Pick<UserFacts, 'row'> & { readonly subscriptionId: string; readonly now: Instant },
): void {
  const { cancelFrom } = commitmentOf(standingAt(row, policy, now), policy, now);
  if (cancelFrom === null) return;
  throw new CarryoverError(commitmentRunning, { id: subscriptionId, endsAt: cancelFrom.toString() });
}

function changed({ cancelsAtPeriodEnd, id, status }: ProviderSubscription): ChangedSubscription {
  return { subscriptionId: id, status, cancelsAtPeriodEnd };
}
