import type { VoidLotCommand } from '../../types.ts';
import { appendEntry, originOf } from '../append-entry.ts';
import { drawLots } from '../draw-lots.ts';
import { refuse, refuseBelowFloor, refuseFuture, refuseNotLotted, type Refusal } from '../refusals.ts';
import type { WorkingAccount, WorkingLot } from '../working-set.ts';
import { onlyAccount, type Case, type CommandRule } from './command-rule.ts';

/**
 * Takes back what remains of one lot; it cannot overflow, because a lot never holds more than the balance. Refused with, in
 * this order: LEDGER_ACCOUNT_NOT_LOTTED, LEDGER_OCCURRED_IN_FUTURE, LEDGER_LOT_UNKNOWN, LEDGER_LOT_EMPTY,
 * LEDGER_FLOOR_BREACHED (open holds need it).
 */
export const voidLot: CommandRule<VoidLotCommand> = {
  whileFrozen: 'refused',
  check(given): Refusal | undefined {
    const { work, command } = given;
    const account = onlyAccount(given);
    return (
      refuseNotLotted(account) ??
      refuseFuture(command.occurredAt, work.now) ??
      refuseNothingRemains(account, command.lotSeq) ??
      refuseBelowFloor(account, lotOf(account, command.lotSeq).remaining)
    );
  },
  apply(given: Case<VoidLotCommand>): void {
    const { work, command, contentHash } = given;
    const account = onlyAccount(given);
    const lot = lotOf(account, command.lotSeq);
    const entry = appendEntry(account, {
      amount: -lot.remaining,
      origin: originOf(command, contentHash, work.now),
      counterpart: { contra: command.contra },
    });
    drawLots(account, entry, lot);
  },
};

/** The lot, which the check found. */
function lotOf(account: WorkingAccount, lotSeq: bigint): WorkingLot {
  return account.lots.get(lotSeq) as WorkingLot;
}

function refuseNothingRemains(account: WorkingAccount, lotSeq: bigint): Refusal | undefined {
  const lot = account.lots.get(lotSeq);
  const detail = { accountId: account.id.toString(), lotSeq: lotSeq.toString() };
  if (lot === undefined) return refuse('LEDGER_LOT_UNKNOWN', detail);
  if (lot.remaining === 0n) return refuse('LEDGER_LOT_EMPTY', detail);
  return undefined;
}
