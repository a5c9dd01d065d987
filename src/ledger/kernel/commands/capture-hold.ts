import type { CaptureCommand } from '../../types.ts';
import { appendEntry, originOf } from '../append-entry.ts';
import { drawLots } from '../draw-lots.ts';
import { refuse, refuseFuture, type Refusal } from '../refusals.ts';
import { openHold, refuseHoldNotOpen, resolveHold } from '../resolve-hold.ts';
import type { WorkingAccount } from '../working-set.ts';
import { onlyAccount, type Case, type CommandRule } from './command-rule.ts';

/**
 * Turns a hold into a debit. No floor is asked: the hold passed it, and available only grows by a capture. Nor can it
 * overflow: the balance stays at or above what was available before, which is kept within 64 bits. Refused with, in this
 * order: LEDGER_OCCURRED_IN_FUTURE, LEDGER_HOLD_UNKNOWN, LEDGER_HOLD_CAPTURED, LEDGER_HOLD_RELEASED, LEDGER_HOLD_EXPIRED,
 * LEDGER_CAPTURE_EXCEEDS_HOLD.
 */
export const captureHold: CommandRule<CaptureCommand> = {
  whileFrozen: 'refused',
  check(given): Refusal | undefined {
    const { work, command } = given;
    const account = onlyAccount(given);
    return (
      refuseFuture(command.occurredAt, work.now) ??
      refuseHoldNotOpen(account, command.holdKey) ??
      refuseMoreThanHeld(account, command)
    );
  },
  apply(given: Case<CaptureCommand>): void {
    const { work, command, contentHash } = given;
    const account = onlyAccount(given);
    const amount = command.amount ?? openHold(account, command.holdKey).amount;
    resolveHold(given, account, { status: 'captured', amountCaptured: amount });
    const entry = appendEntry(account, {
      amount: -amount,
      origin: originOf(command, contentHash, work.now),
      counterpart: { contra: command.contra },
    });
    drawLots(account, entry);
  },
};

function refuseMoreThanHeld(account: WorkingAccount, command: CaptureCommand): Refusal | undefined {
  const { amount } = openHold(account, command.holdKey);
  if (command.amount === undefined || command.amount <= amount) return undefined;
  return refuse('LEDGER_CAPTURE_EXCEEDS_HOLD', {
    accountId: account.id.toString(),
    holdKey: command.holdKey,
    amount: command.amount.toString(),
    amountHeld: amount.toString(),
  });
}
