import { busyError } from './busy.ts';

interface Waiter {
  readonly enter: () => void;
}

/** Lets a number of users in at a time, the others in order of arrival. One place is a mutex. */
export class Gate {
  #free: number;
  readonly #waiting = new Set<Waiter>();

  constructor(places: number) {
    this.#free = places;
  }

  /** Waits for a place; the answer gives it back, once. Throws SQLite's busy error when none came free in time. */
  async enter(waitMsMax: number): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(waitMsMax);
    let inside = true;
    return () => {
      if (inside) this.#leave();
      inside = false;
    };
  }

  async #wait(waitMsMax: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiter);
        reject(busyError('this process holds the database in another transaction'));
      }, waitMsMax);
      const waiter: Waiter = {
        enter: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiting.add(waiter);
    });
  }

  /** Hands the place to the first in the queue without freeing it, so that nobody who arrives now overtakes. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next.enter();
  }
}
