import { CarryoverError } from '../../../base/errors.ts';
import type { Instant } from '../../../base/instant.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { billingUnknown, requestKeyReused, stateConflict } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readDollars } from '../inputs/read-values.ts';
import { PURCHASE_PRIORITY } from '../lot-terms.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { lockPurchase, updatePurchase, type PurchaseNames, type StoredPurchase } from '../purchases/find-purchase.ts';
import { purchaseAnswer, purchaseSchema, type PurchaseAnswer } from '../purchases/purchase-answer.ts';
import { loadUser, type UserFacts } from '../queries/load-user.ts';
import { appendAudit, userSubject } from '../writes/append-audit.ts';
import { runWrite, type BillingCall } from '../writes/billing-call.ts';

const DAY_MS = 86_400_000;

/** A payment that came. */
export interface SettlePurchaseInput extends PurchaseNames {
  readonly key: string;
  /** What was paid for; it must be what the purchase is for, where it is given. */
  readonly amount?: string;
}

/**
 * Settles a purchase by its payment: its credits become a lot of their own. Settling it again, by whatever message, changes
 * nothing; a payment that comes after the purchase was given up is accepted, since the money is there (U-15). For the
 * application's server only. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `BILLING_KEY_REUSED`, `BILLING_UNKNOWN`,
 * `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `BILLING_STATE_CONFLICT` for one that was refunded or is for another
 * amount, `LEDGER_ACCOUNT_FROZEN`.
 */
export const settlePurchase: Operation<BillingPolicy, SettlePurchaseInput, PurchaseAnswer> = defineOperation({
  name: 'settle-purchase',
  title: 'Settle a purchase by its payment, found by id, checkout or payment',
  input: field.inputOf({
    key: field.key,
    purchaseId: field.optional(field.id('The purchase')),
    checkoutReference: field.optional(field.reference('The checkout session it came from')),
    paymentReference: field.optional(field.reference('The payment')),
    amount: field.optional(field.dollars('What was paid for')),
  }),
  writes: true,
  access: { roles: ['server'] },
  answer: purchaseSchema,
  errors: [
    requestKeyReused,
    billingUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    stateConflict,
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'settle-purchase', input }, async (call) => {
      const { purchase, user } = await lockPurchase(call, input, 'settle a purchase of');
      const id = purchase.id.toString();
      const conflict = { attempt: 'settle', what: 'purchase', id };
      if (input.amount !== undefined && readDollars('the amount', input.amount) !== purchase.amount) {
        const found = `for ${dollars(purchase.amount)} dollars`;
        throw new CarryoverError(stateConflict, { ...conflict, found, expected: `for ${input.amount}` });
      }
      if (purchase.status === 'settled') return purchaseAnswer(purchase, user);
      if (purchase.status === 'refunded' || purchase.status === 'withdrawn') {
        throw new CarryoverError(stateConflict, { ...conflict, found: purchase.status, expected: 'pending or failed' });
      }
      const settled = await settle(call, user, { purchase, paymentReference: input.paymentReference });
      return purchaseAnswer(settled, await loadUser(context.database, call.trx, user.userId));
    }),
});

async function settle(
  call: BillingCall,
  user: UserFacts,
  given: { readonly purchase: StoredPurchase; readonly paymentReference: string | undefined },
): Promise<StoredPurchase> {
  const { purchase, paymentReference } = given;
  const expiresAt = expiryOf(call);
  await call.ledger.executeOrThrow([
    {
      type: 'grant-lot',
      accountId: user.accountId,
      amount: purchase.amount,
      kind: 'purchase',
      contra: 'purchases',
      funding: 'paid',
      priority: PURCHASE_PRIORITY,
      key: purchase.purchase_key,
      actor: call.context.actor,
      details: { purchase: purchase.id.toString() },
      ...call.occurredAt,
      ...(expiresAt === null ? {} : { expiresAt }),
    },
  ]);
  const settled = await updatePurchase(call, purchase.id, {
    status: 'settled',
    settled_at: call.now,
    expires_at: expiresAt,
    failure: null,
    entry_key: purchase.purchase_key,
    ...(paymentReference === undefined ? {} : { payment_reference: paymentReference }),
  });
  await appendAudit(call, [
    {
      action: 'purchase_settled',
      subject: userSubject(user.userId),
      accountId: user.accountId,
      before: { status: purchase.status, balance: user.balance },
      after: { status: 'settled', balance: user.balance + purchase.amount, purchase: purchase.id },
    },
  ]);
  return settled;
}

function expiryOf(call: BillingCall): Instant | null {
  const days = call.context.policy.purchases.expiresAfterDays;
  if (days === null) return null;
  // Of two clocks the later one, so that credits that were just paid for never come expired.
  const from = call.now.isBefore(call.recordedAt) ? call.recordedAt : call.now;
  return from.plusMillis(days * DAY_MS);
}
