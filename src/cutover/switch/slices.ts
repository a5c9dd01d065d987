import type { StageName } from '../cutover-state.ts';
import { giveWay, heldUpMs } from '../run/give-way.ts';
import { patiently } from '../run/passing-failure.ts';
import { waitWhileHeld } from '../run/wait-while-held.ts';
import { firstPace, nextPace } from '../run/work-pace.ts';
import type { CutoverRun } from '../stages/define-stage.ts';

/** Owners in one transaction at first, at least and at most: whoever writes for one of them waits until it ends. */
const OWNERS_FIRST = 20;
const OWNERS_MIN = 10;
const OWNERS_MAX = 1_000;
/** How long such a transaction should take; where everybody waits for it, see `heldUpMs`. */
const TARGET_MS = 40;

/**
 * Runs work on owners in slices, each a short transaction of its own that may be done twice. A failure that passes, a connection lost at
 * COMMIT among them, has the slice tried again: it looks at the accounts as they are then.
 */
export class Slices {
  readonly #run: CutoverRun;
  readonly #stage: StageName;
  #pace = firstPace(OWNERS_FIRST);
  /** Milliseconds of the slowest one. */
  slowestMs = 0;

  constructor(run: CutoverRun, stage: StageName) {
    this.#run = run;
    this.#stage = stage;
  }

  async each(owners: readonly string[], work: (slice: readonly string[]) => Promise<void>): Promise<void> {
    const { traits } = this.#run.context.database.dialect;
    for (let start = 0; start < owners.length;) {
      await waitWhileHeld(this.#run, this.#stage);
      const slice = owners.slice(start, start + this.#pace.size);
      const targetMs = traits.concurrentWriters ? TARGET_MS : heldUpMs(this.#run);
      const bounds = { targetMs, sizeMin: OWNERS_MIN, sizeMax: OWNERS_MAX };
      const startedMs = performance.now();
      await patiently(this.#run, this.#stage, () => work(slice));
      const ms = performance.now() - startedMs;
      this.slowestMs = Math.max(this.slowestMs, ms);
      this.#pace = nextPace(this.#pace, { size: slice.length, ms }, bounds);
      start += slice.length;
      if (start < owners.length) await giveWay(this.#run, { waitedForMs: ms });
    }
  }
}
