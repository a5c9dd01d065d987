import { defineError, type ErrorDefinition } from '../../base/errors.ts';

/** An enrolment as messages name it, by ids. */
export interface EnrolmentDetails {
  readonly studentId: string;
  readonly groupId: string;
}

/** The pupil has no enrolment in the group. */
export const enrolmentUnknown: ErrorDefinition<EnrolmentDetails> = defineError({
  code: 'TUITION_ENROLMENT_UNKNOWN',
  httpStatus: 404,
  retryable: false,
  summary: 'The pupil has no enrolment in that group.',
  message: ({ studentId, groupId }) =>
    `Cannot find enrolment "${studentId}:${groupId}": found none, against a pupil enrolled in the group.`,
  hint: () => 'Correct the pupil or the group, or enrol the pupil with "enrol-student" first.',
});

/** The pupil is enrolled in the group already. */
export const enrolmentExists: ErrorDefinition<EnrolmentDetails & { found: string }> = defineError({
  code: 'TUITION_ENROLMENT_EXISTS',
  httpStatus: 409,
  retryable: false,
  summary: 'The pupil is enrolled in that group already, here or in the legacy tables.',
  message: ({ studentId, groupId, found }) =>
    `Cannot enrol "${studentId}:${groupId}": found an enrolment ${found}, against none.`,
  hint: ({ found }) =>
    found === 'in the legacy tables'
      ? 'Carry the legacy tables over first, so that its history comes along.'
      : 'Use "change-enrolment" to let the pupil return.',
});

/** A pupil, group, payment or attendance that an operation names is not there. */
export const tuitionUnknown: ErrorDefinition<{ what: string; id: string; expected: string; nextStep: string }> =
  defineError({
    code: 'TUITION_UNKNOWN',
    httpStatus: 404,
    retryable: false,
    summary: 'A pupil, group, payment, attendance or override that an operation names does not exist.',
    message: ({ what, id, expected }) => `Cannot find ${what} "${id}": found none, against ${expected}.`,
    hint: ({ nextStep }) => nextStep,
  });

/** The enrolment, pupil or group is not active. */
export const enrolmentInactive: ErrorDefinition<EnrolmentDetails & { attempt: string }> = defineError({
  code: 'TUITION_ENROLMENT_INACTIVE',
  httpStatus: 409,
  retryable: false,
  summary: 'The pupil has left the group, so nothing new happens in it.',
  message: ({ studentId, groupId, attempt }) =>
    `Cannot ${attempt} enrolment "${studentId}:${groupId}": found it inactive, against active.`,
  hint: () => 'Let the pupil return with "change-enrolment" first.',
});

/** The key of a call is taken by a call of other content. */
export const requestKeyReused: ErrorDefinition<{ operation: string; found: string }> = defineError({
  code: 'TUITION_KEY_REUSED',
  httpStatus: 409,
  retryable: false,
  summary: 'The idempotency key of an operation is taken by a call of other content.',
  message: ({ operation, found }) =>
    `Cannot run "${operation}": found its key taken by ${found}, against a key of its own or the same content.`,
  hint: () => 'Give a new call a new key; repeat a call unchanged to get its first answer again.',
});

/** A legacy column that an operation needs is not there. */
export const legacyColumnMissing: ErrorDefinition<{ attempt: string; column: string }> = defineError({
  code: 'TUITION_LEGACY_COLUMN_MISSING',
  httpStatus: 409,
  retryable: false,
  summary: 'An operation reads master data from a legacy column that the database lacks or that is not mapped.',
  message: ({ attempt, column }) => `Cannot ${attempt}: found no column "${column}", against one to read.`,
  hint: ({ column }) => `Map "${column}" in the configuration of the system, or add it to the table.`,
});

/** Nothing says what a month costs. */
export const feeUnknown: ErrorDefinition<EnrolmentDetails> = defineError({
  code: 'TUITION_FEE_UNKNOWN',
  httpStatus: 422,
  retryable: false,
  summary: 'Neither the enrolment nor its group has a fee, so nothing says how many sessions an amount buys.',
  message: ({ studentId, groupId }) =>
    `Cannot take a payment for enrolment "${studentId}:${groupId}": found no fee, against one of the enrolment or its group.`,
  hint: () => 'Set the fee of the group, or that of the enrolment with "set-financial-status".',
});

/** More money is to be spent or given back than there is. */
export const moneyShort: ErrorDefinition<EnrolmentDetails & { attempt: string; amount: string; available: string }> =
  defineError({
    code: 'TUITION_MONEY_SHORT',
    httpStatus: 422,
    retryable: false,
    summary: 'More money is to be spent or given back than the enrolment or the payment has.',
    message: ({ studentId, groupId, attempt, amount, available }) =>
      `Cannot ${attempt} of enrolment "${studentId}:${groupId}": found ${amount} asked for, against ${available} at most.`,
    hint: ({ available }) => `Ask for at most ${available}.`,
  });

/** Kept money was to pay for a month that is paid. */
export const monthPaid: ErrorDefinition<EnrolmentDetails & { month: string }> = defineError({
  code: 'TUITION_MONTH_PAID',
  httpStatus: 409,
  retryable: false,
  summary: 'Kept money was to be spent on a month that owes nothing more.',
  message: ({ studentId, groupId, month }) =>
    `Cannot spend kept money of enrolment "${studentId}:${groupId}" on ${month}: found the month paid, against one that owes something.`,
  hint: () => 'Name another month.',
});

/** A payment is in a state in which it cannot be undone this way. */
export const paymentNotReversible: ErrorDefinition<{
  attempt: string;
  paymentId: string;
  found: string;
  nextStep: string;
}> = defineError({
  code: 'TUITION_PAYMENT_NOT_REVERSIBLE',
  httpStatus: 409,
  retryable: false,
  summary: 'The payment was voided or refunded before, or is one that is undone another way.',
  message: ({ attempt, paymentId, found }) =>
    `Cannot ${attempt} payment "${paymentId}": found it ${found}, against recorded and untouched.`,
  hint: ({ nextStep }) => nextStep,
});

/** An instant of the call does not lie where it must. */
export const instantOutOfOrder: ErrorDefinition<{ what: string; found: string; expected: string }> = defineError({
  code: 'TUITION_INSTANT_OUT_OF_ORDER',
  httpStatus: 422,
  retryable: false,
  summary: 'A date of the call lies in the future or the past, where it must not.',
  message: ({ what, found, expected }) => `Cannot accept ${what}: found ${found}, against ${expected}.`,
  hint: () => 'Correct the date and call again; nothing was changed.',
});

/** A pupil over the limit was to be unblocked without saying until when. */
export const untilMissing: ErrorDefinition<EnrolmentDetails & { debt: string }> = defineError({
  code: 'TUITION_UNTIL_MISSING',
  httpStatus: 422,
  retryable: false,
  summary: 'Unblocking a pupil whose next session is not covered needs a date until which the pass holds.',
  message: ({ studentId, groupId, debt }) =>
    `Cannot unblock enrolment "${studentId}:${groupId}": found ${debt} unpaid sessions, against a covered next session.`,
  hint: () => 'Give "until", and the pupil is let in until then whatever is owed; or record a payment.',
});

/** Grace was to be adjusted where nothing is owed. */
export const nothingOwed: ErrorDefinition<EnrolmentDetails> = defineError({
  code: 'TUITION_NOTHING_OWED',
  httpStatus: 422,
  retryable: false,
  summary: 'The enrolment owes nothing, so it has no sessions of grace to adjust.',
  message: ({ studentId, groupId }) =>
    `Cannot adjust the grace of enrolment "${studentId}:${groupId}": found it exempt or without a fee, against one that owes a fee.`,
  hint: () => 'Change its financial status first, if it is to owe something.',
});
