import { AsyncLocalStorage } from 'node:async_hooks';

/** Answers every item of a batch, in whatever way; never rejects. */
export type RunBatch<Item> = (items: readonly Item[]) => Promise<void>;

/** How large batches become, in whatever items are measured by. */
export interface BatchSize<Item> {
  readonly max: number;
  of(item: Item): number;
}

/** Runs something as part of nothing: a lane that one caller woke goes on to serve others, and its work is not that caller's. */
const asNobody = AsyncLocalStorage.snapshot();

/**
 * A queue whose items go into batches, one batch at a time: what arrives while a batch is under way makes up the next one.
 *
 *   idle --items arrive--> running --batch answered, something waits--> running
 *   running --batch answered, nothing waits--> idle
 */
export class Lane<Item> {
  readonly #runBatch: RunBatch<Item>;
  readonly #size: BatchSize<Item>;
  /** One list per call, so that a call of thousands of items takes turns with calls of one. */
  readonly #waiting: Item[][] = [];
  #waitingSize = 0;
  #running: Promise<void> | undefined;

  constructor(runBatch: RunBatch<Item>, size: BatchSize<Item>) {
    this.#runBatch = runBatch;
    this.#size = size;
  }

  /** The size of what no batch has taken yet. */
  get waitingSize(): number {
    return this.#waitingSize;
  }

  /** Adds the items of one call, which are batched in their order. */
  add(items: readonly Item[]): void {
    this.#waiting.push([...items]);
    for (const item of items) this.#waitingSize += this.#size.of(item);
    this.#running ??= asNobody(() => this.#run());
  }

  /** Resolves when everything added so far has been answered. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Calls made in the same turn of the event loop go into one batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      await this.#runBatch(this.#takeBatch());
      // The callers just answered get to make their next call before the next batch is closed: with 256 callers in a loop,
      // batches would otherwise alternate between nearly all and nearly none of them.
      await nextTurn();
    }
    this.#running = undefined;
  }

  /** Takes one item of each call in turn until the batch is full. An item larger than a batch goes alone. */
  #takeBatch(): Item[] {
    const batch: Item[] = [];
    let size = 0;
    for (;;) {
      const call = this.#waiting[0];
      const item = call?.[0];
      if (call === undefined || item === undefined) break;
      const ofItem = this.#size.of(item);
      if (batch.length > 0 && size + ofItem > this.#size.max) break;
      batch.push(item);
      size += ofItem;
      call.shift();
      this.#waiting.shift();
      if (call.length > 0) this.#waiting.push(call);
    }
    this.#waitingSize -= size;
    return batch;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
