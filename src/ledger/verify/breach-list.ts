import type { LedgerBreach } from './ledger-verification.ts';

/** Breaches as they are found: the first ones named, all of them counted, so that a ledger that is wrong throughout fits memory. */
export class BreachList {
  readonly #namedMax: number;
  readonly #named: LedgerBreach[] = [];
  #count = 0n;

  constructor(namedMax: number) {
    this.#namedMax = namedMax;
  }

  get named(): readonly LedgerBreach[] {
    return this.#named;
  }

  get count(): bigint {
    return this.#count;
  }

  /** How many more will be named. */
  get namesLeft(): number {
    return Math.max(0, this.#namedMax - this.#named.length);
  }

  add(breach: LedgerBreach): void {
    this.#count += 1n;
    if (this.namesLeft > 0) this.#named.push(breach);
  }

  /** Takes breaches of which there are more than could be told. */
  addMany(breaches: readonly LedgerBreach[], count: bigint): void {
    for (const breach of breaches.slice(0, this.namesLeft)) this.#named.push(breach);
    this.#count += count;
  }

  /** Takes what another list found, behind what is here. */
  append(other: BreachList): void {
    this.addMany(other.named, other.count);
  }
}
