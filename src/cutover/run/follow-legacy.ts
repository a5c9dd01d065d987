import { drainMarks, type Drained } from '../capture/drain-marks.ts';
import { sweepOnRecord } from '../capture/recent-sweep.ts';
import type { Sweep } from '../capture/sweep.ts';
import type { CutoverContext } from '../cutover-context.ts';
import { withLiveRun } from './live-run.ts';

/** What one look at legacy found and brought along. */
export interface Followed {
  readonly drained: Drained;
  readonly sweep: Sweep;
}

/**
 * Follows what was written to legacy since, then compares every account that legacy decides, while the application goes on. Throws as
 * `withLiveRun`.
 */
export function followLegacy(context: CutoverContext): Promise<Followed> {
  return withLiveRun(
    context,
    { doing: 'follow legacy for', stage: 'verify', after: 'verify', guards: false },
    async (run) => {
      const drained = await drainMarks(run, 'verify');
      return { drained, sweep: await sweepOnRecord(run, 'verify') };
    },
  );
}
