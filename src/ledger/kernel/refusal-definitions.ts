import { defineError, type ErrorDefinition } from '../../base/errors.ts';
import type { RefusalCode } from '../types.ts';

/** What a refusal's error carries: what the command would have done, and what was found and expected. */
export interface RefusalDetails {
  /** `post to account "12"`. */
  readonly attempt: string;
  readonly [name: string]: string;
}

type Text = (detail: RefusalDetails) => string;

/** The error of each refusal, in the order in which the kernel checks them. */
export const refusalDefinitions: Readonly<Record<RefusalCode, ErrorDefinition<RefusalDetails>>> = {
  LEDGER_COMMAND_INVALID: define('LEDGER_COMMAND_INVALID', {
    httpStatus: 400,
    summary: 'A command is wrong in itself, whatever the state of its accounts.',
    found: ({ what, found, expected }) => `found ${what} to be ${found}, against ${expected}`,
    hint: () => 'Correct the command and call again; nothing was changed.',
  }),
  LEDGER_ACCOUNT_UNKNOWN: define('LEDGER_ACCOUNT_UNKNOWN', {
    httpStatus: 404,
    summary: 'A command names an account that was never opened.',
    found: ({ accountId }) => `found no account ${accountId}, against one that was opened`,
    hint: () => 'Open the account first, or correct its id.',
  }),
  LEDGER_KEY_REUSED: define('LEDGER_KEY_REUSED', {
    httpStatus: 409,
    summary: 'The idempotency key is taken on the account by a command of other content.',
    found: ({ accountId }) => `found its key taken by other content on account ${accountId}, against a key of its own`,
    hint: () => 'Give a new command a new key; repeat a command unchanged to have its first result replayed.',
  }),
  LEDGER_AUTHORITY_LEGACY: define('LEDGER_AUTHORITY_LEGACY', {
    httpStatus: 409,
    summary: 'The balance of the account is still decided by the legacy tables.',
    found: ({ accountId }) => `found account ${accountId} under legacy authority, against the authority of the ledger`,
    hint: () => 'Write through the application as before, or switch the account with "carryover switch" first.',
  }),
  LEDGER_ACCOUNT_CLOSED: define('LEDGER_ACCOUNT_CLOSED', {
    httpStatus: 409,
    summary: 'The account was closed; nothing is ever posted on it again.',
    found: ({ accountId }) => `found account ${accountId} closed, against open`,
    hint: () => 'Open another account for the owner and post there.',
  }),
  LEDGER_ACCOUNT_FROZEN: define('LEDGER_ACCOUNT_FROZEN', {
    httpStatus: 409,
    summary: 'The account is frozen and takes no debit, hold or credit.',
    found: ({ accountId }) => `found account ${accountId} frozen, against open`,
    hint: () => 'Unfreeze the account first.',
  }),
  LEDGER_UNIT_MISMATCH: define('LEDGER_UNIT_MISMATCH', {
    httpStatus: 422,
    summary: 'A transfer names two accounts that count different units.',
    found: ({ unit, toUnit }) => `found the units "${unit}" and "${toUnit}", against one unit on both accounts`,
    hint: () => 'Convert by two posts against a contra instead of a transfer.',
  }),
  LEDGER_ACCOUNT_NOT_LOTTED: define('LEDGER_ACCOUNT_NOT_LOTTED', {
    httpStatus: 422,
    summary: 'A command about lots names an account that keeps none.',
    found: ({ accountId }) => `found account ${accountId} without lots, against one that keeps them`,
    hint: () => 'Use "post" on this account, or open one that keeps lots.',
  }),
  LEDGER_OCCURRED_IN_FUTURE: define('LEDGER_OCCURRED_IN_FUTURE', {
    httpStatus: 422,
    summary: 'An entry is dated after the present of the database clock.',
    found: ({ occurredAt, now }) => `found occurredAt ${occurredAt}, against at most ${now}`,
    hint: () => 'Leave occurredAt out for now, or compare this machine with the clock of the database.',
  }),
  LEDGER_EXPIRY_PASSED: define('LEDGER_EXPIRY_PASSED', {
    httpStatus: 422,
    summary: 'A hold or lot would be expired as soon as it is made.',
    found: ({ expiresAt, now }) => `found expiresAt ${expiresAt}, against an instant after ${now}`,
    hint: () => 'Give an expiry in the future, or leave it out.',
  }),
  LEDGER_HOLD_UNKNOWN: define('LEDGER_HOLD_UNKNOWN', {
    httpStatus: 404,
    summary: 'A capture or release names a hold that was never placed on the account.',
    found: ({ accountId }) => `found no hold under that key on account ${accountId}, against an open one`,
    hint: () => 'Give the key of the command that placed the hold.',
  }),
  LEDGER_HOLD_CAPTURED: define('LEDGER_HOLD_CAPTURED', {
    httpStatus: 409,
    summary: 'The hold was captured before; a hold is resolved once.',
    found: ({ amountCaptured }) => `found the hold captured with ${amountCaptured}, against open`,
    hint: () => 'Reverse the capture if it was wrong; place a new hold for a new purpose.',
  }),
  LEDGER_HOLD_RELEASED: define('LEDGER_HOLD_RELEASED', {
    httpStatus: 409,
    summary: 'The hold was released before; a hold is resolved once.',
    found: () => 'found the hold released, against open',
    hint: () => 'Place a new hold, or post the debit without one.',
  }),
  LEDGER_HOLD_EXPIRED: define('LEDGER_HOLD_EXPIRED', {
    httpStatus: 409,
    summary: 'The hold expired before it was resolved; its amount is free again.',
    found: ({ expiresAt }) => `found the hold expired at ${expiresAt}, against open`,
    hint: () => 'Place a new hold, or post the debit without one.',
  }),
  LEDGER_CAPTURE_EXCEEDS_HOLD: define('LEDGER_CAPTURE_EXCEEDS_HOLD', {
    httpStatus: 422,
    summary: 'A capture asks for more than the hold reserved.',
    found: ({ amount, amountHeld }) => `found an amount of ${amount}, against ${amountHeld} held`,
    hint: () => 'Capture at most the held amount and post the rest as a debit of its own.',
  }),
  LEDGER_ENTRY_UNKNOWN: define('LEDGER_ENTRY_UNKNOWN', {
    httpStatus: 404,
    summary: 'A reversal names an entry that the account does not have.',
    found: ({ accountId, seq }) => `found no entry ${seq} on account ${accountId}, against an entry to undo`,
    hint: () => 'Look the seq up in the statement of the account.',
  }),
  LEDGER_ENTRY_REVERSED: define('LEDGER_ENTRY_REVERSED', {
    httpStatus: 409,
    summary: 'The entry was reversed before; an entry is undone once.',
    found: ({ seq, reversedBySeq }) => `found entry ${seq} reversed by entry ${reversedBySeq}, against not reversed`,
    hint: () => 'Nothing more is needed: the entry is undone.',
  }),
  LEDGER_ENTRY_NOT_REVERSIBLE: define('LEDGER_ENTRY_NOT_REVERSIBLE', {
    httpStatus: 422,
    summary: 'The entry is a reversal, an expiry or half of a transfer, which cannot be undone.',
    found: ({ seq, found }) => `found entry ${seq} to be ${found}, against one that a command made`,
    hint: () => 'Post the amount anew under a key of its own.',
  }),
  LEDGER_LOT_UNKNOWN: define('LEDGER_LOT_UNKNOWN', {
    httpStatus: 404,
    summary: 'A command names a lot that the account does not have.',
    found: ({ accountId, lotSeq }) =>
      `found no lot ${lotSeq} on account ${accountId}, against a lot with something left`,
    hint: () => 'Give the seq of the entry that granted the lot.',
  }),
  LEDGER_LOT_EMPTY: define('LEDGER_LOT_EMPTY', {
    httpStatus: 409,
    summary: 'Nothing remains of the lot.',
    found: ({ lotSeq }) => `found lot ${lotSeq} with nothing left, against something left`,
    hint: () => 'Nothing more is needed: the lot is used up.',
  }),
  LEDGER_LOT_SPENT: define('LEDGER_LOT_SPENT', {
    httpStatus: 409,
    summary: 'A credit cannot be reversed, because part of its lot was spent, has expired or made good a deficit.',
    found: ({ remaining, amount }) => `found ${remaining} left of its lot, against the whole ${amount}`,
    hint: () => 'Reverse the debits that drew it first, or void what remains of the lot.',
  }),
  LEDGER_ACCOUNT_NOT_EMPTY: define('LEDGER_ACCOUNT_NOT_EMPTY', {
    httpStatus: 409,
    summary: 'An account is closed only when its balance and its holds are zero.',
    found: ({ balance, held }) => `found a balance of ${balance} and ${held} held, against 0 and 0`,
    hint: () => 'Resolve its holds and move its balance away first.',
  }),
  LEDGER_FLOOR_BREACHED: define('LEDGER_FLOOR_BREACHED', {
    httpStatus: 409,
    summary: 'A debit, hold or withdrawal of a lot would leave less available than the floor of the account.',
    found: ({ availableAfter, floor }) =>
      `found that ${availableAfter} would be available, against a floor of ${floor}`,
    hint: ({ available }) => `Take less (${available} is available), credit the account first, or lower its floor.`,
  }),
  LEDGER_OVERFLOW: define('LEDGER_OVERFLOW', {
    httpStatus: 422,
    summary: 'The balance, the held or the available amount would leave 64 bits.',
    found: ({ balance, held }) => `found a balance of ${balance} with ${held} held, against numbers of 64 bits`,
    hint: () => 'Check the amount and the scale of the unit.',
  }),
};

/** None is retryable by itself: the same command is refused again until somebody changes the account or the command. */
function define(
  code: RefusalCode,
  texts: { readonly httpStatus: number; readonly summary: string; readonly found: Text; readonly hint: Text },
): ErrorDefinition<RefusalDetails> {
  return defineError<RefusalDetails>({
    code,
    httpStatus: texts.httpStatus,
    retryable: false,
    summary: texts.summary,
    message: (details) => `Cannot ${details.attempt}: ${texts.found(details)}.`,
    hint: texts.hint,
  });
}
