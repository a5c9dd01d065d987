import type { ErrorDefinition } from '../../base/errors.ts';
import type { Role } from '../../base/role.ts';
import { refusalDefinitions } from '../../ledger/kernel/refusal-definitions.ts';
import {
  paymentDeclined,
  providerKeyReused,
  providerObjectUnknown,
  providerUnavailable,
  requestRefused,
} from '../../payments/payment-errors.ts';
import { STAFF } from '../../systems/access.ts';
import * as answer from '../../systems/answer-fields.ts';
import {
  billingUnknown,
  commitmentRunning,
  ownCredits,
  stateConflict,
  userUnknown,
} from '../../systems/billing/billing-errors.ts';
import * as field from '../../systems/billing/inputs/input-fields.ts';
import { refundCredits } from '../../systems/billing/operations/refund-credits.ts';
import { refundMoney } from '../../systems/billing/operations/refund-money.ts';
import { startPurchase } from '../../systems/billing/operations/start-purchase.ts';
import { balanceMembers } from '../../systems/billing/queries/balance-answer.ts';
import type { ReconciledUser } from '../../systems/billing/stripe/reconcile-user.ts';
import { startedTopUpSchema, startTopUpInput } from '../../systems/billing/stripe/start-top-up.ts';
import { paymentMismatch, paymentMissing } from '../../systems/billing/stripe/stripe-errors.ts';
import {
  changedSubscriptionSchema,
  startSubscriptionInput,
  subscriptionInput,
} from '../../systems/billing/stripe/subscriptions.ts';
import type { Described } from '../../systems/operation-route.ts';
import { paymentsNotConfigured } from './payment-errors.ts';

// What users and staff can ask of the provider of payments, each as a route describes it.

const roles: readonly Role[] = ['server', 'user', ...STAFF];
const own = { roles, owner: 'userId' } as const;

const ofProvider: readonly ErrorDefinition<never>[] = [
  paymentsNotConfigured,
  providerUnavailable,
  paymentDeclined,
  requestRefused,
  providerKeyReused,
  providerObjectUnknown,
];

/** Begins to buy credits. */
export const startTopUpCall: Described = {
  name: 'purchase-credits',
  title: 'Begin to buy credits: a page of the provider, or a payment for a page of your own',
  input: startTopUpInput,
  writes: true,
  access: own,
  answer: startedTopUpSchema,
  errors: [...startPurchase.errors, stateConflict, ...ofProvider],
};

/** Begins a subscription. */
export const startSubscriptionCall: Described = {
  name: 'create-checkout-session',
  title: 'Begin a subscription on a page of the provider',
  input: startSubscriptionInput,
  writes: true,
  access: own,
  answer: answer.answerOf<{ checkoutId: string; checkoutUrl: string | null }>({
    checkoutId: answer.text('What the provider calls the session'),
    checkoutUrl: answer.nullable(answer.text('The page to send the subscriber to')),
  }),
  errors: [billingUnknown, userUnknown, stateConflict, ...ofProvider],
};

/** Links to the customer portal. */
export const portalLinkCall: Described = {
  name: 'create-portal-session',
  title: 'Link to the page of the provider with invoices and cards; it is good for minutes',
  input: field.inputOf({ userId: field.userId }),
  writes: true,
  access: own,
  answer: answer.answerOf<{ url: string }>({ url: answer.text('The page') }),
  errors: [userUnknown, ...ofProvider],
};

/** Ends a subscription with its period. */
export const cancelSubscriptionCall: Described = {
  name: 'cancel-subscription',
  title: 'Let a subscription end with the period that is paid for',
  input: subscriptionInput,
  writes: true,
  access: own,
  answer: changedSubscriptionSchema,
  errors: [userUnknown, billingUnknown, commitmentRunning, ...ofProvider],
};

/** Lets a subscription that was canceled go on. */
export const reactivateSubscriptionCall: Described = {
  ...cancelSubscriptionCall,
  name: 'reactivate-subscription',
  title: 'Let a subscription that was canceled, and has not ended, go on',
  errors: [userUnknown, billingUnknown, ...ofProvider],
};

/** Looks at what the provider has of a user. */
export const reconcileUserCall: Described = {
  name: 'reconcile-user',
  title: 'Look at the provider again for somebody who has paid and does not see it',
  input: field.inputOf({ key: field.key, userId: field.userId }),
  writes: true,
  access: own,
  answer: answer.answerOf<ReconciledUser>({
    ...balanceMembers,
    settled: answer.count('Purchases that turned out to be paid'),
  }),
  errors: [userUnknown, refusalDefinitions.LEDGER_AUTHORITY_LEGACY, ...ofProvider],
};

/** What a refund by staff is asked with, at the address that they know. */
export interface RefundInput {
  readonly key: string;
  readonly userId: string;
  readonly amount: string;
  readonly reason: string;
  /** True: money through Stripe, which takes the credits back. Else credits as goodwill, without money. Never both (U-30). */
  readonly stripeRefund: boolean;
  readonly paymentIntentId?: string;
}

/** The one outcome of a refund by staff. */
export interface RefundOutcome {
  readonly kind: 'credits' | 'money';
  readonly id: string;
  readonly status: string;
  readonly amount: string;
  /** Dollars on the account afterwards; null while a second person has to approve. */
  readonly balance: string | null;
  /** Why money did not go back, by its code; the credits are there again then. */
  readonly failure: string | null;
}

/** Gives credits or money back. */
export const refundCall: Described = {
  name: 'refund',
  title: 'Give credits back as goodwill, or money through the provider; one of them, never both',
  input: field.inputOf({
    key: field.key,
    userId: field.userId,
    amount: field.dollars('How much'),
    reason: field.reason,
    stripeRefund: { ...field.flag('True for money, else credits'), default: false },
    paymentIntentId: field.optional(field.reference('The payment to give back; needed for money')),
  }),
  writes: true,
  access: { roles: ['super_admin'] },
  answer: answer.answerOf<RefundOutcome>({
    kind: answer.oneOf(['credits', 'money'], 'What went back'),
    id: answer.text('The adjustment or the refund'),
    status: answer.text('What became of it'),
    amount: answer.amount('How much'),
    balance: answer.nullable(answer.amount('Dollars on the account afterwards')),
    failure: answer.nullable(answer.text('Why money did not go back')),
  }),
  errors: [
    ...new Set([
      ...refundCredits.errors,
      ...refundMoney.errors,
      ownCredits,
      paymentMissing,
      paymentMismatch,
      ...ofProvider,
    ]),
  ],
};
