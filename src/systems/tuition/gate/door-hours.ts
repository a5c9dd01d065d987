import type { Instant } from '../../../base/instant.ts';
import { minutesAfter } from '../calendar/school-calendar.ts';
import type { GatePolicy } from '../policy.ts';

/** How a scan stands to the start of its session; `minutes` are whole minutes after the start, negative before it. */
export interface DoorHours {
  readonly standing: 'on-time' | 'too_early' | 'late_blocked' | 'very_late';
  readonly minutes: bigint;
}

/**
 * The door opens some minutes before the start and closes with the first whole minute after it. A session without a time has no
 * door hours, so whoever comes is on time.
 */
export function doorHours(startsAt: Instant | null, now: Instant, gate: GatePolicy): DoorHours {
  if (startsAt === null) return { standing: 'on-time', minutes: 0n };
  const minutes = minutesAfter(startsAt, now);
  if (minutes < -BigInt(gate.opensMinutesBefore)) return { standing: 'too_early', minutes };
  if (minutes <= 0n) return { standing: 'on-time', minutes };
  return { standing: minutes <= BigInt(gate.lateMinutesMax) ? 'late_blocked' : 'very_late', minutes };
}
