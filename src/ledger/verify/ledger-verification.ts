/** One rule that one row, or one account, does not hold to. Amounts, keys and kinds are texts; nothing of a person is among them. */
export interface LedgerBreach {
  /** What does not hold, in words that stay the same: kebab-case, such as `balance-is-sum-of-entries`. */
  readonly rule: string;
  /** The table as the code names it, such as `carryover_entries`. */
  readonly table: string;
  /** The account concerned; null for what concerns a whole table. */
  readonly accountId: bigint | null;
  /** The entry or the lot, where one is meant. */
  readonly seq?: bigint;
  readonly found: string;
  readonly expected: string;
}

/** What entries of one unit against one contra sum to. */
export interface ContraSum {
  /** Null for the legs of transfers between accounts, which sum to zero over all accounts of a unit. */
  readonly contra: string | null;
  readonly amount: bigint;
}

/** What the accounts of one unit hold together, and where it came from. Sums may leave 64 bits. */
export interface UnitSums {
  readonly unit: string;
  readonly accounts: bigint;
  readonly balance: bigint;
  readonly held: bigint;
  readonly contras: readonly ContraSum[];
}

/** What `verifyLedger` found. */
export interface LedgerVerification {
  /** `nothing-to-check` is no success: there was no account. */
  readonly outcome: 'clean' | 'breached' | 'nothing-to-check';
  readonly accounts: bigint;
  readonly entries: bigint;
  /** The first breaches, up to `breachesMax`, by range of accounts and then by rule. */
  readonly breaches: readonly LedgerBreach[];
  /** All breaches, named or not. */
  readonly breachesCount: bigint;
  readonly units: readonly UnitSums[];
}

/** How far a verification has come. */
export interface LedgerVerificationProgress {
  readonly accounts: bigint;
  readonly entries: bigint;
  readonly breaches: bigint;
}

/** What to verify, and how. */
export interface VerifyLedgerOptions {
  /** Only the accounts of this system; absent for all, and then rows without an account are looked for too. */
  readonly system?: string | undefined;
  /** Accounts read at once, fewer where they hold many entries. */
  readonly rangeAccounts?: number | undefined;
  /** Breaches named; the rest is only counted. */
  readonly breachesMax?: number | undefined;
  /** Recompute content hashes from what is stored; true unless said otherwise. */
  readonly contentHashes?: boolean | undefined;
  /**
   * Look for the append-only triggers; true unless said otherwise. Reading the catalogue takes 0.2 s on MariaDB 10.11 (2026-11), more
   * than a small ledger, so that a caller who verifies again and again may leave it out.
   */
  readonly appendOnly?: boolean | undefined;
  /** Called after each range of accounts. */
  readonly onProgress?: ((progress: LedgerVerificationProgress) => void) | undefined;
  /** Ends the verification between two ranges, by throwing the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}
