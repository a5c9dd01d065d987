import type { Command } from '../../types.ts';
import type { Refusal } from '../refusals.ts';
import type { WorkingAccount, WorkingSet } from '../working-set.ts';

/** A command whose accounts are known to exist, on its way to being decided. */
export interface Case<C extends Command> {
  readonly work: WorkingSet;
  readonly command: C;
  readonly contentHash: bigint;
  /** The accounts it concerns: those it names in the order from, to; for the reversal of a transfer also the other leg's. */
  readonly accounts: readonly WorkingAccount[];
}

/**
 * One kind of command. `check` is pure and covers the refusals from LEDGER_UNIT_MISMATCH on, in their documented order;
 * what comes before is the same for all commands and checked by `decideCommand`. `apply` may not fail.
 */
export interface CommandRule<C extends Command> {
  /** Frozen accounts refuse what moves or reserves value. */
  readonly whileFrozen: 'allowed' | 'refused';
  readonly check: (given: Case<C>) => Refusal | undefined;
  readonly apply: (given: Case<C>) => void;
}

/** The one account of a command that names one. */
export function onlyAccount<C extends Command>(given: Case<C>): WorkingAccount {
  return given.accounts[0] as WorkingAccount;
}
