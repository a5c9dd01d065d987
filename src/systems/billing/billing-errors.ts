import { defineError, type ErrorDefinition } from '../../base/errors.ts';

/** Usage of a model that the rate card does not price. */
export const modelUnknown: ErrorDefinition<{ model: string; rateCard: string }> = defineError({
  code: 'BILLING_MODEL_UNKNOWN',
  httpStatus: 422,
  retryable: false,
  summary: 'Usage names a model that the rate card in force does not price.',
  message: ({ model, rateCard }) =>
    `Cannot price usage of model "${model}": found no price, against one on rate card "${rateCard}".`,
  hint: () => 'Add the model to a new version of "rateCards" in the policy, or give the amount itself.',
});

/** Nobody by that id has credits. */
export const userUnknown: ErrorDefinition<{ userId: string }> = defineError({
  code: 'BILLING_USER_UNKNOWN',
  httpStatus: 404,
  retryable: false,
  summary: 'The user has no credits account, neither carried nor opened.',
  message: ({ userId }) => `Cannot find user "${userId}": found no credits account, against one carried or opened.`,
  hint: () => 'Correct the id, or open the account with "open-user" first.',
});

/** A purchase, refund or adjustment that an operation names is not there. */
export const billingUnknown: ErrorDefinition<{ what: string; id: string; expected: string }> = defineError({
  code: 'BILLING_UNKNOWN',
  httpStatus: 404,
  retryable: false,
  summary: 'A purchase, refund, authorization, adjustment or price that an operation names does not exist.',
  message: ({ what, id, expected }) => `Cannot find ${what} "${id}": found none, against ${expected}.`,
  hint: ({ what }) => `Correct the name of the ${what} and call again; nothing was changed.`,
});

/** The key of a call is taken by a call of other content. */
export const requestKeyReused: ErrorDefinition<{ operation: string; found: string }> = defineError({
  code: 'BILLING_KEY_REUSED',
  httpStatus: 409,
  retryable: false,
  summary: 'The idempotency key of an operation is taken by a call of other content.',
  message: ({ operation, found }) =>
    `Cannot run "${operation}": found its key taken by ${found}, against a key of its own or the same content.`,
  hint: () => 'Give a new call a new key; repeat a call unchanged to get its first answer again.',
});

/** A source was charged before, for something else. */
export const sourceReused: ErrorDefinition<{ sourceId: string; found: string; expected: string }> = defineError({
  code: 'BILLING_SOURCE_REUSED',
  httpStatus: 409,
  retryable: false,
  summary: 'The source of a deduction or authorization was used before with other content.',
  message: ({ sourceId, found, expected }) =>
    `Cannot charge source "${sourceId}": found it charged ${found}, against ${expected}.`,
  hint: () => 'Give what is charged anew a source of its own; repeat a call unchanged to get its first answer again.',
});

/** Somebody would move their own credits. */
export const ownCredits: ErrorDefinition<{ operation: string }> = defineError({
  code: 'BILLING_OWN_CREDITS',
  httpStatus: 403,
  retryable: false,
  summary: 'Nobody may adjust, grant, refund or approve credits of their own.',
  message: ({ operation }) =>
    `Cannot run "${operation}": found the caller's own credits, against those of another user.`,
  hint: () => 'Let somebody else of the staff do it.',
});

/** More than a role may do at once, or within the window. */
export const limitExceeded: ErrorDefinition<{
  operation: string;
  limit: string;
  found: string;
  allowed: string;
  nextStep: string;
}> = defineError({
  code: 'BILLING_LIMIT_EXCEEDED',
  httpStatus: 422,
  retryable: false,
  summary: 'An adjustment, grant or refund is above what the role may move at once or within the rolling window.',
  message: ({ operation, limit, found, allowed }) =>
    `Cannot run "${operation}": found ${found} dollars ${limit}, against ${allowed} at most.`,
  hint: ({ nextStep }) => nextStep,
});

/** The policy does not let this tier buy credits. */
export const purchaseNotAllowed: ErrorDefinition<{ tier: string; allowed: string }> = defineError({
  code: 'BILLING_PURCHASE_NOT_ALLOWED',
  httpStatus: 403,
  retryable: false,
  summary: 'The tier of the user may not buy credits, or not that amount.',
  message: ({ tier, allowed }) => `Cannot start a purchase: found ${tier}, against ${allowed}.`,
  hint: () => 'Change the subscription first, or the policy "purchases".',
});

/** A purchase, refund or adjustment is in a state in which this cannot be done. */
export const stateConflict: ErrorDefinition<{
  attempt: string;
  what: string;
  id: string;
  found: string;
  expected: string;
}> = defineError({
  code: 'BILLING_STATE_CONFLICT',
  httpStatus: 409,
  retryable: false,
  summary: 'A purchase, refund or adjustment is in a state in which the operation cannot be done.',
  message: ({ attempt, what, id, found, expected }) =>
    `Cannot ${attempt} ${what} "${id}": found it ${found}, against ${expected}.`,
  hint: () => 'Read its present state first; nothing was changed.',
});

/** A subscription binds for longer. */
export const commitmentRunning: ErrorDefinition<{ id: string; endsAt: string }> = defineError({
  code: 'BILLING_COMMITMENT_RUNNING',
  httpStatus: 409,
  retryable: false,
  summary: 'A subscription is to be ended while its commitment runs.',
  message: ({ id, endsAt }) =>
    `Cannot cancel subscription "${id}": found a commitment until ${endsAt}, against one that has ended.`,
  hint: ({ endsAt }) => `Cancel it after ${endsAt}.`,
});

/** There are fewer credits than an adjustment takes, or less money than a refund gives back. */
export const amountTooLarge: ErrorDefinition<{ attempt: string; found: string; available: string }> = defineError({
  code: 'BILLING_AMOUNT_TOO_LARGE',
  httpStatus: 422,
  retryable: false,
  summary: 'More credits are to be taken, or more money returned, than there is.',
  message: ({ attempt, found, available }) =>
    `Cannot ${attempt}: found ${found} dollars asked for, against ${available} at most.`,
  hint: ({ available }) => `Ask for at most ${available}.`,
});
