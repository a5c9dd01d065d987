import { formatActor } from '../../../base/actor.ts';
import type { ReverseCommand } from '../../types.ts';
import { appendEntry, type EntryOrigin } from '../append-entry.ts';
import { appendTransfer } from '../append-transfer.ts';
import { returnToLots } from '../credit-lot.ts';
import { drawLots } from '../draw-lots.ts';
import { EXPIRY_KEY_PREFIX } from '../expire-lots.ts';
import type { EntryState, NewEntry } from '../kernel-types.ts';
import { refuse, refuseBelowFloor, refuseOverflow, type Refusal } from '../refusals.ts';
import type { WorkingAccount } from '../working-set.ts';
import type { Case, CommandRule } from './command-rule.ts';

/** An entry about to be undone, on its account. */
interface Leg {
  readonly account: WorkingAccount;
  readonly entry: EntryState;
}

/**
 * Undoes an entry, and both legs where it is one of a transfer. Refused with, in this order: LEDGER_ENTRY_UNKNOWN,
 * LEDGER_ENTRY_REVERSED, LEDGER_ENTRY_NOT_REVERSIBLE (a reversal, an expiry), LEDGER_LOT_SPENT (a credit whose lot was
 * drawn from), LEDGER_FLOOR_BREACHED (taking a credit back is a debit), LEDGER_OVERFLOW.
 */
export const reverseEntry: CommandRule<ReverseCommand> = {
  whileFrozen: 'refused',
  check(given): Refusal | undefined {
    const legs = legsOf(given);
    return (
      refuseUnknown(given) ??
      first(legs, refuseReversed) ??
      first(legs, refuseNotReversible) ??
      first(legs, refuseSpent) ??
      first(legs, ({ account, entry }) => (entry.amount > 0n ? refuseBelowFloor(account, entry.amount) : undefined)) ??
      first(legs, ({ account, entry }) => refuseOverflow(account, { balance: -entry.amount, held: 0n }))
    );
  },
  apply(given: Case<ReverseCommand>): void {
    const [leg, counterLeg] = legsOf(given) as [Leg, Leg | undefined];
    for (const { account, entry } of counterLeg === undefined ? [leg] : [leg, counterLeg]) {
      account.entries.set(entry.seq, { ...entry, reversedBySeq: account.seq + 1n });
    }
    if (counterLeg === undefined) {
      const reversal = appendEntry(leg.account, {
        amount: -leg.entry.amount,
        origin: reversalOrigin(given, leg.entry),
        counterpart: { contra: leg.entry.contra as string },
      });
      moveLots(leg, reversal);
      return;
    }
    const [debited, credited] = leg.entry.amount > 0n ? [leg, counterLeg] : [counterLeg, leg];
    const { debit, credit } = appendTransfer({
      from: { account: debited.account, origin: reversalOrigin(given, debited.entry) },
      to: { account: credited.account, origin: reversalOrigin(given, credited.entry) },
      amount: debited.entry.amount,
    });
    moveLots(debited, debit);
    moveLots(credited, credit);
  },
};

/**
 * The account of the other leg, if an entry has one that would be undone with it. A reversal has none: it is never undone, so
 * its other side is not asked for authority, status or key, which a batch that has just made it could not know.
 */
export function counterAccountOf(entry: EntryState): bigint | undefined {
  return entry.reversesSeq === null ? (entry.counterAccountId ?? undefined) : undefined;
}

/** The named leg first; empty where the entry is unknown. */
function legsOf(given: Case<ReverseCommand>): Leg[] {
  const [account, counterAccount] = given.accounts as [WorkingAccount, WorkingAccount | undefined];
  const entry = account.entries.get(given.command.seq);
  if (entry === undefined) return [];
  if (counterAccount === undefined || entry.counterSeq === null) return [{ account, entry }];
  const counterEntry = counterAccount.entries.get(entry.counterSeq);
  if (counterEntry === undefined) {
    throw new Error(
      `The snapshot lacks entry ${entry.counterSeq} of account ${counterAccount.id}, the other leg of a transfer.`,
    );
  }
  return [
    { account, entry },
    { account: counterAccount, entry: counterEntry },
  ];
}

function first(legs: readonly Leg[], rule: (leg: Leg) => Refusal | undefined): Refusal | undefined {
  for (const leg of legs) {
    const refusal = rule(leg);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function detailOf({ account, entry }: Leg): { accountId: string; seq: string } {
  return { accountId: account.id.toString(), seq: entry.seq.toString() };
}

function refuseUnknown({ command, accounts: [account] }: Case<ReverseCommand>): Refusal | undefined {
  if (account?.entries.has(command.seq) === true) return undefined;
  return refuse('LEDGER_ENTRY_UNKNOWN', { accountId: command.accountId.toString(), seq: command.seq.toString() });
}

function refuseReversed(leg: Leg): Refusal | undefined {
  if (leg.entry.reversedBySeq === null) return undefined;
  return refuse('LEDGER_ENTRY_REVERSED', { ...detailOf(leg), reversedBySeq: leg.entry.reversedBySeq.toString() });
}

/** An expiry is a fact that would come about again at once; undoing a reversal is what a new command under a new key is for. */
function refuseNotReversible(leg: Leg): Refusal | undefined {
  const { entry } = leg;
  if (entry.reversesSeq !== null)
    return refuse('LEDGER_ENTRY_NOT_REVERSIBLE', { ...detailOf(leg), found: 'a reversal' });
  if (entry.key.startsWith(EXPIRY_KEY_PREFIX)) {
    return refuse('LEDGER_ENTRY_NOT_REVERSIBLE', { ...detailOf(leg), found: 'an expiry' });
  }
  // Undoing one leg alone would create or destroy value.
  if (entry.counterAccountId !== null && entry.counterSeq === null) {
    return refuse('LEDGER_ENTRY_NOT_REVERSIBLE', { ...detailOf(leg), found: 'a transfer whose other leg is missing' });
  }
  return undefined;
}

function refuseSpent(leg: Leg): Refusal | undefined {
  const lot = leg.entry.amount > 0n ? leg.account.lots.get(leg.entry.seq) : undefined;
  if (lot === undefined || lot.remaining === lot.amount) return undefined;
  return refuse('LEDGER_LOT_SPENT', {
    ...detailOf(leg),
    amount: lot.amount.toString(),
    remaining: lot.remaining.toString(),
  });
}

function reversalOrigin({ work, command, contentHash }: Case<ReverseCommand>, entry: EntryState): EntryOrigin {
  return {
    kind: 'reversal',
    key: command.key,
    contentHash,
    reason: command.reason ?? null,
    actor: formatActor(command.actor),
    details: null,
    occurredAt: work.now,
    reversesSeq: entry.seq,
  };
}

/** A credit's own lot is taken first; a credit that a cutover carried may have none, and is drawn like any debit. */
function moveLots({ account, entry }: Leg, reversal: NewEntry): void {
  if (entry.amount > 0n) drawLots(account, reversal, account.lots.get(entry.seq));
  else returnToLots(account, reversal, entry.seq);
}
