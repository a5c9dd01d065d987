import { Temporal } from 'temporal-polyfill';
import { Instant } from '../../base/instant.ts';

/** When nobody is disturbed, by the recipient's clock: `21:30` to `08:00` is over midnight. Equal times mean never. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/**
 * When the quiet hours that an instant falls into end, or undefined outside of them. The end is a time of day of the zone, also on a day
 * whose clocks change; where that time does not exist on the day, it is the moment the clocks were put forward by as much.
 */
export function quietUntil(now: Instant, zone: string, { from, to }: QuietHours): Instant | undefined {
  const here = now.inZone(zone);
  const [begin, end] = [Temporal.PlainTime.from(from), Temporal.PlainTime.from(to)];
  const time = here.toPlainTime();
  const isPast = (limit: Temporal.PlainTime): boolean => Temporal.PlainTime.compare(time, limit) >= 0;
  const isOverMidnight = Temporal.PlainTime.compare(begin, end) > 0;
  const isQuiet = isOverMidnight ? isPast(begin) || !isPast(end) : isPast(begin) && !isPast(end);
  if (!isQuiet) return undefined;
  const date = isOverMidnight && isPast(begin) ? here.toPlainDate().add({ days: 1 }) : here.toPlainDate();
  const ends = Instant.fromZoned(date.toZonedDateTime({ timeZone: zone, plainTime: end }));
  // In an hour that the clocks go through twice, the end may name the first pass while the second is on.
  return now.isBefore(ends) ? ends : undefined;
}
