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

/**
 * Takes a subscription as the provider has it now, whichever message told of it: `sync-subscription` brings the tier to it (U-23, U-40, U-43). Whose it is, the subscription itself says, else its customer, else what
 * was carried. A subscription to something else, of nobody here, is ignored; one to a price of ours must be somebody's. `cause` is the message's id. Throws `BILLING_SUBSCRIPTION_UNOWNED` and what `sync-subscription` throws.
 */
export async function takeSubscription(
  context: BillingContext,
  subscription: ProviderSubscription,
  cause: string,
): Promise<'processed' | 'ignored'> {
  const { id, metadata, prices } = subscription;
  const userId = metadata[METADATA.user] ?? (await ownerOf(context, subscription));
  if (userId === undefined) {
    if (prices.every((price) => tierOfPrice(context.policy, price) === undefined)) return 'ignored';
    throw new CarryoverError(subscriptionUnowned, { subscriptionId: id });
  }
  await syncUser(context, { userId, subscription, cause });
  return 'processed';
}

/** Brings a user to what a subscription says. */
export async function syncUser(
  context: BillingContext,
  given: { readonly userId: string; readonly subscription: ProviderSubscription; readonly cause: string },
): Promise<SyncSubscriptionAnswer> {
  const { cause, subscription, userId } = given;
  const { customerId, told } = subscription;
  // The same message may be handled again when the subscription is another by then, which is another call.
  const key = providerKey('change', cause, canonicalJson(told as unknown as CanonicalValue));
  const answer = await syncSubscription.run(asServer(context), { key, userId, subscription: told });
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
  return takeSubscription(context, await gateway.subscription(subscriptionId), cause);
}
