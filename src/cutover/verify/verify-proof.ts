import type { Database } from '../../sql/database.ts';
import { digestAccounts, type RangeDigest } from './digest-accounts.ts';
import { readProof, type Proof } from './proof-file.ts';

/** How a ledger compares with a proof of it. */
export interface ProofCheck {
  readonly proof: Proof;
  /** True when every account and entry is as the proof says, and nothing was added. */
  readonly holds: boolean;
  readonly accountsNow: number;
  readonly entriesNow: number;
  readonly rootNow: string;
  /** Ranges of account ids whose accounts are not as they were, of the proof's or of the present ledger. */
  readonly changedRanges: readonly RangeDigest[];
}

/**
 * Computes the digest of the ledger again and compares it with a proof file. Entries posted since the proof make it fail too: it speaks
 * for the moment of its verify. Throws `CUTOVER_PROOF_INVALID`.
 */
export async function verifyProof(database: Database, proofFile: string): Promise<ProofCheck> {
  const proof = readProof(proofFile);
  const now = await digestAccounts(database, proof.system);
  const holds = now.root === proof.ledger.root && now.entries === proof.ledger.entries;
  return {
    proof,
    holds,
    accountsNow: now.accounts,
    entriesNow: now.entries,
    rootNow: now.root,
    changedRanges: holds ? [] : differingRanges(proof.ledger.ranges, now.ranges),
  };
}

function differingRanges(before: readonly RangeDigest[], after: readonly RangeDigest[]): readonly RangeDigest[] {
  const keyOf = (range: RangeDigest): string => `${range.fromId}-${range.toId}-${range.root}`;
  const [known, present] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  return [
    ...before.filter((range) => !present.has(keyOf(range))),
    ...after.filter((range) => !known.has(keyOf(range))),
  ];
}
