import { CarryoverError } from '../../../base/errors.ts';
import { canonicalJson, type CanonicalValue } from '../../../base/canonical-json.ts';
import type { Checkout, ProviderSubscription } from '../../../payments/provider-objects.ts';
import type { StripeGateway } from '../../../payments/stripe-gateway.ts';
import { syncSubscription, type SyncSubscriptionAnswer } from '../operations/sync-subscription.ts';
import { billingTables } from '../queries/billing-tables.ts';
import { tierOfPrice } from '../tiers.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { asServer } from './as-server.ts';
import { linkCustomer, userOfCustomer } from './customers.ts';
import { METADATA, providerKey } from './marks.ts';
import { subscriptionUnowned } from './stripe-errors.ts';

/** How often a subscription is looked at again that changes while it is taken. */
const LOOKS_MAX = 5;

/**
 * Takes a subscription as the provider has it now, whichever message told of it: `sync-subscription` brings the tier to it (U-23,
 * U-40, U-43). Whose it is, the subscription itself says, else its customer, else what was carried. A subscription to something
 * else, of nobody here, is ignored; one to a price of ours must be somebody's. `cause` is the message's id. Throws
 * `BILLING_SUBSCRIPTION_UNOWNED`, what `sync-subscription` throws and what the gateway throws.
 */
export async function takeSubscription(
  gateway: StripeGateway,
  context: BillingContext,
  { cause, subscriptionId }: { readonly cause: string; readonly subscriptionId: string },
): Promise<'processed' | 'ignored'> {
  let subscription = await gateway.subscription(subscriptionId);
  const userId = subscription.metadata[METADATA.user] ?? (await ownerOf(context, subscription));
  if (userId === undefined) {
    if (subscription.prices.every((price) => tierOfPrice(context.policy, price) === undefined)) return 'ignored';
    throw new CarryoverError(subscriptionUnowned, { subscriptionId });
  }
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const taken = textOf(subscription);
    await syncUser(context, { userId, subscription, cause });
    // Another server may have taken a later state while this one was under way, and this one then wrote an earlier one over it.
    // So whoever writes looks once more.
    subscription = await gateway.subscription(subscriptionId);
    if (textOf(subscription) === taken) break;
  }
  return 'processed';
}

function textOf({ told }: ProviderSubscription): string {
  return canonicalJson(told as unknown as CanonicalValue);
}

/** Brings a user to what a subscription says. */
export async function syncUser(
  context: BillingContext,
  given: { readonly userId: string; readonly subscription: ProviderSubscription; readonly cause: string },
): Promise<SyncSubscriptionAnswer> {
  const { cause, subscription, userId } = given;
  const { customerId } = subscription;
  // The same message may be handled again when the subscription is another by then, which is another call.
  const key = providerKey('change', cause, textOf(subscription));
  const answer = await syncSubscription.run(asServer(context), { key, userId, subscription: subscription.told });
  if (customerId !== '') await linkCustomer(context, { customerId, userId });
  return answer;
}

async function ownerOf(context: BillingContext, { customerId, id }: ProviderSubscription): Promise<string | undefined> {
  const linked = await userOfCustomer(context, customerId);
  if (linked !== undefined) return linked;
  const row = await billingTables(context.database.handle)
    .selectFrom('carryover_billing_users')
    .select('user_id')
    .where('subscription_id', '=', id)
    .executeTakeFirst();
  return row?.user_id;
}

/** Takes a checkout by which a subscription began. */
export async function takeSubscriptionCheckout(
  gateway: StripeGateway,
  context: BillingContext,
  { checkout, cause }: { readonly checkout: Checkout; readonly cause: string },
): Promise<'processed' | 'ignored'> {
  const { customerId, metadata, subscriptionId } = checkout;
  const userId = metadata[METADATA.user];
  if (userId !== undefined && customerId !== null) await linkCustomer(context, { customerId, userId });
  if (subscriptionId === null) return 'ignored';
  return takeSubscription(gateway, context, { cause, subscriptionId });
}
