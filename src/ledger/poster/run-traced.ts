import type { TracedCall } from './poster-tracer.ts';
import type { Outcome } from '../types.ts';
import type { Parcel } from './parcel.ts';

/**
 * Runs work that many callers share as part of a batch, where somebody follows one of their calls, and ends those calls with it. What it posts
 * inside of its own transaction tells the outcomes. Rejects with what the work rejects with.
 */
export async function runShared<T>(
  calls: readonly (TracedCall | undefined)[],
  commands: number,
  work: () => Promise<T>,
): Promise<T> {
  const followed = calls.filter((call) => call !== undefined);
  const [first, ...others] = followed;
  if (first === undefined) return work();
  const batch = first.batchStarted(commands, others);
  let failure: { readonly error: unknown } | undefined;
  try {
    return await batch.within(work);
  } catch (error) {
    failure = { error };
    throw error;
  } finally {
    for (const each of [batch, ...followed]) each.ended([], failure);
  }
}

/** Runs a batch and tells whoever follows one of its calls how it ended. Rejects with what `run` rejects with. */
export async function runTraced(
  parcels: readonly Parcel[],
  run: (parcels: readonly Parcel[]) => Promise<void>,
): Promise<void> {
  const [first, ...others] = new Set(parcels.flatMap(({ trace }) => trace ?? []));
  if (first === undefined) return run(parcels);
  const commands = parcels.reduce((sum, parcel) => sum + parcel.commands.length, 0);
  const batch = first.batchStarted(commands, others);
  const settled: Outcome[] = [];
  let failure: { readonly error: unknown } | undefined;
  const told = parcels.map((parcel): Parcel => ({
    ...parcel,
    settle(outcomes) {
      settled.push(...outcomes);
      parcel.settle(outcomes);
    },
    fail(error) {
      failure = { error };
      parcel.fail(error);
    },
  }));
  await run(told);
  batch.ended(settled, failure);
}
