import { asFailure } from './connection-failure.ts';
import type { Step } from './exchange.ts';
import { RowReader, type Row } from './row-reader.ts';
import type { WireConnection, WireField, WireReceiver } from './wire-connection.ts';

/** Rows asked for and not yet given to the consumer. */
interface Request {
  readonly resolve: (rows: Row[] | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One SELECT read in portions through a portal, so that a result of any size is never held whole. Between portions the
 * server waits with the statement open; nothing else can run on the connection until the stream ends.
 */
export class RowStream implements WireReceiver {
  /** Resolved when the connection can be used for something else; never rejected. */
  readonly ended: Promise<void>;
  readonly #step: Step;
  readonly #chunkRows: number;
  readonly #end: () => void;
  #connection: WireConnection | undefined;
  #reader: RowReader | undefined;
  #rows: Row[] = [];
  #request: Request | undefined;
  #failure: Error | undefined;
  #state: 'new' | 'reading' | 'suspended' | 'finished' = 'new';

  constructor(step: Step, chunkRows: number) {
    this.#step = step;
    this.#chunkRows = chunkRows;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#end = resolve;
  }

  submit(connection: WireConnection): void {
    this.#connection = connection;
    this.#state = 'reading';
    const { sql, types, values } = this.#step;
    connection.stream.cork();
    connection.parse({ name: '', text: sql, types });
    connection.bind({ portal: '', statement: '', values });
    connection.describe({ type: 'P', name: '' });
    connection.execute({ portal: '', rows: this.#chunkRows });
    connection.flush();
    connection.stream.uncork();
  }

  /** The next rows, or undefined after the last. One call at a time. */
  next(): Promise<Row[] | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Row[] | undefined>();
    this.#request = { resolve, reject };
    if (this.#state === 'suspended' && this.#rows.length === 0) this.#fetch();
    else this.#answer();
    return promise;
  }

  /** Gives up the rows not read yet. */
  stop(): void {
    if (this.#state !== 'suspended') return;
    this.#state = 'finished';
    this.#connection?.close({ type: 'P', name: '' });
    this.#connection?.sync();
  }

  #fetch(): void {
    this.#state = 'reading';
    this.#connection?.stream.cork();
    this.#connection?.execute({ portal: '', rows: this.#chunkRows });
    this.#connection?.flush();
    this.#connection?.stream.uncork();
  }

  /** Answers the waiting request with what is there; keeps it waiting while the server still sends. */
  #answer(): void {
    const request = this.#request;
    if (request === undefined || this.#state === 'new' || this.#state === 'reading') return;
    this.#request = undefined;
    const rows = this.#rows;
    this.#rows = [];
    if (this.#failure !== undefined) request.reject(this.#failure);
    else request.resolve(rows.length === 0 ? undefined : rows);
  }

  handleRowDescription({ fields }: { readonly fields: readonly WireField[] }): void {
    this.#reader = new RowReader(fields);
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    try {
      if (this.#reader !== undefined) this.#rows.push(this.#reader.read(fields));
    } catch (error) {
      this.#failure ??= error as Error;
    }
  }

  handlePortalSuspended(): void {
    this.#state = 'suspended';
    if (this.#failure !== undefined) this.stop();
    this.#answer();
  }

  handleCommandComplete(_message: { readonly text: string }, connection: WireConnection): void {
    this.#state = 'finished';
    connection.sync();
    this.#answer();
  }

  handleEmptyQuery(connection: WireConnection): void {
    this.handleCommandComplete({ text: '' }, connection);
  }

  handleReadyForQuery(): void {
    this.#end();
  }

  handleError(error: Error, connection: WireConnection): void {
    this.#failure = asFailure(error);
    this.#state = 'finished';
    // The server passes over everything until a Sync once a statement failed; a broken stream ignores it.
    connection.sync();
    this.#answer();
    // The client no longer tells this object when the server is ready, and keeps later statements waiting until it is.
    this.#end();
  }

  handleCopyInResponse(connection: WireConnection): void {
    connection.sendCopyFail('COPY is not used here');
  }

  handleCopyData(): void {}
}
