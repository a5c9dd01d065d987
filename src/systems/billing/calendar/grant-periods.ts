import { Instant } from '../../../base/instant.ts';

/** One grant period: from its start on, up to and without its end. Both are boundaries of the same anchor. */
export interface GrantPeriod {
  readonly start: Instant;
  readonly end: Instant;
}

/**
 * The boundary that lies so many months after the anchor (before it where negative): the same day and time of day in UTC, in a shorter
 * month its last day. Counted from the anchor itself each time, so that an anchor on the 31st comes back to the 31st after
 * February (U-13, U-21).
 */
export function boundaryAfter(anchor: Instant, months: number): Instant {
  return Instant.fromZoned(anchor.inZone('UTC').add({ months }, { overflow: 'constrain' }));
}

/** The period of an anchor that holds an instant, whichever of them is earlier. */
export function periodAt(anchor: Instant, at: Instant): GrantPeriod {
  const [first, present] = [anchor.inZone('UTC'), at.inZone('UTC')];
  const months = (present.year - first.year) * 12 + present.month - first.month;
  const boundary = boundaryAfter(anchor, months);
  return at.isBefore(boundary)
    ? { start: boundaryAfter(anchor, months - 1), end: boundary }
    : { start: boundary, end: boundaryAfter(anchor, months + 1) };
}

/** When what was granted for a period expires, if it rolls over for so many further periods. */
export function endAfterRollOver(anchor: Instant, { start, end }: GrantPeriod, furtherPeriods: number): Instant {
  if (furtherPeriods === 0) return end;
  const [first, present] = [anchor.inZone('UTC'), start.inZone('UTC')];
  const months = (present.year - first.year) * 12 + present.month - first.month;
  return boundaryAfter(anchor, months + 1 + furtherPeriods);
}

/** The first instant of the calendar month that holds an instant, in UTC. */
export function monthStart(at: Instant): Instant {
  return Instant.parse(`${at.toString().slice(0, 7)}-01T00:00:00Z`);
}

/**
 * The anchor of a subscription's grant periods: the day it was created, where its present period began on that day (or on the last
 * of a shorter month), because only that day knows that a period of February belongs to the 31st. Else the period's own start, as
 * after a change of plan or a trial.
 */
export function anchorOf(createdAt: Instant | null, periodStart: Instant): Instant {
  if (createdAt === null || periodStart.isBefore(createdAt)) return periodStart;
  const [created, start] = [createdAt.inZone('UTC'), periodStart.inZone('UTC')];
  const day = Math.min(created.day, start.daysInMonth);
  return day === start.day && created.toPlainTime().equals(start.toPlainTime()) ? createdAt : periodStart;
}
