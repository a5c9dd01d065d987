import type { Call } from '../store/decide-calls.ts';
import type { Command, Outcome } from '../types.ts';
import type { TracedCall } from './poster-tracer.ts';

/**
 * Part of a caller's call on its way through a batch: commands that are decided one after the other. `settle` and `fail` tell
 * the caller; exactly one of them is called, once, for every parcel that was accepted.
 */
export interface Parcel extends Call {
  /** The call, where somebody follows it. */
  readonly trace: TracedCall | undefined;
  settle(outcomes: readonly Outcome[]): void;
  fail(error: unknown): void;
}

/** One call of a caller while its commands are under way, maybe in several parcels of several batches. */
export class PendingCall {
  readonly done: Promise<readonly Outcome[]>;
  readonly #commands: readonly Command[];
  readonly #trace: TracedCall | undefined;
  readonly #outcomes: Outcome[];
  readonly #resolve: (outcomes: readonly Outcome[]) => void;
  readonly #reject: (error: unknown) => void;
  #unsettled: number;

  constructor(commands: readonly Command[], trace?: TracedCall) {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Outcome[]>();
    this.done = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#commands = commands;
    this.#trace = trace;
    this.#outcomes = [];
    this.#unsettled = commands.length;
  }

  /** The commands at these positions as one parcel. */
  parcel(positions: readonly number[], atomic: boolean): Parcel {
    return {
      commands: positions.map((position) => this.#commands[position] as Command),
      atomic,
      trace: this.#trace,
      settle: (outcomes) => this.#settle(positions, outcomes),
      fail: (error) => this.#reject(error),
    };
  }

  #settle(positions: readonly number[], outcomes: readonly Outcome[]): void {
    positions.forEach((position, index) => {
      this.#outcomes[position] = outcomes[index] as Outcome;
    });
    this.#unsettled -= positions.length;
    if (this.#unsettled === 0) this.#resolve(this.#outcomes);
  }
}

/** Cuts a parcel that may be cut into one parcel per command; each still tells the same caller. */
export function splitParcel(parcel: Parcel): Parcel[] {
  if (parcel.atomic || parcel.commands.length === 1) return [parcel];
  const gathered = [] as Outcome[];
  let unsettled = parcel.commands.length;
  return parcel.commands.map((command, position) => ({
    commands: [command],
    atomic: false,
    trace: parcel.trace,
    settle: ([outcome]) => {
      gathered[position] = outcome as Outcome;
      unsettled -= 1;
      if (unsettled === 0) parcel.settle(gathered);
    },
    fail: (error) => parcel.fail(error),
  }));
}
