import type { SharedRows } from '../../cutover/descriptor.ts';
import { enrolmentBalances, enrolmentTotals, planRows } from './expected.ts';
import { attendanceRows } from './legacy-attendances.ts';
import { enrolmentRows } from './legacy-enrolments.ts';
import { paymentRows } from './legacy-payments.ts';
import type { TuitionPolicy } from './policy.ts';

/** What findings, accounts and expected balances begin from. The history begins from the tables alone, since it must not share with `expected`. */
export const tuitionShared: readonly SharedRows<TuitionPolicy>[] = [
  { name: 'attendances', rows: attendanceRows },
  { name: 'payments', rows: paymentRows },
  { name: 'plans', rows: planRows },
  { name: 'enrolments', rows: enrolmentRows },
  { name: 'totals', rows: enrolmentTotals },
  { name: 'balances', rows: enrolmentBalances },
];
