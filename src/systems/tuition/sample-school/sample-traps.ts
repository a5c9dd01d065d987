/** A trap of legacy data that the sample school contains. */
export interface SampleTrap {
  readonly code: string;
  /** The numbered line of docs/systems/tuition.md that says what goes wrong. */
  readonly line: string;
  readonly what: string;
  /** The finding that shows it; null for a trap that only the balances show. */
  readonly finding: string | null;
}

/** Traps that one pupil's enrolment carries: each pupil carries one at most, and a small school has them all. */
export const pupilTraps = [
  { code: 'free-month', line: 'T-01', what: 'A month that owes nothing, marked partial', finding: 'free-month' },
  { code: 'symbolic-without-fee', line: 'T-01', what: 'A symbolic pupil without a fee', finding: 'owes-nothing' },
  { code: 'surplus', line: 'T-02', what: 'A month paid half as much again as it owed', finding: 'surplus' },
  { code: 'negative-amount', line: 'T-03', what: 'A refund entered as a negative payment', finding: 'negative-amount' },
  { code: 'month-missing', line: 'T-03', what: 'A payment without a month', finding: 'unreadable-payment' },
  {
    code: 'paid-too-little',
    line: 'T-04',
    what: 'A month marked paid with half of the fee',
    finding: 'status-disagrees',
  },
  {
    code: 'unpaid-with-money',
    line: 'T-04',
    what: 'A month marked unpaid with half of the fee',
    finding: 'status-disagrees',
  },
  {
    code: 'partial-of-nothing',
    line: 'T-04',
    what: 'A month marked partial with no money',
    finding: 'status-disagrees',
  },
  {
    code: 'fifth-of-a-fee',
    line: 'T-06',
    what: 'A fifth of a fee, which buys no whole session',
    finding: 'money-kept',
  },
  { code: 'duplicate-month', line: 'T-07', what: 'Two payment rows of one calendar month', finding: 'duplicate-month' },
  {
    code: 'status-typo',
    line: 'T-08',
    what: 'An attendance whose status nobody knows',
    finding: 'attendance-status-unknown',
  },
  {
    code: 'exempt-in-debt',
    line: 'T-09',
    what: 'An exempt pupil who came and never paid',
    finding: 'exempt-with-debt',
  },
  {
    code: 'financial-status-typo',
    line: 'T-09',
    what: 'A financial status nobody knows',
    finding: 'financial-status-unknown',
  },
  {
    code: 'inactive-pupil',
    line: 'T-10',
    what: 'A pupil who left, with money and sessions open',
    finding: 'inactive-with-balance',
  },
  { code: 'new-payer', line: 'T-13', what: 'A pupil of this month who has paid', finding: 'standing-differs' },
  {
    code: 'new-unpaid',
    line: 'T-24',
    what: 'A pupil of this month who neither paid nor came',
    finding: 'refused-at-the-door',
  },
  {
    code: 'over-the-limit',
    line: 'T-41',
    what: 'A pupil who came two months without paying',
    finding: 'refused-at-the-door',
  },
  {
    code: 'credit-beside-debt',
    line: 'T-42',
    what: 'A pupil with sessions left in one group and short in another',
    finding: 'credit-beside-debt',
  },
  { code: 'date-missing', line: 'T-20', what: 'A payment without a date', finding: 'payment-date-missing' },
  { code: 'orphan-payment', line: 'T-43', what: 'A payment for a group the pupil is not in', finding: 'no-enrolment' },
  {
    code: 'student-gone',
    line: 'T-43',
    what: 'An enrolment whose pupil was deleted',
    finding: 'enrolment-without-master',
  },
  {
    code: 'counter-wrong',
    line: 'T-44',
    what: 'A monthly counter that disagrees with the attendances',
    finding: 'sessions-counter',
  },
  { code: 'own-fee', line: 'T-09', what: 'A normal pupil with a fee of their own', finding: 'two-fee-answers' },
  { code: 'future-date', line: 'T-38', what: 'A payment dated next year', finding: 'dated-in-future' },
] as const;

/** Traps that the school as a whole carries. */
export const schoolTraps = [
  { code: 'eight-sessions', line: 'T-05', what: 'A group that meets twice a week', finding: 'sessions-per-month' },
  { code: 'uneven-fee', line: 'T-06', what: 'A fee that four sessions do not divide', finding: 'uneven-price' },
  {
    code: 'scans-not-counted',
    line: 'T-08',
    what: 'A scan that used up no session: absent, refused or cancelled',
    finding: 'attendance-not-counted',
  },
  { code: 'inactive-group', line: 'T-10', what: 'A group that has ended with pupils in it', finding: null },
  {
    code: 'import-day',
    line: 'T-12',
    what: 'An enrolment dated to the day of an import',
    finding: 'enrolments-on-one-day',
  },
] as const;

/** A trap that one pupil carries. */
export type PupilTrapCode = (typeof pupilTraps)[number]['code'];
/** A trap that the school has as a whole. */
export type SchoolTrapCode = (typeof schoolTraps)[number]['code'];
/** Any trap. */
export type SampleTrapCode = PupilTrapCode | SchoolTrapCode;

/** Every trap there is. */
export const sampleTraps: readonly (SampleTrap & { readonly code: SampleTrapCode })[] = [...pupilTraps, ...schoolTraps];

/** Prime, and above the number of traps, so that traps and the other regularities of the sample do not fall together. */
const PUPILS_PER_TRAP = 61;

/** The trap that a pupil carries, if any. */
export function pupilTrap(studentNumber: number): PupilTrapCode | undefined {
  return pupilTraps[studentNumber % PUPILS_PER_TRAP]?.code;
}
