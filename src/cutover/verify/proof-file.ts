import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { canonicalJson, type CanonicalValue } from '../../base/canonical-json.ts';
import { CarryoverError } from '../../base/errors.ts';
import { crashPoint } from '../crash-points.ts';
import { cutoverProofInvalid } from '../cutover-errors.ts';
import type { LedgerDigest } from './digest-accounts.ts';
import type { LegacyFingerprint } from './legacy-fingerprint.ts';
import type { InvariantResult } from './verification.ts';

/** What a proof file says. A third party can check the ledger against it without Carryover's word for it. */
export interface Proof {
  readonly format: 'carryover-proof';
  readonly formatNumber: 1;
  readonly instance: string;
  readonly system: string;
  readonly runId: string;
  readonly planHash: string;
  readonly toolVersion: string;
  readonly serverVersion: string;
  readonly asOf: string;
  /** By the database's clock, when the comparison was done. */
  readonly takenAt: string;
  readonly backupId: string;
  /** Legacy rows by fact table: all, carried, and by the reason of those that were not. Decimal texts. */
  readonly facts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly legacy: { readonly schemaSha256: string; readonly fingerprint: LegacyFingerprint };
  readonly accountsCompared: string;
  readonly accountsDifferent: string;
  readonly invariants: readonly InvariantResult[];
  readonly ledger: LedgerDigest;
  /** SHA-256 (hex) of the canonical JSON of all other members: the file is as it was written. */
  readonly sha256: string;
}

/** Adds the hash over everything else. */
export function sealProof(proof: Omit<Proof, 'sha256'>): Proof {
  return { ...proof, sha256: hashProof(proof) };
}

/** Writes a proof so that a crash leaves either no file or a whole one. */
export function writeProof(file: string, proof: Proof): void {
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  const descriptor = openSync(partial, 'w', 0o644);
  try {
    writeFileSync(descriptor, `${JSON.stringify(proof, undefined, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  crashPoint('verify:proof-partial');
  renameSync(partial, file);
}

/** Reads a proof file. Throws `CUTOVER_PROOF_INVALID` for a file that is missing, is no proof, or was changed. */
export function readProof(file: string): Proof {
  const invalid = (
    found: string,
    expected: string,
  ): CarryoverError<{ file: string; found: string; expected: string }> =>
    new CarryoverError(cutoverProofInvalid, { file, found, expected });
  let proof: Partial<Proof>;
  try {
    proof = JSON.parse(readFileSync(file, 'utf8')) as Partial<Proof>;
  } catch (error) {
    throw invalid(error instanceof SyntaxError ? 'it is no JSON' : 'it cannot be opened', 'the file that verify wrote');
  }
  if (proof.format !== 'carryover-proof' || proof.formatNumber !== 1) {
    throw invalid(`format ${String(proof.format)} ${String(proof.formatNumber)}`, 'carryover-proof 1');
  }
  const { sha256, ...rest } = proof as Proof;
  const hash = hashProof(rest);
  if (hash !== sha256)
    throw invalid(`its content has the hash ${hash.slice(0, 12)}`, `${String(sha256).slice(0, 12)} as it says`);
  return proof as Proof;
}

function hashProof(proof: Omit<Proof, 'sha256'>): string {
  return createHash('sha256')
    .update(canonicalJson(proof as unknown as CanonicalValue))
    .digest('hex');
}
