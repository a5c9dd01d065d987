import type { Temporal } from 'temporal-polyfill';
import type { Instant } from '../../../base/instant.ts';

/** The boundaries around one instant for anchors on one day of the month, as days (`2026-02-28`). */
export interface AnchorDay {
  /** 1 to 31. */
  readonly day: number;
  readonly previous: string;
  /** The boundary in the calendar month of the instant, which may lie before or after it. */
  readonly present: string;
  readonly next: string;
  /** The boundaries so many further periods behind `present` and `next`. */
  readonly presentAfter: string;
  readonly nextAfter: string;
}

/** What was asked for last: a run asks for each of its chunks again, and 155 dates take as long as a chunk's accounts. */
let last: { readonly month: string; readonly furtherPeriods: number; readonly days: readonly AnchorDay[] } | undefined;

/**
 * The boundaries for each day of the month that an anchor can fall on, which is all that a query needs to find the grant period of
 * many accounts at one instant. In a shorter month the boundary is its last day.
 */
export function anchorDays(at: Instant, furtherPeriods: number): readonly AnchorDay[] {
  const present = at.inZone('UTC').toPlainDate().toPlainYearMonth();
  const month = present.toString();
  if (last?.month === month && last.furtherPeriods === furtherPeriods) return last.days;
  const days = daysOf(present, furtherPeriods);
  last = { month, furtherPeriods, days };
  return days;
}

function daysOf(present: Temporal.PlainYearMonth, furtherPeriods: number): readonly AnchorDay[] {
  return Array.from({ length: 31 }, (_, index) => {
    const day = index + 1;
    const on = (months: number): string => dayOfMonth(present.add({ months }), day);
    return {
      day,
      previous: on(-1),
      present: on(0),
      next: on(1),
      presentAfter: on(furtherPeriods),
      nextAfter: on(1 + furtherPeriods),
    };
  });
}

function dayOfMonth(month: Temporal.PlainYearMonth, day: number): string {
  return month.toPlainDate({ day: Math.min(day, month.daysInMonth) }).toString();
}
