import {
  renderScan,
  scanTexts,
  type Locale,
  type ScanCode,
  type ScanColor,
  type TextParams,
} from '../gate/scan-texts.ts';
import { debtOf, remainingOf } from '../queries/credit-status-of.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';

/** What the door answers to one scan. Ids and counts are decimal texts; counts are null where no enrolment was found. */
export interface ScanAnswer {
  readonly color: ScanColor;
  readonly code: ScanCode;
  /** What the text is filled with. */
  readonly params: TextParams;
  readonly studentId: string | null;
  readonly groupId: string | null;
  /** The day of the session, by the school's calendar. */
  readonly sessionDate: string;
  readonly admitted: boolean;
  readonly attended: string | null;
  readonly paid: string | null;
  readonly debt: string | null;
  /** Sessions left before the door refuses; null where nothing is owed. */
  readonly remaining: string | null;
  /** True when the session was taken from a make-up credit. */
  readonly makeUp: boolean;
  /** True when the pupil would have been refused, had the gate been enforced (T-41). */
  readonly shadow: boolean;
}

/** A scan's answer with its text, which is made when it is read (T-17, T-30). */
export interface RenderedAnswer extends ScanAnswer {
  readonly text: Readonly<Record<Locale, string>>;
}

/** The part of an answer that says where the pupil stands. */
export type AnswerNumbers = Pick<ScanAnswer, 'attended' | 'paid' | 'debt' | 'remaining'>;

/** An answer of a code, with its colour. */
export function answer(code: ScanCode, rest: Omit<ScanAnswer, 'color' | 'code' | 'admitted'>): ScanAnswer {
  const { color } = scanTexts[code];
  return { color, code, admitted: color === 'green', ...rest };
}

/** The numbers of an enrolment for an answer. */
export function numbersOf(enrolment: EnrolmentFacts): AnswerNumbers {
  return {
    attended: enrolment.attended.toString(),
    paid: enrolment.paid.toString(),
    debt: debtOf(enrolment).toString(),
    remaining: remainingOf(enrolment)?.toString() ?? null,
  };
}

/** The numbers of an answer about nobody. */
export const NO_NUMBERS: AnswerNumbers = { attended: null, paid: null, debt: null, remaining: null };

/** Adds the text in every language. */
export function render(stored: ScanAnswer): RenderedAnswer {
  return { ...stored, text: renderScan(stored.code, stored.params) };
}
