import { onlyFollowed } from '../capture/unsettled.ts';
import { legacySource, WHOLE } from '../legacy-source.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { compareScope, Differences, findExtraAccounts } from '../verify/compare-accounts.ts';
import type { AccountComparison } from '../verify/verification.ts';
import { highestKey, nextRange } from '../walk.ts';

/** Walk keys compared on one snapshot. Smaller than where nobody writes, since a snapshot holds back the server's cleaning. */
const KEYS_PER_RANGE = 1_000;

/**
 * Compares every account under legacy authority with what legacy expects, and only reads: accounts that were written and not followed yet are
 * left out, and a difference is named but not mended. A switch does more, under its lease. Ends early, with an error, when the context's signal says so.
 */
export async function compareSettled(run: CutoverRun): Promise<AccountComparison> {
  const { system, signal } = run.context;
  const parts = onlyFollowed(left('the legacy schema', run.legacy).parts, system.name);
  const upper = await highestKey(run.reader.handle, parts);
  const found = new Differences(run.limits.namedAccountsMax);
  let compared = 0n;
  for (let after: string | null = null, walked = false; !walked;) {
    signal?.throwIfAborted();
    const { range } = await nextRange(run.reader.handle, parts, { after, upper, keys: KEYS_PER_RANGE });
    const source = legacySource(parts, range);
    const counts = await run.reader.read((handle) =>
      compareScope({ run, handle, source, passesOverDecided: true }, found),
    );
    compared += counts.compared;
    walked = range.upTo === null;
    after = range.upTo?.toString() ?? null;
  }
  const source = legacySource(parts, WHOLE);
  await run.reader.read((handle) => findExtraAccounts({ run, handle, source, passesOverDecided: true }, found));
  return { compared, different: found.count, named: found.named };
}
