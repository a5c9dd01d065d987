import type { CaptureCommand, ReleaseCommand } from '../types.ts';
import type { Case } from './commands/command-rule.ts';
import { refuse, type Refusal } from './refusals.ts';
import type { WorkingAccount, WorkingHold } from './working-set.ts';

/**
 * Refuses resolving a hold that is not there or not open any more: LEDGER_HOLD_UNKNOWN, LEDGER_HOLD_CAPTURED,
 * LEDGER_HOLD_RELEASED, LEDGER_HOLD_EXPIRED. Three codes for "too late", because the caller has to do three things.
 */
export function refuseHoldNotOpen(account: WorkingAccount, holdKey: string): Refusal | undefined {
  const hold = account.holds.get(holdKey);
  const detail = { accountId: account.id.toString(), holdKey };
  if (hold === undefined) return refuse('LEDGER_HOLD_UNKNOWN', detail);
  switch (hold.status) {
    case 'open':
      return undefined;
    case 'captured':
      return refuse('LEDGER_HOLD_CAPTURED', { ...detail, amountCaptured: hold.amountCaptured.toString() });
    case 'released':
      return refuse('LEDGER_HOLD_RELEASED', detail);
    case 'expired':
      return refuse('LEDGER_HOLD_EXPIRED', { ...detail, expiresAt: String(hold.expiresAt) });
  }
}

/** The hold, which the check found open. */
export function openHold(account: WorkingAccount, holdKey: string): WorkingHold {
  return account.holds.get(holdKey) as WorkingHold;
}

/** Ends an open hold: its whole amount is free again, whatever part of it a capture then debits. */
export function resolveHold(
  given: Case<CaptureCommand | ReleaseCommand>,
  account: WorkingAccount,
  resolution: { readonly status: 'captured' | 'released'; readonly amountCaptured: bigint },
): void {
  const { work, command, contentHash } = given;
  const hold = openHold(account, command.holdKey);
  account.held -= hold.amount;
  hold.status = resolution.status;
  hold.amountCaptured = resolution.amountCaptured;
  hold.resolutionKey = command.key;
  hold.resolutionHash = contentHash;
  hold.resolvedAt = work.now;
}
