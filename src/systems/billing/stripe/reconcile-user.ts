import type { StripeGateway } from '../../../payments/stripe-gateway.ts';
import { requireAccess, STAFF } from '../../access.ts';
import { billingTables } from '../queries/billing-tables.ts';
import { balanceAnswer, type BalanceAnswer } from '../queries/balance-answer.ts';
import { loadUser } from '../queries/load-user.ts';
import type { StoredPurchase } from '../purchases/find-purchase.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { reconcilePurchase } from './reconcile-purchases.ts';
import { syncUser } from './take-subscription.ts';

const DAY_MS = 86_400_000;
/** A purchase that was given up longer ago than this is no longer looked at by itself. */
const LOOKED_BACK_MS = 30 * DAY_MS;
/** Whoever presses the button often must not have the provider asked about hundreds of purchases. */
const PURCHASES_MAX = 20;

/** What was found, and where the user stands. */
export interface ReconciledUser extends BalanceAnswer {
  /** Purchases that turned out to be paid. */
  readonly settled: number;
}

/**
 * For somebody who has paid and does not see it (U-43): looks at the subscription, and at what was bought and is not settled,
 * also where it was given up. Called any number of times it changes nothing more. Throws `ROLE_INSUFFICIENT`,
 * `BILLING_USER_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, and what the gateway throws.
 */
export async function reconcileUser(
  gateway: StripeGateway,
  context: BillingContext,
  input: { readonly key: string; readonly userId: string },
): Promise<ReconciledUser> {
  const access = { roles: ['server', 'user', ...STAFF], owner: 'userId' } as const;
  requireAccess(context, { name: 'reconcile-user', access }, input);
  const { database, policy } = context;
  const { key, userId } = input;
  const { at, row } = await loadUser(database, database.handle, userId);
  let settled = 0;
  for (const purchase of await unsettled(context, userId)) {
    if (purchase.started_at.plusMillis(LOOKED_BACK_MS).isBefore(context.now ?? at)) continue;
    if ((await reconcilePurchase(gateway, context, purchase)) === 'settled') settled += 1;
  }
  if (row.subscription_id !== null) {
    const subscription = await gateway.subscription(row.subscription_id);
    await syncUser(context, { userId, subscription, cause: `reconcile:${key}` });
  }
  return { ...balanceAnswer(await loadUser(database, database.handle, userId), policy), settled };
}

function unsettled({ database }: BillingContext, userId: string): Promise<StoredPurchase[]> {
  return billingTables(database.handle)
    .selectFrom('carryover_billing_purchases')
    .selectAll()
    .where('user_id', '=', userId)
    .where('status', 'in', ['pending', 'failed'])
    .where(({ or, eb }) => or([eb('payment_reference', 'is not', null), eb('checkout_reference', 'is not', null)]))
    .orderBy('id', 'desc')
    .limit(PURCHASES_MAX)
    .execute();
}
