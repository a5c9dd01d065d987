import cluster, { type Worker } from 'node:cluster';
import type { Serving } from '../http/start-serving.ts';
import type { FiguresLink, ProcessFigures } from './process-figures.ts';
import { PLACE_VARIABLE, type FromWorker, type ToWorker } from './worker-messages.ts';

/** What a worker and the process that started it say to each other, from the worker's side. */
export class WorkerLink implements FiguresLink {
  readonly #worker: Worker;
  readonly #place: string;
  readonly #asked = new Map<number, (text: string | undefined) => void>();
  #asks = 0;
  #own: () => Promise<ProcessFigures> = () => Promise.resolve([]);

  constructor(worker: Worker, place: string) {
    this.#worker = worker;
    this.#place = place;
    worker.on('message', (message: ToWorker) => void this.#hear(message));
  }

  /** Jobs are started by one of the workers, so that the others have their whole time for requests. */
  get startsJobs(): boolean {
    return this.#place === '1';
  }

  open(own: () => Promise<ProcessFigures>): void {
    this.#own = own;
  }

  /** Says that requests are taken from now on. */
  serves({ address, firstKey }: Pick<Serving, 'address' | 'firstKey'>): void {
    this.#send({ kind: 'serving', address, firstKey: firstKey?.key });
  }

  async figuresText(): Promise<string> {
    this.#asks += 1;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#asked.set(this.#asks, resolve);
    this.#send({ kind: 'joined-wanted', ask: this.#asks });
    const text = await promise;
    if (text === undefined) throw new Error('The figures of the workers could not be joined; the log says why.');
    return text;
  }

  async #hear(message: ToWorker): Promise<void> {
    if (message.kind === 'figures-wanted') {
      this.#send({ kind: 'figures', ask: message.ask, figures: await this.#own() });
      return;
    }
    this.#asked.get(message.ask)?.(message.text);
    this.#asked.delete(message.ask);
  }

  #send(message: FromWorker): void {
    // Without a connection the other process has ended, and so does this one.
    if (this.#worker.isConnected()) this.#worker.send(message);
  }
}

/**
 * The link of a process that `startWorkers` started; undefined in any other, such as one of a process manager that works by node:cluster
 * itself, whose primary would answer nothing.
 */
export function workerLink(environment: NodeJS.ProcessEnv): WorkerLink | undefined {
  const place = environment[PLACE_VARIABLE];
  return cluster.worker === undefined || place === undefined ? undefined : new WorkerLink(cluster.worker, place);
}
