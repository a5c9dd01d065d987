import { CarryoverError } from '../base/errors.ts';
import { Lane } from '../base/lane.ts';
import { ledgerQueueFull } from '../ledger/ledger-errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { TracedCall } from '../ledger/poster/poster-tracer.ts';
import { runShared } from '../ledger/poster/run-traced.ts';
import type { Trx } from '../sql/engine.ts';

/** What two writes must not have in common in one transaction. */
export interface GatheredWrite {
  /** The key of the call. */
  readonly key: string;
  /** Whose balance it moves: writes of one owner go through one lane, so that no two batches wait for the same lock. */
  readonly owner: string;
  /** True where it depends on what the owner's write before it left: of such writes of one owner each batch has one, in their order. */
  readonly takesTurns?: boolean;
}

/**
 * Makes writes in the caller's transaction, one result each, in their order; undefined for a write that it leaves alone, of which nothing
 * may then be done. An error undoes them all.
 */
export type MakeWrites<Write, Result> = (
  trx: Trx,
  writes: readonly Write[],
) => Promise<readonly (Result | undefined)[]>;

/** Batches under way at the same time, where the database has more than one writer. More wait for each other's rows and for the disk. */
const LANES = 2;

/**
 * Writes that may wait for a transaction. Each is a caller who waits, so more would be served long after they gave up, and take as much
 * memory; fewer refuse what a database that stood still for a moment does at once afterwards.
 */
const WAITING_MAX = 20_000;

/** Writes in one transaction at most. Larger ones hold locks for longer than they save round trips. */
const WRITES_MAX = 500;

/**
 * Lets many callers' writes of one kind share transactions: a commit costs as much for a hundred as for one. Only what goes as most calls
 * go is done here. What does not (a key that was used, an owner who is unknown, a batch that failed, whatever the reason) is given back undone
 * or of unknown outcome, to be made in a transaction of its own under the same key, which tells the one from the other.
 */
export class GatheredWrites<Write extends GatheredWrite, Result> {
  readonly #ledger: Ledger;
  readonly #lanes: readonly Lane<Pending<Write, Result>>[];
  /** Owner -> writes that wait for the turn of the one that is under way. */
  readonly #turns = new Map<string, Pending<Write, Result>[]>();
  #inTurns = 0;

  constructor(ledger: Ledger, make: MakeWrites<Write, Result>) {
    this.#ledger = ledger;
    const run = (batch: readonly Pending<Write, Result>[]): Promise<void> => runBatch(ledger, make, batch);
    const count = ledger.database.dialect.traits.concurrentWriters ? LANES : 1;
    this.#lanes = Array.from({ length: count }, () => new Lane(run, { max: WRITES_MAX, of: () => 1 }));
  }

  /** Resolves with the result once it is committed, or with undefined where the write is to be made alone. Throws `LEDGER_QUEUE_FULL`. */
  async make(write: Write): Promise<Result | undefined> {
    const waiting = this.#waiting;
    if (waiting >= WAITING_MAX) throw new CarryoverError(ledgerQueueFull, { waiting, waitingMax: WAITING_MAX });
    const { promise, resolve } = Promise.withResolvers<Result | undefined>();
    const pending = { write, resolve, trace: this.#ledger.follow(1) };
    if (write.takesTurns === true) this.#takeTurn(pending);
    else this.#laneOf(write.owner)?.add([pending]);
    return promise;
  }

  get #waiting(): number {
    const inLanes = this.#lanes.reduce((sum, { waitingSize }) => sum + waitingSize, 0);
    return inLanes + this.#inTurns;
  }

  #takeTurn(pending: Pending<Write, Result>): void {
    const { owner } = pending.write;
    const turn = this.#turns.get(owner);
    if (turn !== undefined) {
      turn.push(pending);
      this.#inTurns += 1;
      return;
    }
    this.#turns.set(owner, []);
    this.#begin(pending);
  }

  /** Gives a write to its lane, and the owner's next one after it. */
  #begin(pending: Pending<Write, Result>): void {
    const { owner } = pending.write;
    const resolve = (result: Result | undefined): void => {
      pending.resolve(result);
      const next = this.#turns.get(owner)?.shift();
      if (next === undefined) {
        this.#turns.delete(owner);
        return;
      }
      this.#inTurns -= 1;
      this.#begin(next);
    };
    this.#laneOf(owner)?.add([{ ...pending, resolve }]);
  }

  #laneOf(owner: string): Lane<Pending<Write, Result>> | undefined {
    let sum = 0;
    for (let at = 0; at < owner.length; at += 1) sum = (sum * 31 + owner.charCodeAt(at)) % 65_521;
    return this.#lanes[sum % this.#lanes.length];
  }
}

interface Pending<Write, Result> {
  readonly write: Write;
  /** The call, where somebody follows it. */
  readonly trace: TracedCall | undefined;
  resolve(result: Result | undefined): void;
}

async function runBatch<Write extends GatheredWrite, Result>(
  ledger: Ledger,
  make: MakeWrites<Write, Result>,
  batch: readonly Pending<Write, Result>[],
): Promise<void> {
  // In the order in which they came. Of two calls under one key in one batch the second is answered from what the first has left, like any later one.
  const first = new Map<string, Pending<Write, Result>>();
  for (const pending of batch) if (!first.has(pending.write.key)) first.set(pending.write.key, pending);
  const made = [...first.values()];
  const writes = made.map(({ write }) => write);
  const traces = batch.map(({ trace }) => trace);
  const write = (): Promise<readonly (Result | undefined)[]> => ledger.database.write((trx) => make(trx, writes));
  const results = await runShared(traces, writes.length, write).catch((error: unknown) => {
    // Each is made alone now; that they could not be together is for the figures.
    ledger.tellFailed(error);
    return [];
  });
  made.forEach((pending, index) => pending.resolve(results[index]));
  for (const pending of batch) if (first.get(pending.write.key) !== pending) pending.resolve(undefined);
}
