import { CarryoverError, isError } from '../../base/errors.ts';
import { retry, type RetryPolicy } from '../../base/retry.ts';
import type { Database } from '../../sql/database.ts';
import type { DriverFailureKind } from '../../sql/driver-failure.ts';
import { sqlCommitUnknown, sqlLockTimeout, sqlUnreachable } from '../../sql/sql-errors.ts';
import type { Outcome } from '../types.ts';
import { executeBatch } from './execute-batch.ts';
import { executeFreeParcels } from './execute-free-parcels.ts';
import { splitParcel, type Parcel } from './parcel.ts';
import { RememberedAccounts } from './remembered-accounts.ts';

/**
 * For a connection that was lost before COMMIT, so that nothing was done: long enough for a pooled connection that died
 * while idle, short enough that callers of a database that is down learn it within a second or two.
 */
const reconnectRetry: RetryPolicy = { attemptsMax: 3, budgetMs: 2_000, pauseMs: 50, pauseMsMax: 500 };

/**
 * For a COMMIT whose answer was lost. Callers wait for the truth as long as a failover takes; giving up earlier leaves each of
 * them to find out by calling again with its key.
 */
const unknownOutcomeRetry: RetryPolicy = { attemptsMax: 60, budgetMs: 30_000, pauseMs: 50, pauseMsMax: 1_000 };

/** Failures that meet a whole batch, whatever is in it: splitting it would only repeat them. */
const NOT_ONE_COMMANDS_FAULT: ReadonlySet<DriverFailureKind> = new Set<DriverFailureKind>([
  'deadlock',
  'serialization',
  'statement-timeout',
  'read-only',
  'disk-full',
  'privilege',
  'missing-object',
]);

/**
 * Executes parcels in one transaction and answers them all.
 *
 * - COMMIT whose outcome is unknown: the same batch again, on another connection, under the same keys and locks. What the
 *   first one did is found and answered as a replay; what it did not do is done now. Nothing is ever done twice, and
 *   nothing is looked up before the first transaction has let go of its locks.
 * - Lock timeout: the parcels whose accounts are free go on without the others.
 * - A failure that one command may have caused (a value the database refuses): the halves are tried apart, down to the one.
 */
export class BatchRunner {
  readonly #database: Database;
  readonly #remembered: RememberedAccounts = new RememberedAccounts();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Never rejects: every failure is told to the parcels it concerns. */
  async run(parcels: readonly Parcel[]): Promise<void> {
    try {
      const outcomes = await this.#executeResolved(parcels);
      parcels.forEach((parcel, index) => parcel.settle(outcomes[index] ?? []));
    } catch (error) {
      await this.#recover(parcels, error);
    }
  }

  async #executeResolved(parcels: readonly Parcel[]): Promise<readonly (readonly Outcome[])[]> {
    const execute = (): Promise<readonly (readonly Outcome[])[]> =>
      retry(
        reconnectRetry,
        (error) => isError(error, sqlUnreachable),
        () => executeBatch(this.#database, this.#remembered, parcels),
      );
    try {
      return await execute();
    } catch (unknown) {
      if (!isError(unknown, sqlCommitUnknown)) throw unknown;
      const unresolved = (error: unknown): boolean =>
        isError(error, sqlCommitUnknown) || isError(error, sqlUnreachable);
      return retry(unknownOutcomeRetry, unresolved, execute).catch((error: unknown) => {
        // A database that cannot be reached does not make the first outcome any less unknown.
        throw unresolved(error) ? unknown : error;
      });
    }
  }

  async #recover(parcels: readonly Parcel[], error: unknown): Promise<void> {
    if (isError(error, sqlLockTimeout) && this.#database.dialect.traits.skipLocked && parcels.length > 1) {
      return this.#runFree(parcels, error);
    }
    const apart = this.#concernsAll(error) ? [] : parcels.length > 1 ? parcels : parcels.flatMap(splitParcel);
    if (apart.length <= 1) {
      for (const parcel of parcels) parcel.fail(error);
      return;
    }
    const middle = Math.ceil(apart.length / 2);
    await this.run(apart.slice(0, middle));
    await this.run(apart.slice(middle));
  }

  #concernsAll(error: unknown): boolean {
    const failure = this.#database.classify(error);
    return error instanceof CarryoverError || (failure !== undefined && NOT_ONE_COMMANDS_FAULT.has(failure.kind));
  }

  async #runFree(parcels: readonly Parcel[], timeout: unknown): Promise<void> {
    const database = this.#database;
    try {
      const outcomes = await database.write((trx) => executeFreeParcels({ database, handle: trx }, parcels));
      parcels.forEach((parcel, index) => {
        const settled = outcomes[index];
        if (settled === undefined) parcel.fail(timeout);
        else parcel.settle(settled);
      });
    } catch (error) {
      for (const parcel of parcels) parcel.fail(error);
    }
  }
}
