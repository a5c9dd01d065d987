import type { AccountState, RefusalCode } from '../types.ts';
import { isInt64 } from '../../base/int64.ts';
import type { Instant } from '../../base/instant.ts';

/** Why one command is refused; `detail` holds what was found and what was expected, for the message. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly detail: Readonly<Record<string, string>>;
}

/** The numbers a balance rule looks at. */
type Balance = Pick<AccountState, 'id' | 'balance' | 'held' | 'floor'>;

/** Builds a refusal. Details are texts, because they travel to callers who have no bigint. */
export function refuse(code: RefusalCode, detail: Readonly<Record<string, string>>): Refusal {
  return { code, detail };
}

/** Refuses taking `amount` (positive) out of what is available when less than the floor would be left. */
export function refuseBelowFloor(account: Balance, amount: bigint): Refusal | undefined {
  const availableAfter = account.balance - account.held - amount;
  if (account.floor === null || availableAfter >= account.floor) return undefined;
  return refuse('LEDGER_FLOOR_BREACHED', {
    accountId: account.id.toString(),
    available: (account.balance - account.held).toString(),
    amount: amount.toString(),
    availableAfter: availableAfter.toString(),
    floor: account.floor.toString(),
  });
}

/**
 * Refuses a change after which balance, held or available could not be stored. Available is checked too, because every
 * engine computes it in 64 bits and an account without a floor could otherwise make its own reads fail.
 */
export function refuseOverflow(account: Balance, change: { balance: bigint; held: bigint }): Refusal | undefined {
  const balance = account.balance + change.balance;
  const held = account.held + change.held;
  if (isInt64(balance) && isInt64(held) && isInt64(balance - held) && isInt64(change.balance)) return undefined;
  return refuse('LEDGER_OVERFLOW', {
    accountId: account.id.toString(),
    balance: balance.toString(),
    held: held.toString(),
  });
}

/** Refuses an entry dated after now: it would be invisible in the balance of its own day until that day comes. */
export function refuseFuture(occurredAt: Instant | undefined, now: Instant): Refusal | undefined {
  if (occurredAt === undefined || !now.isBefore(occurredAt)) return undefined;
  return refuse('LEDGER_OCCURRED_IN_FUTURE', { occurredAt: occurredAt.toString(), now: now.toString() });
}

/** Refuses what would be expired as soon as it is made. */
export function refusePassedExpiry(expiresAt: Instant | undefined, now: Instant): Refusal | undefined {
  if (expiresAt === undefined || now.isBefore(expiresAt)) return undefined;
  return refuse('LEDGER_EXPIRY_PASSED', { expiresAt: expiresAt.toString(), now: now.toString() });
}

/** Refuses a command about lots on an account that keeps none. */
export function refuseNotLotted(account: Pick<AccountState, 'id' | 'lotted'>): Refusal | undefined {
  return account.lotted ? undefined : refuse('LEDGER_ACCOUNT_NOT_LOTTED', { accountId: account.id.toString() });
}
