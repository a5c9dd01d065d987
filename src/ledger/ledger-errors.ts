import { defineError, type ErrorDefinition } from '../base/errors.ts';

/** An account was opened again with other unchangeable properties. */
export const ledgerAccountDiffers: ErrorDefinition<{
  account: string;
  property: 'unit' | 'lotted';
  found: string;
  expected: string;
}> = defineError({
  code: 'LEDGER_ACCOUNT_DIFFERS',
  httpStatus: 409,
  retryable: false,
  summary: 'An account exists under that reference with another unit, or with lots where none are asked for.',
  message: ({ account, property, found, expected }) =>
    `Cannot open account "${account}": found ${property} ${found}, against ${expected}.`,
  hint: () => 'Open it under another kind or owner; the unit and the keeping of lots never change.',
});

/** The poster holds as many waiting commands as it may. */
export const ledgerQueueFull: ErrorDefinition<{ waiting: number; waitingMax: number }> = defineError({
  code: 'LEDGER_QUEUE_FULL',
  httpStatus: 503,
  retryable: true,
  summary: 'More commands wait to be posted than the queue may hold; none of the call was accepted.',
  message: ({ waiting, waitingMax }) =>
    `Cannot accept the commands: ${waiting} would be waiting, against ${waitingMax} at most.`,
  hint: () => 'Call again with the same keys after a pause; nothing was changed.',
});

/** The poster was asked to stop before the call came. */
export const ledgerClosed: ErrorDefinition<Record<string, never>> = defineError({
  code: 'LEDGER_CLOSED',
  httpStatus: 503,
  retryable: true,
  summary: 'The ledger of this process is shutting down and accepts nothing more.',
  message: () => 'Cannot accept the commands: the ledger of this process is closed, against open.',
  hint: () => 'Call again with the same keys on a process that runs; nothing was changed.',
});
