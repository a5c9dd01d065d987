import cluster, { type Worker } from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { CarryoverError } from '../../base/errors.ts';
import { countedFigures, joinFigures, textOfFigures, type ProcessFigures } from './process-figures.ts';
import { workerEnded } from './worker-errors.ts';
import { PLACE_VARIABLE, type FromWorker, type ToWorker } from './worker-messages.ts';

/** How long a scrape waits for a worker that is busy; then what it told last stands for it. */
const FIGURES_MS_MAX = 2_000;
/** The pause before an ended worker's place is taken, doubled with each end up to the longest, so that a fault is no storm of starts. */
const RESTART_MS = { first: 250, max: 30_000 } as const;
/** A worker that lived so long ended by chance and not at its start. */
const SETTLED_MS = 60_000;

/** Processes that serve one address together. */
export interface RunningWorkers {
  readonly address: string;
  /** The administrator's key where this was the first start; told now and never again. */
  readonly firstKey: string | undefined;
  /** Asks all to end and waits until they have: each answers what it accepted. */
  close(): Promise<void>;
}

/**
 * Starts this program again as many times as said; all copies listen on one address, whose connections they get in turn. A copy finds its
 * side with `workerLink`. One that ends later is replaced. Throws `HTTP_WORKER_ENDED` where one ends before it serves; then none is left.
 */
export async function startWorkers(count: number, logger: Pick<Logger, 'warn'>): Promise<RunningWorkers> {
  // The copies tell figures that JSON cannot write, such as the mean of nothing.
  cluster.setupPrimary({ serialization: 'advanced' });
  const group = new WorkerGroup(logger);
  try {
    // The first alone: it brings the tables up to date and makes the first key, which the others find done.
    const first = await group.start(1);
    await Promise.all(Array.from({ length: count - 1 }, (_, index) => group.start(index + 2)));
    return { ...first, close: () => group.close() };
  } catch (error) {
    await group.close();
    throw error;
  }
}

type Started = Pick<RunningWorkers, 'address' | 'firstKey'>;

/** One of the processes that serve together. */
interface Place {
  readonly number: number;
  readonly worker: Worker;
  readonly ended: Promise<void>;
  /** What it told last. */
  figures: ProcessFigures;
  /** Called with each answer to a request for figures. */
  readonly told: Map<number, () => void>;
}

class WorkerGroup {
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #places = new Map<number, Place>();
  readonly #closing = new AbortController();
  /** What ended workers had counted: a total must not fall because one of those who counted is gone. */
  #past: ProcessFigures = [];
  /** Ends in a row that came soon after a start. */
  #earlyEnds = 0;
  #asks = 0;
  #joining: Promise<string | undefined> | undefined;

  constructor(logger: Pick<Logger, 'warn'>) {
    this.#logger = logger;
  }

  /** Starts the worker of a place. Resolves when it serves. */
  start(number: number): Promise<Started> {
    const worker = cluster.fork({ [PLACE_VARIABLE]: String(number) });
    const serving = Promise.withResolvers<Started>();
    const ended = Promise.withResolvers<void>();
    const startedMs = performance.now();
    let serves = false;
    const place: Place = { number, worker, ended: ended.promise, figures: [], told: new Map() };
    this.#places.set(number, place);
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'serving') {
        serves = true;
        serving.resolve(message);
      } else this.#hear(place, message);
    });
    worker.once('exit', (code: number | null, signal: string | null) => {
      this.#places.delete(number);
      ended.resolve();
      const end = signal ?? `exit code ${code}`;
      serving.reject(new CarryoverError(workerEnded, { place: number, end }));
      if (serves) void this.#replace(place, { end, livedMs: performance.now() - startedMs });
    });
    return serving.promise;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const places = [...this.#places.values()];
    for (const { worker } of places) worker.process.kill('SIGTERM');
    await Promise.all(places.map(({ ended }) => ended));
  }

  /** Puts another worker in the place of one that had served, however often that takes. */
  async #replace({ number, figures }: Place, { end, livedMs }: { end: string; livedMs: number }): Promise<void> {
    this.#past = await joinFigures([this.#past, countedFigures(figures)]).catch((error: unknown) => {
      this.#logger.warn({ place: number, err: error }, 'what an ended worker had counted is lost');
      return this.#past;
    });
    this.#earlyEnds = livedMs > SETTLED_MS ? 0 : this.#earlyEnds + 1;
    let found: string | undefined = end;
    while (found !== undefined) {
      this.#logger.warn({ place: number, end: found }, 'a worker ended; another takes its place');
      const pauseMs = Math.min(RESTART_MS.first * 2 ** this.#earlyEnds, RESTART_MS.max);
      await delay(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      if (this.#closing.signal.aborted) return;
      found = await this.start(number).then(
        () => undefined,
        (error: unknown) => String(error),
      );
      if (found !== undefined) this.#earlyEnds += 1;
    }
  }

  #hear(place: Place, message: Exclude<FromWorker, { kind: 'serving' }>): void {
    if (message.kind === 'figures') {
      place.figures = message.figures;
      place.told.get(message.ask)?.();
      return;
    }
    // Several who ask at once are told the same.
    this.#joining ??= this.#join()
      .catch((error: unknown) => {
        this.#logger.warn({ err: error }, 'the figures of the workers could not be joined');
        return undefined;
      })
      .finally(() => {
        this.#joining = undefined;
      });
    void this.#joining.then((text) => tell(place.worker, { kind: 'joined', ask: message.ask, text }));
  }

  async #join(): Promise<string> {
    this.#asks += 1;
    const ask = this.#asks;
    const places = [...this.#places.values()];
    const late = new AbortController();
    const answers = places.map(async ({ worker, told, ended }) => {
      const answer = Promise.withResolvers<void>();
      told.set(ask, answer.resolve);
      tell(worker, { kind: 'figures-wanted', ask });
      await Promise.race([
        answer.promise,
        ended,
        delay(FIGURES_MS_MAX, undefined, { signal: late.signal }).catch(() => undefined),
      ]);
      told.delete(ask);
    });
    await Promise.all(answers);
    late.abort();
    return textOfFigures([this.#past, ...places.map(({ figures }) => figures)]);
  }
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}
