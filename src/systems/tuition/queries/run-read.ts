import type { Instant } from '../../../base/instant.ts';
import type { TuitionContext } from '../writes/operation-call.ts';
import type { Reads } from './legacy-reads.ts';

/** Runs a reading operation on one consistent snapshot, which the database keeps from writing. */
export function runRead<Result>(
  context: TuitionContext,
  work: (reads: Reads, now: Instant) => Promise<Result>,
): Promise<Result> {
  const { database, legacy: source } = context;
  return database.read(async (handle) => {
    const now = context.now ?? (await database.dialect.statements.serverNow(handle));
    return work({ database, source, handle }, now);
  });
}
