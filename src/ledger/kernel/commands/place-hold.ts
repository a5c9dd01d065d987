import { formatActor } from '../../../base/actor.ts';
import type { HoldCommand } from '../../types.ts';
import { refuseBelowFloor, refuseOverflow, refusePassedExpiry, type Refusal } from '../refusals.ts';
import { claimKey } from '../working-set.ts';
import { onlyAccount, type Case, type CommandRule } from './command-rule.ts';

/**
 * Reserves an amount. Pessimistic: it must be available now, so that a capture never fails for want of balance. Refused
 * with, in this order: LEDGER_EXPIRY_PASSED, LEDGER_FLOOR_BREACHED, LEDGER_OVERFLOW.
 */
export const placeHold: CommandRule<HoldCommand> = {
  whileFrozen: 'refused',
  check(given): Refusal | undefined {
    const { work, command } = given;
    const account = onlyAccount(given);
    return (
      refusePassedExpiry(command.expiresAt, work.now) ??
      refuseBelowFloor(account, command.amount) ??
      refuseOverflow(account, { balance: 0n, held: command.amount })
    );
  },
  apply(given: Case<HoldCommand>): void {
    const { command, contentHash } = given;
    const account = onlyAccount(given);
    account.held += command.amount;
    account.holds.set(command.key, {
      accountId: account.id,
      key: command.key,
      amount: command.amount,
      amountCaptured: 0n,
      status: 'open',
      expiresAt: command.expiresAt ?? null,
      contentHash,
      resolutionKey: null,
      resolutionHash: null,
      made: { reason: command.reason ?? null, actor: formatActor(command.actor) },
      resolvedAt: null,
    });
    claimKey(account, command.key, contentHash);
  },
};
