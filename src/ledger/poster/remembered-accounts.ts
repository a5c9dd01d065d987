import type { AccountState } from '../types.ts';

/**
 * Accounts kept in memory at most. Too few and callers of many accounts pay a round trip more per post, as they do for an account
 * this process never posted to; each takes some 300 bytes.
 */
const ACCOUNTS_MAX = 20_000;

/** After a wrong guess, batches that are not guessed: the first wait doubles with each further wrong one, up to the last. */
const PAUSE_BATCHES = 1;
const PAUSE_BATCHES_MAX = 64;

/**
 * How accounts stood after this process last posted to them: a guess at how they stand now, never an answer. What is decided on a
 * guess is written only where the row is still exactly as guessed. Wrong guesses cost a round trip, so where another process
 * posts to the same accounts, guessing pauses for longer and longer.
 */
export class RememberedAccounts {
  readonly #states = new Map<bigint, AccountState>();
  #pauseBatches = 0;
  #pauseBatchesNext = PAUSE_BATCHES;

  /** All of these accounts, or undefined where one is unknown or guessing pauses. */
  guess(accountIds: Iterable<bigint>): AccountState[] | undefined {
    if (this.#pauseBatches > 0) {
      this.#pauseBatches -= 1;
      return undefined;
    }
    const guessed: AccountState[] = [];
    for (const accountId of accountIds) {
      const state = this.#states.get(accountId);
      if (state === undefined) return undefined;
      guessed.push(state);
    }
    return guessed;
  }

  /** Keeps how accounts stand after a commit. What has holds or lots changes by itself with time, so it is not kept. */
  remember(states: Iterable<AccountState>): void {
    for (const state of states) {
      this.#states.delete(state.id);
      if (state.held === 0n && !state.lotted) this.#states.set(state.id, state);
    }
    for (const oldest of this.#states.keys()) {
      if (this.#states.size <= ACCOUNTS_MAX) break;
      this.#states.delete(oldest);
    }
  }

  /** To be called when a guess was right. */
  confirm(): void {
    this.#pauseBatchesNext = PAUSE_BATCHES;
  }

  /** To be called when a guess was wrong, or may have been. */
  forget(accountIds: Iterable<bigint>): void {
    for (const accountId of accountIds) this.#states.delete(accountId);
    this.#pauseBatches = this.#pauseBatchesNext;
    this.#pauseBatchesNext = Math.min(this.#pauseBatchesNext * 2, PAUSE_BATCHES_MAX);
  }
}
