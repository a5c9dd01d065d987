import type { TransferCommand } from '../../types.ts';
import { originOf } from '../append-entry.ts';
import { appendTransfer } from '../append-transfer.ts';
import { creditLot, unstatedTerms } from '../credit-lot.ts';
import { drawLots } from '../draw-lots.ts';
import { refuse, refuseBelowFloor, refuseFuture, refuseOverflow, type Refusal } from '../refusals.ts';
import type { WorkingAccount } from '../working-set.ts';
import type { Case, CommandRule } from './command-rule.ts';

/**
 * Two entries, out of one account and into another. Refused with, in this order: LEDGER_UNIT_MISMATCH,
 * LEDGER_OCCURRED_IN_FUTURE, LEDGER_FLOOR_BREACHED (the account it leaves), LEDGER_OVERFLOW (either).
 */
export const transferAmount: CommandRule<TransferCommand> = {
  whileFrozen: 'refused',
  check(given): Refusal | undefined {
    const { work, command } = given;
    const { from, to } = sides(given);
    return (
      refuseOtherUnit(from, to) ??
      refuseFuture(command.occurredAt, work.now) ??
      refuseBelowFloor(from, command.amount) ??
      refuseOverflow(from, { balance: -command.amount, held: 0n }) ??
      refuseOverflow(to, { balance: command.amount, held: 0n })
    );
  },
  apply(given: Case<TransferCommand>): void {
    const { work, command, contentHash } = given;
    const { from, to } = sides(given);
    const origin = originOf(command, contentHash, work.now);
    const { debit, credit } = appendTransfer({
      from: { account: from, origin },
      to: { account: to, origin },
      amount: command.amount,
    });
    drawLots(from, debit);
    creditLot(to, credit, unstatedTerms);
  },
};

function sides(given: Case<TransferCommand>): { from: WorkingAccount; to: WorkingAccount } {
  const [from, to] = given.accounts as [WorkingAccount, WorkingAccount];
  return { from, to };
}

function refuseOtherUnit(from: WorkingAccount, to: WorkingAccount): Refusal | undefined {
  if (from.unit === to.unit) return undefined;
  return refuse('LEDGER_UNIT_MISMATCH', {
    accountId: from.id.toString(),
    unit: from.unit,
    toAccountId: to.id.toString(),
    toUnit: to.unit,
  });
}
