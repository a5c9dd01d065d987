import type { PostCommand } from '../../types.ts';
import { appendEntry, originOf } from '../append-entry.ts';
import { creditLot, unstatedTerms } from '../credit-lot.ts';
import { drawLots } from '../draw-lots.ts';
import { refuseBelowFloor, refuseFuture, refuseOverflow, type Refusal } from '../refusals.ts';
import { onlyAccount, type Case, type CommandRule } from './command-rule.ts';

/**
 * One entry against a contra. Refused with, in this order: LEDGER_OCCURRED_IN_FUTURE, LEDGER_FLOOR_BREACHED (debits only:
 * a credit passes even where the account stays below its floor), LEDGER_OVERFLOW.
 */
export const postAmount: CommandRule<PostCommand> = {
  whileFrozen: 'refused',
  check(given): Refusal | undefined {
    const { work, command } = given;
    const account = onlyAccount(given);
    return (
      refuseFuture(command.occurredAt, work.now) ??
      (command.amount < 0n ? refuseBelowFloor(account, -command.amount) : undefined) ??
      refuseOverflow(account, { balance: command.amount, held: 0n })
    );
  },
  apply(given: Case<PostCommand>): void {
    const { work, command, contentHash } = given;
    const account = onlyAccount(given);
    const entry = appendEntry(account, {
      amount: command.amount,
      origin: originOf(command, contentHash, work.now),
      counterpart: { contra: command.contra },
    });
    if (command.amount > 0n) creditLot(account, entry, unstatedTerms);
    else drawLots(account, entry);
  },
};
