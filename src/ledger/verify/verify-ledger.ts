import type { Database } from '../../sql/database.ts';
import type { LedgerVerification } from './ledger-verification.ts';

/** How far a verification has come. */
export interface LedgerVerificationProgress {
  readonly accounts: bigint;
  readonly entries: bigint;
  readonly breaches: bigint;
}

/** What to verify, and how. */
export interface VerifyLedgerOptions {
  /** Only the accounts of this system; absent for all. */
  readonly system?: string;
  /** Accounts read at once, fewer where they hold many entries. */
  readonly rangeAccounts?: number;
  /** Breaches named; the rest is only counted. */
  readonly breachesMax?: number;
  /** Recompute content hashes from what is stored; true unless said otherwise. */
  readonly contentHashes?: boolean;
  readonly onProgress?: (progress: LedgerVerificationProgress) => void;
  /** Ends the verification between two ranges by throwing its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Holds what the ledger stored to the ledger's own rules, by paths that share nothing with its posting. Reads only, by ranges of
 * accounts, each on one snapshot, so that it runs beside posting, in constant memory, and holds no lock.
 */
export async function verifyLedger(database: Database, options: VerifyLedgerOptions = {}): Promise<LedgerVerification> {
  throw new Error(`The verification of ${database.target.shown} is not written yet (${Object.keys(options).join()}).`);
}
