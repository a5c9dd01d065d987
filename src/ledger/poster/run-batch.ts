import { CarryoverError, isError } from '../../base/errors.ts';
import { retry, type RetryPolicy } from '../../base/retry.ts';
import type { Database } from '../../sql/database.ts';
import type { DriverFailureKind } from '../../sql/driver-failure.ts';
import { sqlCommitUnknown, sqlLockTimeout, sqlUnreachable } from '../../sql/sql-errors.ts';
import { executeCalls } from '../store/execute-calls.ts';
import type { Outcome } from '../types.ts';
import { executeFreeParcels } from './execute-free-parcels.ts';
import { splitParcel, type Parcel } from './parcel.ts';

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
 * Executes parcels in one transaction and answers them all. Never rejects: every failure is told to the parcels it concerns.
 *
 * - COMMIT whose outcome is unknown: the same batch again, on another connection, under the same keys and locks. What the first one
 *   did is found and answered as a replay; what it did not do is done now. Nothing is ever done twice, and nothing is looked
 *   up before the first transaction has let go of its locks.
 * - Lock timeout: the parcels whose accounts are free go on without the others.
 * - A failure that one command may have caused (a value the database refuses): the halves are tried apart, down to the one.
 */
export async function runBatch(database: Database, parcels: readonly Parcel[]): Promise<void> {
  try {
    settleAll(parcels, await executeResolved(database, parcels));
  } catch (error) {
    await recover(database, parcels, error);
  }
}

async function executeResolved(
  database: Database,
  parcels: readonly Parcel[],
): Promise<readonly (readonly Outcome[])[]> {
  const execute = (): Promise<readonly (readonly Outcome[])[]> =>
    retry(
      reconnectRetry,
      (error) => isError(error, sqlUnreachable),
      () => database.write((trx) => executeCalls({ database, handle: trx }, parcels)),
    );
  try {
    return await execute();
  } catch (unknown) {
    if (!isError(unknown, sqlCommitUnknown)) throw unknown;
    const unresolved = (error: unknown): boolean => isError(error, sqlCommitUnknown) || isError(error, sqlUnreachable);
    return retry(unknownOutcomeRetry, unresolved, execute).catch((error: unknown) => {
      // A database that cannot be reached does not make the first outcome any less unknown.
      throw unresolved(error) ? unknown : error;
    });
  }
}

async function recover(database: Database, parcels: readonly Parcel[], error: unknown): Promise<void> {
  if (isError(error, sqlLockTimeout) && database.dialect.traits.skipLocked && parcels.length > 1) {
    return runFreeParcels(database, parcels, error);
  }
  const failure = database.classify(error);
  const concernsAll =
    error instanceof CarryoverError || (failure !== undefined && NOT_ONE_COMMANDS_FAULT.has(failure.kind));
  const apart = concernsAll ? [] : parcels.length > 1 ? parcels : parcels.flatMap(splitParcel);
  if (apart.length <= 1) {
    for (const parcel of parcels) parcel.fail(error);
    return;
  }
  const middle = Math.ceil(apart.length / 2);
  await runBatch(database, apart.slice(0, middle));
  await runBatch(database, apart.slice(middle));
}

async function runFreeParcels(database: Database, parcels: readonly Parcel[], timeout: unknown): Promise<void> {
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

function settleAll(parcels: readonly Parcel[], outcomes: readonly (readonly Outcome[])[]): void {
  parcels.forEach((parcel, index) => parcel.settle(outcomes[index] ?? []));
}
