import type { AnyOperation } from '../../operation.ts';
import type { TuitionPolicy } from '../policy.ts';
import { adjustGrace } from './adjust-grace.ts';
import { announceGate } from './announce-gate.ts';
import { attempts } from './attempts.ts';
import { auditLog } from './audit-log.ts';
import { blockEnrolment } from './block-enrolment.ts';
import { cancelSession } from './cancel-session.ts';
import { changeEnrolment } from './change-enrolment.ts';
import { checkIn } from './check-in.ts';
import { creditReport } from './credit-report.ts';
import { creditStatus } from './credit-status.ts';
import { enrolStudent } from './enrol-student.ts';
import { familyView } from './family-view.ts';
import { freezeEnrolment } from './freeze-enrolment.ts';
import { grantMakeUp } from './grant-make-up.ts';
import { listPayments } from './list-payments.ts';
import { monthlySettlement } from './monthly-settlement.ts';
import { recordBulkPayment } from './record-bulk-payment.ts';
import { recordPayment } from './record-payment.ts';
import { refundPayment } from './refund-payment.ts';
import { remindDebtors } from './remind-debtors.ts';
import { reverseAttendance } from './reverse-attendance.ts';
import { setFinancialStatus } from './set-financial-status.ts';
import { studentsWithDebt } from './students-with-debt.ts';
import { unblockEnrolment } from './unblock-enrolment.ts';
import { unfreezeEnrolment } from './unfreeze-enrolment.ts';
import { voidPayment } from './void-payment.ts';
import { whoWouldBeRefusedToday } from './who-would-be-refused-today.ts';

/** What staff and apps can do with tuition, in the order in which help lists it. */
export const tuitionOperations: readonly AnyOperation<TuitionPolicy>[] = [
  checkIn,
  reverseAttendance,
  cancelSession,
  recordPayment,
  recordBulkPayment,
  voidPayment,
  refundPayment,
  enrolStudent,
  changeEnrolment,
  setFinancialStatus,
  adjustGrace,
  blockEnrolment,
  unblockEnrolment,
  freezeEnrolment,
  unfreezeEnrolment,
  grantMakeUp,
  remindDebtors,
  announceGate,
  creditStatus,
  familyView,
  studentsWithDebt,
  whoWouldBeRefusedToday,
  creditReport,
  listPayments,
  monthlySettlement,
  attempts,
  auditLog,
];
