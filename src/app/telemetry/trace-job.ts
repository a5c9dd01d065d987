import type { JobEnding } from '../metrics/serve-metrics.ts';
import type { ScheduledJob } from '../jobs/scheduled-job.ts';
import type { Telemetry, TelemetrySpan } from './telemetry.ts';

/** Begins the trace of a job's run; undefined where none is recorded. */
export function beginJobSpan(
  telemetry: Telemetry | undefined,
  { system, name }: Pick<ScheduledJob, 'system' | 'name'>,
): TelemetrySpan | undefined {
  return telemetry?.begin({
    name: `job ${system}/${name}`,
    facts: { 'carryover.system': system, 'carryover.job': name },
  });
}

/** Ends it. `errorCode` is what the run threw or what kept its end from being written down. */
export function endJobSpan(
  span: TelemetrySpan | undefined,
  { outcome, errorCode }: { readonly outcome: JobEnding; readonly errorCode: string | undefined },
): void {
  if (span === undefined) return;
  span.set({ 'carryover.job.outcome': outcome });
  if (errorCode !== undefined) span.fail(errorCode, outcome !== 'stopped');
  span.end();
}
