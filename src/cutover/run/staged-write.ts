import type { Trx } from '../../sql/engine.ts';
import { checkLease } from '../record/lease.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import type { TakenTime } from './give-way.ts';

/** What a transaction that was staged gave, and what it took. */
export interface StagedWrite<T> {
  readonly result: T;
  readonly taken: Required<TakenTime>;
}

/**
 * A transaction of a run that derives much of legacy before it writes. Where there is one writer the application writes meanwhile, and the work
 * calls `beginWriting` before it first writes: what it read is then a little older than what it writes to. That does no harm to what is
 * under the run's lease, which is checked when writing begins, and what the application wrote since has left marks that were not read.
 */
export async function writeStaged<T>(
  { context: { database }, lease }: CutoverRun,
  work: (trx: Trx, beginWriting: () => Promise<void>) => Promise<T>,
): Promise<StagedWrite<T>> {
  const startedMs = performance.now();
  let writingSinceMs = startedMs;
  const result = await database.writeStaged(async (trx) => {
    let isWriting = false;
    const beginWriting = async (): Promise<void> => {
      if (isWriting) return;
      isWriting = true;
      await database.dialect.statements.beginWriting(trx);
      writingSinceMs = performance.now();
      await checkLease(database, trx, left('the lease', lease));
    };
    // Elsewhere the lease is locked before anything is done under it.
    if (database.dialect.traits.concurrentWriters) await beginWriting();
    return work(trx, beginWriting);
  });
  const taken = { waitedForMs: performance.now() - writingSinceMs, stagedMs: writingSinceMs - startedMs };
  return { result, taken };
}

/** The `beginWriting` of a transaction that writes from its beginning. */
export async function writesAlready(): Promise<void> {}
