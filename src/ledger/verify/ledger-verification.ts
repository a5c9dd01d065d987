/** Names what does not hold, in words that stay the same: kebab-case, such as `balance-is-sum-of-entries`. */
export type LedgerRule = string;

/** One rule that one row, or one account, does not hold to. Amounts and keys are texts; nothing of a person is among them. */
export interface LedgerBreach {
  readonly rule: LedgerRule;
  /** The table as the code names it, such as `carryover_entries`. */
  readonly table: string;
  /** The account concerned; null for what concerns a whole table. */
  readonly accountId: bigint | null;
  /** The entry or the lot, where one is meant. */
  readonly seq?: bigint;
  readonly found: string;
  readonly expected: string;
}

/** What the accounts of one unit hold together, and where it came from. */
export interface UnitSums {
  readonly unit: string;
  readonly accounts: bigint;
  /** Sums of any size, as the accounts' rows say. */
  readonly balance: bigint;
  readonly held: bigint;
  /** Sum of the unit's entries per contra; `transfer` for legs of transfers, which sum to zero. */
  readonly contras: readonly { readonly contra: string; readonly amount: bigint }[];
}

/** What `verifyLedger` found. `nothing-to-check` is no success: there was no account. */
export interface LedgerVerification {
  readonly outcome: 'clean' | 'breached' | 'nothing-to-check';
  readonly accounts: bigint;
  readonly entries: bigint;
  /** The first breaches, up to `breachesMax`, in the order of accounts. */
  readonly breaches: readonly LedgerBreach[];
  /** All breaches, named or not. */
  readonly breachesCount: bigint;
  readonly units: readonly UnitSums[];
}
