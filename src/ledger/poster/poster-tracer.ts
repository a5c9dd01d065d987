import type { Outcome } from '../types.ts';

/** Follows the calls and batches of a ledger one by one, for those who want more than figures. Like an observer it must be quick, and must not throw. */
export interface PosterTracer {
  /** A call is made with so many commands, in the asynchronous context of its caller; undefined where nobody follows it. */
  callStarted(commands: number): TracedCall | undefined;
}

/** Work that is followed. */
export interface TracedWork {
  /**
   * It is over, once. The outcomes are those that were decided: committed, or inside a caller's transaction, which may still be aborted. With a
   * `failure` the rest of the commands, or all, were refused whole or failed with the database.
   */
  ended(outcomes: readonly Outcome[], failure?: { readonly error: unknown }): void;
}

/** A call that is followed. */
export interface TracedCall extends TracedWork {
  /** A batch of so many commands goes off that has commands of this call, and of `others` that are followed. */
  batchStarted(commands: number, others: readonly TracedCall[]): TracedBatch;
}

/** A batch that is followed. */
export interface TracedBatch extends TracedWork {
  /** Does what the batch does, so that calls made by it are known as part of it. */
  within<T>(work: () => T): T;
}
