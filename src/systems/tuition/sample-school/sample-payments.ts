import type { LegacyValue } from './insert-legacy-rows.ts';
import type { SampleEnrolment } from './sample-enrolment.ts';
import { dayOf, schoolInstant, type SampleMonth } from './sample-calendar.ts';
import type { SampleRandom } from '../../sample-random.ts';

/** A payment row but for its id. */
export interface SamplePayment {
  readonly groupId: number;
  /** A date, or null. */
  readonly month: string | null;
  readonly due: number;
  readonly paid: number;
  readonly paidAt: LegacyValue;
  readonly attended: number;
  readonly status: 'paid' | 'partial' | 'unpaid';
}

const FULLY_PAID_PERCENT = 86;
const PARTLY_PAID_PERCENT = 7;
/** Months at the end of an enrolment that a pupil over the limit has not paid. */
const UNPAID_MONTHS = 2;

/** The payment rows of one month of an enrolment, of which the trap's month has the trap. */
export function monthPayments(
  enrolment: SampleEnrolment,
  month: SampleMonth,
  given: { readonly attended: number; readonly random: SampleRandom },
): readonly SamplePayment[] {
  const { random, attended } = given;
  const { due } = enrolment;
  const paid = paidFor(enrolment, month, random);
  const usual: SamplePayment = {
    groupId: enrolment.group.id,
    month: month.firstDay,
    due,
    paid,
    paidAt: paid === 0 ? null : schoolInstant(dayOf(month, random.below(27)), 13 * 60 + random.below(420)),
    attended,
    status: paid >= due ? 'paid' : paid > 0 ? 'partial' : 'unpaid',
  };
  if (enrolment.pays === 'never') return [];
  const trapMonth = Math.min(enrolment.fromMonth + 1, enrolment.toMonth - 1);
  return month.index === trapMonth ? trapped(enrolment, month, usual) : [usual];
}

function paidFor({ due, pays, toMonth }: SampleEnrolment, month: SampleMonth, random: SampleRandom): number {
  if (pays === 'never') return 0;
  if (pays === 'always') return due;
  if (pays === 'not-lately') return month.index < toMonth - UNPAID_MONTHS ? due : 0;
  if (random.percent(FULLY_PAID_PERCENT)) return due;
  const share = random.pick([3, 2, 4]);
  return random.percent((PARTLY_PAID_PERCENT * 100) / (100 - FULLY_PAID_PERCENT))
    ? Math.floor(due / share / 100) * 100
    : 0;
}

function trapped(enrolment: SampleEnrolment, month: SampleMonth, usual: SamplePayment): readonly SamplePayment[] {
  const { due } = enrolment;
  const half = Math.floor(due / 200) * 100;
  switch (enrolment.trap) {
    case 'free-month':
      return [{ ...usual, due: 0, paid: 0, paidAt: null, status: 'partial' }];
    case 'surplus':
      return [{ ...usual, paid: due + half, status: 'partial' }];
    case 'negative-amount':
      return [usual, { ...usual, month: dayOf(month, 14), paid: -half, status: 'partial' }];
    case 'month-missing':
      return [usual, { ...usual, month: null }];
    case 'paid-too-little':
      return [{ ...usual, paid: half, status: 'paid' }];
    case 'unpaid-with-money':
      return [{ ...usual, paid: half, status: 'unpaid' }];
    case 'partial-of-nothing':
      return [{ ...usual, paid: 0, paidAt: null, status: 'partial' }];
    case 'fifth-of-a-fee':
    case 'inactive-pupil':
      return [{ ...usual, paid: Math.floor(due / 5), status: 'partial' }];
    case 'duplicate-month':
      return [usual, { ...usual, month: dayOf(month, 14) }];
    case 'date-missing':
      return [{ ...usual, paidAt: null }];
    case 'orphan-payment':
      return [usual, { ...usual, groupId: enrolment.group.id + 100_000 }];
    case 'counter-wrong':
      return [{ ...usual, attended: usual.attended + 1 }];
    case 'future-date':
      return [{ ...usual, paidAt: schoolInstant('2027-01-03', 14 * 60) }];
    default:
      return [usual];
  }
}
