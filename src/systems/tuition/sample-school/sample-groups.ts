import { daysOn, WEEKDAYS, type SampleMonth } from './sample-calendar.ts';
import type { SampleRandom } from '../../sample-random.ts';

/** One lesson of a group on one day. */
export interface SampleSession {
  readonly id: number;
  readonly date: string;
  readonly cancelled: boolean;
}

/** A class of the school. */
export interface SampleGroup {
  readonly id: number;
  readonly weekday: number;
  /** Minutes after midnight, in the school's zone. */
  readonly startMinutes: number;
  /** Minor units. */
  readonly fee: number;
  readonly active: boolean;
  /** By the index of the month. */
  readonly sessions: readonly (readonly SampleSession[])[];
}

const CANCELLED_PERCENT = 2.5;
/** A fee that four sessions do not divide. */
const UNEVEN_FEE = 19_999;

/** True for the groups that meet on two days of the week. */
export function meetsTwice(groupId: number): boolean {
  return groupId % 5 === 3;
}

/** True for the groups with the fee that does not divide. */
export function hasUnevenFee(groupId: number): boolean {
  return groupId % 7 === 4;
}

/** The school's groups with all their sessions. The last one has ended. */
export function sampleGroups(
  count: number,
  months: readonly SampleMonth[],
  random: SampleRandom,
): readonly SampleGroup[] {
  let sessionId = 0;
  return Array.from({ length: count }, (_, index) => {
    const id = index + 1;
    const weekday = random.below(WEEKDAYS.length);
    const weekdays = meetsTwice(id) ? [weekday, (weekday + 3) % WEEKDAYS.length] : [weekday];
    const sessions = months.map((month) =>
      daysOn(month, weekdays).map((date) => {
        sessionId += 1;
        return { id: sessionId, date, cancelled: random.percent(CANCELLED_PERCENT) };
      }),
    );
    return {
      id,
      weekday,
      startMinutes: (13 + random.below(7)) * 60 + random.pick([0, 30]),
      fee: hasUnevenFee(id) ? UNEVEN_FEE : (20 + random.below(26)) * 1_000,
      active: index !== count - 1,
      sessions,
    };
  });
}
