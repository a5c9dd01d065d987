import { setImmediate } from 'node:timers/promises';

/** Longer keeps timers, signals and requests waiting; shorter costs a turn of the loop (some microseconds) more often. */
const TURN_MS_MAX = 10;

/**
 * SQLite answers at once, so a loop of awaited statements would never let the event loop turn: a lease's heartbeat, Ctrl-C and
 * every other request would wait for its end. Before each statement the driver asks this to give way when it is time.
 */
export class EventLoopTurns {
  #lastTurnAt = performance.now();

  async giveWay(): Promise<void> {
    if (performance.now() - this.#lastTurnAt < TURN_MS_MAX) return;
    await setImmediate();
    this.#lastTurnAt = performance.now();
  }
}
