import { CarryoverError } from '../../base/errors.ts';
import { Lane } from '../../base/lane.ts';
import type { Database } from '../../sql/database.ts';
import { accountsNamed } from '../kernel/accounts-named.ts';
import { ledgerClosed, ledgerQueueFull } from '../ledger-errors.ts';
import type { Command, Outcome } from '../types.ts';
import { PendingCall, type Parcel } from './parcel.ts';
import { BatchRunner } from './batch-runner.ts';
import type { PosterTracer, TracedCall } from './poster-tracer.ts';
import { runTraced } from './run-traced.ts';

/** How the poster batches. */
export interface PosterOptions {
  /** Batches under way at the same time, each on a connection of its own. One where the database has one writer. */
  readonly lanes: number;
  /** Commands in one transaction at most. Small ones pay a round trip and a sync to disk more often; large ones hold locks longer. */
  readonly batchCommandsMax: number;
  /** Commands waiting at most; a call that would exceed it is refused whole with `LEDGER_QUEUE_FULL`. */
  readonly waitingCommandsMax: number;
  /** Told what is decided, for figures. Without one nothing is measured. */
  readonly observer?: PosterObserver;
}

/** Hears of what a ledger decides. Called on the path of every post: it must be quick, and must not throw. */
export interface PosterObserver {
  /** A batch goes off with so many commands. */
  batchStarted(commands: number): void;
  /** A call to the poster was answered, so many seconds after it was made. */
  answered(seconds: number): void;
  /** Commands were decided: in a batch, and then committed, or inside a caller's transaction, which may still be aborted. */
  decided(outcomes: readonly Outcome[]): void;
  /** A whole call, or a transaction that calls share, was refused or failed with the database, with nothing known of its commands. */
  failed(error: unknown): void;
  /** Follows calls and batches one by one. Without it only the figures above are told. */
  readonly trace?: PosterTracer;
}

/** See docs/performance.md for the measurements behind these. */
export const posterDefaults: PosterOptions = { lanes: 2, batchCommandsMax: 1_000, waitingCommandsMax: 20_000 };

/** Commands of one call that stay together in a batch. Smaller is fairer to calls of one command, larger has fewer parcels to keep. */
const PARCEL_COMMANDS_MAX = 100;

/**
 * Puts the commands of many callers into few transactions. Accounts are spread over lanes by their id, so that two batches
 * under way seldom want the same account; where a transfer makes them, the order of locking keeps them from deadlocking.
 */
export class Poster {
  readonly #lanes: readonly Lane<Parcel>[];
  readonly #waitingCommandsMax: number;
  readonly #observer: PosterObserver | undefined;
  #closed = false;

  constructor(database: Database, options: Partial<PosterOptions> = {}) {
    const { lanes, batchCommandsMax, waitingCommandsMax, observer } = { ...posterDefaults, ...options };
    const count = database.dialect.traits.concurrentWriters ? lanes : 1;
    const runner = new BatchRunner(database);
    const runBatch = (parcels: readonly Parcel[]): Promise<void> => {
      observer?.batchStarted(parcels.reduce((sum, { commands }) => sum + commands.length, 0));
      return observer?.trace === undefined ? runner.run(parcels) : runTraced(parcels, (told) => runner.run(told));
    };
    const size = { max: batchCommandsMax, of: ({ commands }: Parcel): number => commands.length };
    this.#lanes = Array.from({ length: count }, () => new Lane(runBatch, size));
    this.#waitingCommandsMax = waitingCommandsMax;
    this.#observer = observer;
  }

  /** Commands accepted that no batch has taken yet. */
  get waitingCommands(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.waitingSize, 0);
  }

  /**
   * Executes commands and resolves with one outcome each. Commands of one call on one account are decided in their order.
   * Rejects with `LEDGER_CLOSED`, then `LEDGER_QUEUE_FULL`, in both cases with nothing done; or with what went wrong with the
   * database, and then some commands of a call that is not atomic may have been done: calling again under the same keys
   * replays those and does the rest.
   */
  execute(commands: readonly Command[], atomic: boolean): Promise<readonly Outcome[]> {
    const trace = this.#observer?.trace?.callStarted(commands.length);
    const answer = this.#execute(commands, atomic, trace);
    return this.#observer === undefined ? answer : observed(this.#observer, answer, trace);
  }

  async #execute(
    commands: readonly Command[],
    atomic: boolean,
    trace: TracedCall | undefined,
  ): Promise<readonly Outcome[]> {
    if (this.#closed) throw new CarryoverError(ledgerClosed, {});
    if (commands.length === 0) return [];
    const waiting = this.waitingCommands + commands.length;
    if (waiting > this.#waitingCommandsMax) {
      throw new CarryoverError(ledgerQueueFull, { waiting, waitingMax: this.#waitingCommandsMax });
    }
    const call = new PendingCall(commands, trace);
    for (const [lane, positions] of this.#route(commands, atomic)) lane.add(parcelsOf(call, positions, atomic));
    return call.done;
  }

  /** Accepts nothing more, and resolves when everything accepted has been answered. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#lanes.map((lane) => lane.idle()));
  }

  /**
   * Which lane takes which commands. A call with a command between two accounts stays in one lane, as does an atomic one:
   * spread over two, its commands on one account could overtake each other.
   */
  #route(commands: readonly Command[], atomic: boolean): ReadonlyMap<Lane<Parcel>, readonly number[]> {
    const accounts = commands.map((command) => accountsNamed(command));
    const together = atomic || accounts.some((named) => named.length > 1);
    const routes = new Map<Lane<Parcel>, number[]>();
    accounts.forEach((named, position) => {
      const lane = this.#laneOf((together ? accounts[0] : named)?.[0]);
      const positions = routes.get(lane);
      if (positions === undefined) routes.set(lane, [position]);
      else positions.push(position);
    });
    return routes;
  }

  /** Any lane will do for a command whose account id is none; the rules refuse it there. */
  #laneOf(accountId: unknown): Lane<Parcel> {
    const index =
      typeof accountId === 'bigint' ? Number(BigInt.asUintN(63, accountId) % BigInt(this.#lanes.length)) : 0;
    return this.#lanes[index] as Lane<Parcel>;
  }
}

/** Tells the observer, and who follows the call, how it ends; the answer stays what it is. */
async function observed(
  observer: PosterObserver,
  answer: Promise<readonly Outcome[]>,
  trace: TracedCall | undefined,
): Promise<readonly Outcome[]> {
  const startedMs = performance.now();
  try {
    const outcomes = await answer;
    observer.decided(outcomes);
    trace?.ended(outcomes);
    return outcomes;
  } catch (error) {
    observer.failed(error);
    trace?.ended([], { error });
    throw error;
  } finally {
    observer.answered((performance.now() - startedMs) / 1000);
  }
}

function parcelsOf(call: PendingCall, positions: readonly number[], atomic: boolean): Parcel[] {
  if (atomic) return [call.parcel(positions, positions.length > 1)];
  const parcels: Parcel[] = [];
  for (let start = 0; start < positions.length; start += PARCEL_COMMANDS_MAX) {
    parcels.push(call.parcel(positions.slice(start, start + PARCEL_COMMANDS_MAX), false));
  }
  return parcels;
}
