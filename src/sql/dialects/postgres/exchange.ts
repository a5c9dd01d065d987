import { asFailure, isPlanLost } from './connection-failure.ts';
import type { WireValue } from './encode-parameter.ts';
import { RowReader, type Row } from './row-reader.ts';
import { unnamed, type Prepared, type StatementCache, type StatementText } from './statement-cache.ts';
import type { WireConnection, WireField, WireReceiver } from './wire-connection.ts';

/** One statement with its parameters. */
export interface Step extends StatementText {
  readonly values: readonly WireValue[];
}

/** The answer to one statement. `tag` is the server's word for what it did: `UPDATE 3`, `COMMIT`. */
export interface StepResult {
  readonly tag: string;
  readonly rows: Row[];
}

/**
 * Several statements in one round trip. All are written before any answer is read, and only one Sync follows the last, so
 * that the server passes over the rest when one fails: after a BEGIN that failed nothing runs outside a transaction, and a
 * COMMIT behind a failed statement is not reached.
 */
export class Exchange implements WireReceiver {
  /** The answers in the order of the steps; rejected with the first error. */
  readonly done: Promise<StepResult[]>;
  readonly #steps: readonly Step[];
  readonly #cache: StatementCache | undefined;
  readonly #prepared: Prepared[] = [];
  readonly #parsedHere: boolean[] = [];
  readonly #results: StepResult[] = [];
  readonly #resolve: (results: StepResult[]) => void;
  readonly #reject: (error: Error) => void;
  #submitted = false;
  #reader: RowReader | undefined;
  #rows: Row[] = [];
  #unreadable: Error | undefined;

  /** Without a cache every statement is parsed anew and nothing is left on the server. */
  constructor(steps: readonly Step[], cache: StatementCache | undefined) {
    this.#steps = steps;
    this.#cache = cache;
    const { promise, resolve, reject } = Promise.withResolvers<StepResult[]>();
    this.done = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** True once anything was written: from then on the server may have acted on it. */
  get submitted(): boolean {
    return this.#submitted;
  }

  submit(connection: WireConnection): void {
    this.#submitted = true;
    // One segment for all messages; without it each would be a write of its own.
    connection.stream.cork();
    try {
      for (const name of this.#cache?.takeStale() ?? []) connection.close({ type: 'S', name });
      for (const step of this.#steps) this.#write(connection, step);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  #write(connection: WireConnection, step: Step): void {
    const prepared = this.#cache?.find(step) ?? unnamed();
    const parse = !prepared.parsed;
    if (parse) connection.parse({ name: prepared.name, text: step.sql, types: step.types });
    prepared.parsed = prepared.name !== '';
    connection.bind({ portal: '', statement: prepared.name, values: step.values });
    if (prepared.reader === undefined) connection.describe({ type: 'P', name: '' });
    connection.execute({ portal: '', rows: 0 });
    this.#prepared.push(prepared);
    this.#parsedHere.push(parse);
  }

  handleRowDescription({ fields }: { readonly fields: readonly WireField[] }): void {
    this.#reader = new RowReader(fields);
    const prepared = this.#prepared[this.#results.length];
    if (prepared !== undefined && prepared.name !== '') prepared.reader = this.#reader;
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.#reader ??= this.#prepared[this.#results.length]?.reader;
    try {
      if (this.#reader !== undefined) this.#rows.push(this.#reader.read(fields));
    } catch (error) {
      this.#unreadable ??= error as Error;
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#results.push({ tag: text, rows: this.#rows });
    this.#rows = [];
    this.#reader = undefined;
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  handleReadyForQuery(): void {
    if (this.#unreadable === undefined) this.#resolve(this.#results);
    else this.#reject(this.#unreadable);
  }

  handleError(error: Error): void {
    const failed = this.#results.length;
    this.#steps.forEach((step, index) => {
      // What was to be parsed here may not have been; the statements before the failed one were.
      const doubtful = index >= failed && this.#parsedHere[index] === true;
      if (doubtful || (index === failed && isPlanLost(error))) this.#cache?.forget(step);
    });
    this.#reject(asFailure(error));
  }

  handlePortalSuspended(): void {}

  handleCopyInResponse(connection: WireConnection): void {
    connection.sendCopyFail('COPY is not used here');
  }

  handleCopyData(): void {}
}
