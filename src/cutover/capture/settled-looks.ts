import { sql } from 'kysely';
import type { Trx } from '../../sql/engine.ts';
import type { LegacySource, WalkRange } from '../descriptor.ts';
import { legacySource, WHOLE } from '../legacy-source.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { highestKey, nextRange } from '../walk.ts';
import { onlyFollowed, onlySettled } from './unsettled.ts';

/** A part of legacy that is compared on one snapshot while it is written to. */
export interface SettledLook {
  readonly range: WalkRange;
  readonly read: <T>(work: (trx: Trx, source: LegacySource<unknown>) => Promise<T>) => Promise<T>;
}

/**
 * The looks that show every account which legacy decides, one after the other, each without the keys that were written and not followed yet
 * when it is read. Where fewer are left to legacy than one look holds, it is one look at them alone: everybody else would be derived only to be
 * passed over.
 */
export async function* settledLooks(run: CutoverRun): AsyncGenerator<SettledLook> {
  const { reader, context, limits } = run;
  if (await leavesFew(run)) {
    yield { range: WHOLE, read: (work) => readSettled(run, work) };
    return;
  }
  const parts = onlyFollowed(left('the legacy schema', run.legacy).parts, context.system.name);
  const upper = await highestKey(reader.handle, parts);
  for (let after: string | null = null, walked = false; !walked;) {
    const { range } = await nextRange(reader.handle, parts, { after, upper, keys: limits.lookKeysMax });
    yield { range, read: (work) => reader.read((trx) => work(trx, legacySource(parts, range))) };
    walked = range.upTo === null;
    after = range.upTo?.toString() ?? null;
  }
}

/** One look at all that legacy decides, on a snapshot planned for that. */
export function readSettled<T>(
  { reader, context, legacy }: CutoverRun,
  work: (trx: Trx, source: LegacySource<unknown>) => Promise<T>,
): Promise<T> {
  const parts = onlySettled(left('the legacy schema', legacy).parts, context.system.name);
  return reader.read(async (trx) => {
    await reader.dialect.statements.planForWhole(trx);
    return work(trx, legacySource(parts, WHOLE));
  });
}

async function leavesFew({ reader, context, limits }: CutoverRun): Promise<boolean> {
  const { rows } = await sql<{ id: bigint }>`select a.id as id from ${sql.table('carryover_accounts')} as a
    where a.system_name = ${context.system.name} and a.authority = 'legacy' limit ${sql.lit(limits.lookKeysMax)}`.execute(
    reader.handle,
  );
  return rows.length < limits.lookKeysMax;
}
