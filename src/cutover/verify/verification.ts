import type { InvariantRow } from '../descriptor.ts';

/** What became of one check. `not-checked` proves nothing, and is no success. */
export type CheckOutcome = 'equal' | 'different' | 'not-checked';

/** An invariant with the numbers of both sides. */
export interface InvariantResult {
  readonly name: string;
  readonly statement: string;
  readonly outcome: CheckOutcome;
  readonly rows: readonly InvariantRow[];
  /** Why it could not be checked. */
  readonly reason?: string;
}

/** An account whose ledger differs from what legacy expects. Texts, because either side may be missing. */
export interface AccountDifference {
  readonly kind: string;
  readonly owner: string;
  /** The expected balance, or null for an account legacy does not know. */
  readonly expected: string | null;
  /** The sum of its entries, or null for an account the ledger does not have. */
  readonly ledger: string | null;
}

/** Every account against the independent path, both ways. */
export interface AccountComparison {
  readonly compared: bigint;
  readonly different: bigint;
  /** The first of them, up to the limit. */
  readonly named: readonly AccountDifference[];
  /** Accounts that were written in each moment they were looked at; absent where legacy stands still. */
  readonly inFlight?: bigint;
  /** Accounts that a write changed without any trigger seeing it; they were repaired. */
  readonly unseen?: readonly AccountDifference[];
}

/** What verify found. */
export interface Verification {
  readonly accounts: AccountComparison;
  readonly invariants: readonly InvariantResult[];
  /** Breaches that the ledger's own verification named, restricted to this system. */
  readonly ledgerBreaches: readonly string[];
  readonly ledgerAccountsChecked: bigint;
  /** Legacy tables whose content is not what it was before the backfill. */
  readonly changedTables: readonly string[];
  /** True when the legacy schema is not the one that was planned with. */
  readonly schemaDrifted: boolean;
  readonly seconds: number;
  /** Where the proof was written; absent until it was. */
  readonly proofFile?: string;
}

/** What keeps a verification from being a success, in words; empty when nothing does. */
export function breachesOf(verification: Verification): readonly string[] {
  const { accounts, invariants, ledgerBreaches, changedTables, schemaDrifted } = verification;
  const named = accounts.named.slice(0, 5).map(({ kind, owner }) => `${kind} ${owner}`);
  const broken = invariants.filter(({ outcome }) => outcome === 'different').map(({ name }) => name);
  return [
    ...(accounts.different > 0n ? [`${accounts.different} accounts differ (${named.join(', ')})`] : []),
    ...(broken.length > 0 ? [`invariants broken: ${broken.join(', ')}`] : []),
    ...(ledgerBreaches.length > 0 ? [`the ledger breaks its own rules: ${ledgerBreaches.slice(0, 5).join(', ')}`] : []),
    ...(changedTables.length > 0 ? [`legacy changed since the backfill: ${changedTables.join(', ')}`] : []),
    ...(schemaDrifted ? ['the legacy schema changed since the plan'] : []),
  ];
}

/** What could not be checked, in words. */
export function uncheckedOf(verification: Verification): readonly string[] {
  const { accounts, invariants, ledgerAccountsChecked } = verification;
  return [
    ...(accounts.compared === 0n ? ['accounts, of which there are none'] : []),
    ...(ledgerAccountsChecked === 0n ? ['the ledger against itself, which has no accounts'] : []),
    ...invariants
      .filter(({ outcome }) => outcome === 'not-checked')
      .map(({ name, reason }) => `invariant ${name} (${reason ?? 'no rows'})`),
  ];
}
