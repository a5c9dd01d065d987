import type { SampleGroup } from './sample-groups.ts';
import type { PupilTrapCode } from './sample-traps.ts';
import { dayOf, type SampleMonth } from './sample-calendar.ts';
import type { SampleRandom } from '../../sample-random.ts';

/** What a pupil does in a group, month by month, before any row of it is written. */
export interface SampleEnrolment {
  readonly studentId: number;
  readonly group: SampleGroup;
  readonly trap: PupilTrapCode | undefined;
  /** Months from the first to, not with, the last. */
  readonly fromMonth: number;
  readonly toMonth: number;
  readonly startDay: string;
  readonly active: boolean;
  readonly financialStatus: string;
  /** Minor units, or null. */
  readonly customFee: number | null;
  /** What each month owes, minor units. */
  readonly due: number;
  /** How often of a hundred the pupil comes. */
  readonly comesPercent: number;
  readonly pays: 'usually' | 'always' | 'never' | 'not-lately';
}

interface Placed {
  readonly studentId: number;
  readonly group: SampleGroup;
  readonly trap: PupilTrapCode | undefined;
  readonly months: readonly SampleMonth[];
}

const TRAP_MONTHS = 8;

/** An ordinary pupil: some months anywhere in the school's years, nearly always there, nearly always paid. */
export function ordinaryEnrolment(placed: Placed, random: SampleRandom): SampleEnrolment {
  const { months, group } = placed;
  const fromMonth = random.below(months.length - 1);
  const toMonth = Math.min(months.length, fromMonth + 11 + Math.floor((random.below(36) * random.below(36)) / 36));
  const exempt = random.percent(3);
  const symbolic = !exempt && random.percent(4);
  const customFee = symbolic ? 5_000 : null;
  return {
    ...placed,
    trap: undefined,
    fromMonth,
    toMonth,
    startDay: dayOf(months[fromMonth] as SampleMonth, random.below(28)),
    active: toMonth === months.length || random.percent(5),
    financialStatus: exempt ? 'exempt' : symbolic ? 'symbolic' : 'normal',
    customFee,
    due: exempt ? 0 : (customFee ?? group.fee),
    comesPercent: 75 + random.below(20),
    pays: 'usually',
  };
}

/** A pupil who carries a trap: there until today and in order, but for the one thing. */
export function trappedEnrolment(placed: Placed & { readonly trap: PupilTrapCode }): SampleEnrolment {
  const { months, group, trap } = placed;
  const isNew = trap === 'new-payer' || trap === 'new-unpaid';
  const fromMonth = Math.max(0, months.length - (isNew ? 1 : TRAP_MONTHS));
  const customFee = trap === 'own-fee' ? group.fee - 5_000 : null;
  const statuses: Partial<Record<PupilTrapCode, string>> = {
    'symbolic-without-fee': 'symbolic',
    'exempt-in-debt': 'exempt',
    'financial-status-typo': 'Exempted',
  };
  const pays: Partial<Record<PupilTrapCode, SampleEnrolment['pays']>> = {
    'symbolic-without-fee': 'never',
    'exempt-in-debt': 'never',
    'new-unpaid': 'never',
    'over-the-limit': 'not-lately',
  };
  return {
    ...placed,
    fromMonth,
    toMonth: months.length,
    startDay: dayOf(months[fromMonth] as SampleMonth, isNew ? 9 : 0),
    active: true,
    financialStatus: statuses[trap] ?? 'normal',
    customFee,
    due: customFee ?? group.fee,
    comesPercent: trap === 'new-unpaid' ? 0 : trap === 'credit-beside-debt' ? 50 : 90,
    pays: pays[trap] ?? 'always',
  };
}

/** The second group of a pupil who has sessions left in the first: always there, never paid. */
export function debtBeside(placed: Placed): SampleEnrolment {
  const beside = trappedEnrolment({ ...placed, trap: 'over-the-limit' });
  return { ...beside, trap: undefined, pays: 'never', comesPercent: 95 };
}
