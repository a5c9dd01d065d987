import type { ReleaseCommand } from '../../types.ts';
import type { Refusal } from '../refusals.ts';
import { refuseHoldNotOpen, resolveHold } from '../resolve-hold.ts';
import { claimKey } from '../working-set.ts';
import { onlyAccount, type Case, type CommandRule } from './command-rule.ts';

/**
 * Gives up a hold; allowed while frozen, because it only frees. Refused with, in this order: LEDGER_HOLD_UNKNOWN,
 * LEDGER_HOLD_CAPTURED, LEDGER_HOLD_RELEASED, LEDGER_HOLD_EXPIRED.
 */
export const releaseHold: CommandRule<ReleaseCommand> = {
  whileFrozen: 'allowed',
  check(given): Refusal | undefined {
    return refuseHoldNotOpen(onlyAccount(given), given.command.holdKey);
  },
  apply(given: Case<ReleaseCommand>): void {
    const { command, contentHash } = given;
    const account = onlyAccount(given);
    resolveHold(given, account, { status: 'released', amountCaptured: 0n });
    claimKey(account, command.key, contentHash);
  },
};
