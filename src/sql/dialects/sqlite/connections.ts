import type { ConnectionTarget, OpenOptions } from '../../dialect.ts';
import { untilFree } from './busy.ts';
import { EventLoopTurns } from './event-loop.ts';
import { Gate } from './gate.ts';
import { openFile, type OpenFile } from './open-file.ts';

/** A connection that is one user's alone until it is given back. */
export interface Lease {
  readonly file: OpenFile;
  giveBack(): void;
}

/**
 * The connections of one `Database`: one writer, one reader for single queries (they run to their end at once, so they share
 * it), and readers with a snapshot of their own for transactions. With `poolMax` 1 the writer is all there is.
 */
export class Connections {
  readonly lockTimeoutMs: number;
  readonly turns: EventLoopTurns = new EventLoopTurns();
  readonly #target: ConnectionTarget;
  readonly #readOnly: boolean;
  readonly #alone: boolean;
  readonly #writerGate = new Gate(1);
  readonly #readerGate: Gate;
  readonly #open = new Set<OpenFile>();
  readonly #idleReaders: OpenFile[] = [];
  #writer: OpenFile | undefined;
  #shared: OpenFile | undefined;

  constructor(target: ConnectionTarget, options: OpenOptions) {
    this.#target = target;
    this.lockTimeoutMs = options.lockTimeoutMs;
    this.#readOnly = options.access === 'read-only' || target.parameters['mode'] === 'ro';
    this.#alone = options.poolMax === 1 && !this.#readOnly;
    this.#readerGate = new Gate(Math.max(1, options.poolMax - 2));
  }

  /** Opens what every use needs, so that a missing file is told at once. A failure leaves nothing open. */
  async init(): Promise<void> {
    try {
      if (!this.#readOnly) {
        this.#writer = await this.#openFile(this.#target.parameters['mode'] === 'rwc' ? 'creator' : 'writer');
      }
      if (!this.#alone) this.#shared = await this.#openFile('reader');
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The reader for single queries; undefined when the writer must serve them. */
  get shared(): OpenFile | undefined {
    return this.#shared;
  }

  /** The one connection that writes. A read-only database gives a reader, on which SQLite refuses every write. */
  async takeWriter(): Promise<Lease> {
    if (this.#readOnly) return this.takeReader();
    const leave = await this.#writerGate.enter(this.lockTimeoutMs);
    const file = this.#writer;
    if (file === undefined) {
      leave();
      throw new Error('the database was closed');
    }
    return { file, giveBack: leave };
  }

  /** A connection that cannot write and whose transactions are snapshots. */
  async takeReader(): Promise<Lease> {
    if (this.#alone) return this.#writerAsReader();
    const leave = await this.#readerGate.enter(this.lockTimeoutMs);
    try {
      const file = this.#idleReaders.pop() ?? (await this.#openFile('reader'));
      return {
        file,
        giveBack: () => {
          this.#idleReaders.push(file);
          leave();
        },
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Closes everything; what was open in a transaction is thereby aborted. */
  close(): void {
    for (const file of this.#open) file.close();
    this.#open.clear();
    this.#idleReaders.length = 0;
    this.#writer = undefined;
    this.#shared = undefined;
  }

  async #writerAsReader(): Promise<Lease> {
    const { file, giveBack } = await this.takeWriter();
    file.exec('pragma query_only = on');
    return {
      file,
      giveBack: () => {
        if (file.connection.open) file.exec('pragma query_only = off');
        giveBack();
      },
    };
  }

  async #openFile(mode: 'reader' | 'writer' | 'creator'): Promise<OpenFile> {
    const file = await untilFree(this.lockTimeoutMs, () => openFile(this.#target.database, mode));
    this.#open.add(file);
    return file;
  }
}
