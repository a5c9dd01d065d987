import type { Parcel } from './parcel.ts';

/** Answers every parcel of a batch, in whatever way; never rejects. */
export type RunBatch = (parcels: readonly Parcel[]) => Promise<void>;

/**
 * A queue whose parcels go into batches, one batch at a time: what arrives while a batch is under way makes up the next one.
 *
 *   idle --parcels arrive--> running --batch answered, something waits--> running
 *   running --batch answered, nothing waits--> idle
 */
export class Lane {
  readonly #runBatch: RunBatch;
  readonly #commandsMax: number;
  /** One list per call, so that a call of thousands of commands takes turns with calls of one. */
  readonly #waiting: Parcel[][] = [];
  #waitingCommands = 0;
  #running: Promise<void> | undefined;

  constructor(runBatch: RunBatch, commandsMax: number) {
    this.#runBatch = runBatch;
    this.#commandsMax = commandsMax;
  }

  /** Commands that no batch has taken yet. */
  get waitingCommands(): number {
    return this.#waitingCommands;
  }

  /** Adds the parcels of one call, which are batched in their order. */
  add(parcels: readonly Parcel[]): void {
    this.#waiting.push([...parcels]);
    for (const parcel of parcels) this.#waitingCommands += parcel.commands.length;
    this.#running ??= this.#run();
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

  /** Takes one parcel of each call in turn until the batch is full. A parcel larger than a batch goes alone. */
  #takeBatch(): Parcel[] {
    const batch: Parcel[] = [];
    let commands = 0;
    for (;;) {
      const call = this.#waiting[0];
      const parcel = call?.[0];
      if (call === undefined || parcel === undefined) break;
      if (batch.length > 0 && commands + parcel.commands.length > this.#commandsMax) break;
      batch.push(parcel);
      commands += parcel.commands.length;
      call.shift();
      this.#waiting.shift();
      if (call.length > 0) this.#waiting.push(call);
    }
    this.#waitingCommands -= commands;
    return batch;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
