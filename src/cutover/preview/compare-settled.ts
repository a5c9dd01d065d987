import { readSettled, settledLooks } from '../capture/settled-looks.ts';
import type { CutoverRun } from '../stages/define-stage.ts';
import { compareScope, Differences, findExtraAccounts } from '../verify/compare-accounts.ts';
import type { AccountComparison } from '../verify/verification.ts';

/**
 * Compares every account under legacy authority with what legacy expects, and only reads: accounts that were written and not followed yet are
 * left out, and a difference is named but not mended. A switch does more, under its lease. Ends early, with an error, when the context's signal says so.
 */
export async function compareSettled(run: CutoverRun): Promise<AccountComparison> {
  const { signal } = run.context;
  const found = new Differences(run.limits.namedAccountsMax);
  let compared = 0n;
  for await (const look of settledLooks(run)) {
    signal?.throwIfAborted();
    const counts = await look.read((handle, source) =>
      compareScope({ run, handle, source, passesOverDecided: true }, found),
    );
    compared += counts.compared;
  }
  await readSettled(run, (handle, source) =>
    findExtraAccounts({ run, handle, source, passesOverDecided: true }, found),
  );
  return { compared, different: found.count, named: found.named };
}
