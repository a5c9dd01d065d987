import { createHash } from 'node:crypto';

/**
 * A Merkle tree hash over a sequence of leaves, as RFC 6962 (section 2.1) defines it, folded while the leaves stream by:
 *
 * - leaf hash: `SHA-256(0x00 || leaf)`, node hash: `SHA-256(0x01 || left || right)`. The two first bytes keep a node from being passed
 *   off as a leaf.
 * - the root of n > 1 leaves is the node over the root of the first k and the root of the rest, k the largest power of two below n.
 * - the root of no leaves is `SHA-256("")`.
 *
 * It keeps one hash per level, so a million leaves need twenty hashes of memory.
 */
export class MerkleFold {
  /** Roots of complete trees, the largest first; the number of leaves in each is a distinct power of two. */
  readonly #peaks: { readonly leaves: number; readonly hash: Buffer }[] = [];
  #leaves = 0;

  /** Leaves added so far. */
  get leaves(): number {
    return this.#leaves;
  }

  /** Adds a leaf by its bytes. */
  add(leaf: string | Buffer): void {
    let peak: { leaves: number; hash: Buffer } = {
      leaves: 1,
      hash: createHash('sha256').update('\0').update(leaf).digest(),
    };
    for (let last = this.#peaks.at(-1); last?.leaves === peak.leaves; last = this.#peaks.at(-1)) {
      this.#peaks.pop();
      peak = { leaves: last.leaves * 2, hash: nodeHash(last.hash, peak.hash) };
    }
    this.#peaks.push(peak);
    this.#leaves += 1;
  }

  /** The root over all leaves so far, hex. More leaves may follow. */
  root(): string {
    if (this.#peaks.length === 0) return createHash('sha256').digest('hex');
    return this.#peaks
      .map(({ hash }) => hash)
      .reduceRight((right, left) => nodeHash(left, right))
      .toString('hex');
  }
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update('\u0001').update(left).update(right).digest();
}
