import { Cron } from 'croner';
import { Instant } from '../../base/instant.ts';
import type { JobSchedule } from '../../systems/job.ts';
import { isHeld, isTickDone } from './job-lease.ts';
import type { JobRow } from './job-rows.ts';

/**
 * How late a tick may still be run that was missed, because no server was up or the one that ran it died. Shorter loses a day's work
 * to a restart of some minutes; longer does in the night what was meant for the evening, which is worse.
 */
const LATE_MS_MAX = 3_600_000;

/** A schedule as croner reads it. Throws a plain Error for a pattern or zone that there is not. */
export function cronOf({ pattern, zone }: JobSchedule): Cron {
  return new Cron(pattern, { timezone: zone, paused: true });
}

/** The newest tick that has come at an instant; undefined where there was none yet. */
export function lastTick(cron: Cron, now: Instant): Instant | undefined {
  // Croner looks strictly before what it is given, in milliseconds.
  const [date] = cron.previousRuns(1, new Date(Number(now.epochMicros / 1000n) + 1));
  return date === undefined ? undefined : Instant.fromEpochMillis(date.getTime());
}

/** The first tick after an instant; undefined where none will come. */
export function nextTick(cron: Cron, now: Instant): Instant | undefined {
  const date = cron.nextRun(new Date(Number(now.epochMicros / 1000n)));
  return date === null ? undefined : Instant.fromEpochMillis(date.getTime());
}

/**
 * The tick that a job is to be run for now, by its row and the database's clock; undefined where it has had its run, somebody runs it, or
 * it was missed too long ago. Of several that were missed only the newest counts.
 */
export function dueTick(cron: Cron, row: JobRow | undefined, now: Instant): Instant | undefined {
  const tick = lastTick(cron, now);
  if (tick === undefined || tick.plusMillis(LATE_MS_MAX).isBefore(now)) return undefined;
  if (row !== undefined && (isHeld(row, now) || isTickDone(row, tick))) return undefined;
  return tick;
}
