import type { GrantLotCommand } from '../../types.ts';
import { appendEntry, originOf } from '../append-entry.ts';
import { creditLot } from '../credit-lot.ts';
import { refuseFuture, refuseNotLotted, refuseOverflow, refusePassedExpiry, type Refusal } from '../refusals.ts';
import { onlyAccount, type Case, type CommandRule } from './command-rule.ts';

/**
 * A credit that becomes a lot on stated terms. Refused with, in this order: LEDGER_ACCOUNT_NOT_LOTTED,
 * LEDGER_OCCURRED_IN_FUTURE, LEDGER_EXPIRY_PASSED, LEDGER_OVERFLOW.
 */
export const grantLot: CommandRule<GrantLotCommand> = {
  whileFrozen: 'refused',
  check(given): Refusal | undefined {
    const { work, command } = given;
    const account = onlyAccount(given);
    return (
      refuseNotLotted(account) ??
      refuseFuture(command.occurredAt, work.now) ??
      refusePassedExpiry(command.expiresAt, work.now) ??
      refuseOverflow(account, { balance: command.amount, held: 0n })
    );
  },
  apply(given: Case<GrantLotCommand>): void {
    const { work, command, contentHash } = given;
    const account = onlyAccount(given);
    const entry = appendEntry(account, {
      amount: command.amount,
      origin: originOf(command, contentHash, work.now),
      counterpart: { contra: command.contra },
    });
    const { funding, priority, expiresAt = null } = command;
    creditLot(account, entry, { funding, priority, expiresAt });
  },
};
