import {
  AbortedTransactionError,
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type pg from 'pg';
import { CarryoverError } from '../../../base/errors.ts';
import { deliverDeferred, isDeferred } from '../../deferred.ts';
import { sqlCommitUnknown } from '../../sql-errors.ts';
import { ConnectionFailure, isPlanLost, isServerError, leavesOutcomeOpen } from './connection-failure.ts';
import { encodeParameter, parameterType } from './encode-parameter.ts';
import { Exchange, type Step, type StepResult } from './exchange.ts';
import { RowStream } from './row-stream.ts';
import { StatementCache } from './statement-cache.ts';
import type { WireReceiver } from './wire-connection.ts';

/** What one statement may carry: the protocol counts parameters in 16 bits, and the driver writes a larger count wrongly. */
const PARAMETERS_MAX = 65_535;

/** A statement that waits for the next one. `queryId` is absent where it came from no query, such as BEGIN. */
interface HeldBack extends Step {
  readonly queryId?: CompiledQuery['queryId'];
}

/** How a connection came to be and what it is for. */
export interface ConnectionOptions {
  /** For messages; without a password. */
  readonly shown: string;
  readonly access: 'read-write' | 'read-only';
  /** False for a connection of the caller's: nothing is prepared on it and no statement is kept back. */
  readonly owned: boolean;
}

/**
 * One connection. Between BEGIN and the transaction's first statement nothing is sent: BEGIN travels with that statement,
 * deferred statements with the next one, and both with COMMIT where nothing comes in between.
 *
 *   none --begin--> pending --first statement--> open --commit/rollback--> none
 *   pending --commit without any statement, or rollback--> none, and nothing was ever sent
 */
export class PostgresConnection implements DatabaseConnection {
  readonly client: pg.ClientBase;
  readonly #options: ConnectionOptions;
  readonly #cache: StatementCache | undefined;
  #transaction: 'none' | 'pending' | 'open' = 'none';
  #heldBack: HeldBack[] = [];
  #readOnly = false;
  #broken = false;

  constructor(client: pg.ClientBase, options: ConnectionOptions) {
    this.client = client;
    this.#options = options;
    this.#cache = options.owned ? new StatementCache() : undefined;
  }

  /** True when the connection must not be used again: it broke, or a transaction on it was never ended. */
  get unusable(): boolean {
    return this.#broken || this.#transaction !== 'none';
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const step = toStep(query);
    if (this.#transaction !== 'none' && isDeferred(query.queryId)) {
      this.#heldBack.push({ ...step, queryId: query.queryId });
      return { rows: [] };
    }
    const heldBack = this.#takeHeldBack();
    const results = await this.#sendAgainIfPlanLost([...heldBack, step]);
    heldBack.forEach(({ queryId }, index) => {
      if (queryId !== undefined) deliverDeferred(queryId, results[index]?.rows ?? []);
    });
    return toResult<R>(results.at(-1));
  }

  async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    const heldBack = this.#takeHeldBack();
    if (heldBack.length > 0) await this.#send(heldBack);
    const stream = new RowStream(toStep(query), Math.max(1, chunkSize));
    this.#submit(stream);
    try {
      for (;;) {
        const rows = await stream.next().catch((error: unknown) => this.#fail(error));
        if (rows === undefined) return;
        yield { rows: rows as R[] };
      }
    } finally {
      stream.stop();
      await stream.ended;
    }
  }

  begin({ accessMode, isolationLevel }: TransactionSettings): void {
    this.#readOnly = accessMode === 'read only' || this.#options.access === 'read-only';
    // Reads see one snapshot. Writers see what others committed before each statement, and lock what they decide upon.
    const isolation = isolationLevel ?? (this.#readOnly ? 'repeatable read' : 'read committed');
    const sql = `begin isolation level ${isolation} ${this.#readOnly ? 'read only' : 'read write'}`;
    this.#transaction = 'pending';
    this.#heldBack = [plainStep(sql)];
  }

  /** Throws `SQL_COMMIT_UNKNOWN`, `AbortedTransactionError`, or the error of a statement that was held back. */
  async commit(): Promise<void> {
    const steps = this.#takeHeldBack();
    const nothingDone = this.#transaction === 'pending' && steps.length === 1;
    if (nothingDone) {
      this.#transaction = 'none';
      return;
    }
    const exchange = new Exchange([...steps, plainStep('commit')], this.#cache);
    const results = await this.#run(exchange).catch((error: unknown) => {
      const unknown = exchange.submitted && !this.#readOnly && leavesOutcomeOpen(error);
      throw unknown ? new CarryoverError(sqlCommitUnknown, { shown: this.#options.shown }, error) : error;
    });
    this.#transaction = 'none';
    // A transaction in which a statement failed answers COMMIT by undoing everything. A reader has nothing to lose.
    if (results.at(-1)?.tag === 'ROLLBACK' && !this.#readOnly) throw new AbortedTransactionError();
  }

  /** Never throws: a connection that cannot roll back is given up, and the server rolls back when it is gone. */
  async rollback(): Promise<void> {
    const sent = this.#transaction === 'open';
    this.#transaction = 'none';
    this.#heldBack = [];
    if (!sent || this.#broken) return;
    await this.#send([plainStep('rollback')]).catch(() => {
      this.#broken = true;
    });
  }

  /** A statement refused before it ran is parsed and sent once more where there is no transaction that must begin anew. */
  async #sendAgainIfPlanLost(steps: readonly Step[]): Promise<StepResult[]> {
    const again = this.#transaction === 'none' && this.#options.owned;
    return this.#send(steps).catch((error: unknown) => {
      if (!again || !isPlanLost(error)) throw error;
      return this.#send(steps);
    });
  }

  async #send(steps: readonly Step[]): Promise<StepResult[]> {
    return this.#run(new Exchange(steps, this.#cache));
  }

  async #run(exchange: Exchange): Promise<StepResult[]> {
    if (this.#transaction === 'pending') this.#transaction = 'open';
    this.#submit(exchange);
    try {
      return await exchange.done;
    } catch (error) {
      return this.#fail(error);
    }
  }

  #submit(receiver: WireReceiver): void {
    this.client.query(receiver as unknown as pg.Submittable);
  }

  #takeHeldBack(): HeldBack[] {
    const steps = this.#heldBack;
    if (steps.length > 0) this.#heldBack = [];
    return steps;
  }

  /** Throws the error with a stack that leads to the caller instead of the socket. */
  #fail(error: unknown): never {
    if (leavesOutcomeOpen(error)) this.#broken = true;
    if (isServerError(error) || error instanceof ConnectionFailure) Error.captureStackTrace(error);
    throw error;
  }
}

function toStep({ sql, parameters }: CompiledQuery): Step {
  if (parameters.length > PARAMETERS_MAX) {
    throw new RangeError(`A statement has ${parameters.length} parameters, against ${PARAMETERS_MAX} at most.`);
  }
  return { sql, values: parameters.map(encodeParameter), types: parameters.map(parameterType) };
}

function plainStep(sql: string): Step {
  return { sql, values: [], types: [] };
}

const AFFECTED = /^(?:INSERT \d+|UPDATE|DELETE|MERGE) (\d+)$/;

function toResult<R>(result: StepResult | undefined): QueryResult<R> {
  const affected = AFFECTED.exec(result?.tag ?? '')?.[1];
  const rows = (result?.rows ?? []) as R[];
  return affected === undefined ? { rows } : { rows, numAffectedRows: BigInt(affected) };
}
