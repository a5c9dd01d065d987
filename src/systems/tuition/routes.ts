import type { Route } from '../../http/route.ts';
import type { AnyOperation } from '../operation.ts';
import { operationRoute, type OperationAddress, type SystemScope } from '../operation-route.ts';
import { kioskRoutes } from './kiosk/kiosk-routes.ts';
import type { TuitionPolicy } from './policy.ts';
import { adjustGrace } from './operations/adjust-grace.ts';
import { announceGate } from './operations/announce-gate.ts';
import { attempts } from './operations/attempts.ts';
import { auditLog } from './operations/audit-log.ts';
import { blockEnrolment } from './operations/block-enrolment.ts';
import { cancelSession } from './operations/cancel-session.ts';
import { changeEnrolment } from './operations/change-enrolment.ts';
import { checkIn } from './operations/check-in.ts';
import { creditReport } from './operations/credit-report.ts';
import { creditStatus } from './operations/credit-status.ts';
import { enrolStudent } from './operations/enrol-student.ts';
import { familyView } from './operations/family-view.ts';
import { freezeEnrolment } from './operations/freeze-enrolment.ts';
import { grantMakeUp } from './operations/grant-make-up.ts';
import { listPayments } from './operations/list-payments.ts';
import { monthlySettlement } from './operations/monthly-settlement.ts';
import { recordBulkPayment } from './operations/record-bulk-payment.ts';
import { recordPayment } from './operations/record-payment.ts';
import { refundPayment } from './operations/refund-payment.ts';
import { remindDebtors } from './operations/remind-debtors.ts';
import { reverseAttendance } from './operations/reverse-attendance.ts';
import { setFinancialStatus } from './operations/set-financial-status.ts';
import { studentsWithDebt } from './operations/students-with-debt.ts';
import { unblockEnrolment } from './operations/unblock-enrolment.ts';
import { unfreezeEnrolment } from './operations/unfreeze-enrolment.ts';
import { voidPayment } from './operations/void-payment.ts';
import { whoWouldBeRefusedToday } from './operations/who-would-be-refused-today.ts';

const ENROLMENT = '/api/tuition/enrolments/:studentId/:groupId';

/** The addresses of tuition: a desk, a door and a back office. */
export const tuitionRoutes: readonly Route<SystemScope>[] = [
  at(checkIn, '/api/tuition/scan'),
  at(reverseAttendance, `${ENROLMENT}/attendances/:date/reversal`),
  at(cancelSession, '/api/tuition/groups/:groupId/sessions/:date/cancellation'),
  at(recordPayment, '/api/tuition/payments'),
  at(listPayments, '/api/tuition/payments'),
  at(recordBulkPayment, '/api/tuition/groups/:groupId/payments'),
  at(voidPayment, '/api/tuition/payments/:paymentId/void'),
  at(refundPayment, '/api/tuition/refunds'),
  at(enrolStudent, '/api/tuition/enrolments'),
  at(changeEnrolment, `${ENROLMENT}/changes`),
  at(setFinancialStatus, `${ENROLMENT}/financial-status`),
  at(adjustGrace, `${ENROLMENT}/grace`),
  at(blockEnrolment, `${ENROLMENT}/block`),
  at(unblockEnrolment, `${ENROLMENT}/unblock`),
  at(freezeEnrolment, `${ENROLMENT}/freeze`),
  at(unfreezeEnrolment, `${ENROLMENT}/unfreeze`),
  at(grantMakeUp, `${ENROLMENT}/make-ups`),
  at(creditStatus, `${ENROLMENT}/credit-status`),
  // A phone number belongs to a person, so it stands in a body, which no log on the way keeps.
  at(familyView, '/api/tuition/family', { method: 'POST' }),
  at(studentsWithDebt, '/api/tuition/reports/students-with-debt'),
  at(whoWouldBeRefusedToday, '/api/tuition/reports/refused-today'),
  at(creditReport, '/api/tuition/reports/credit'),
  at(monthlySettlement, '/api/tuition/reports/settlement/:month'),
  at(attempts, '/api/tuition/attempts'),
  at(auditLog, '/api/tuition/audit'),
  at(remindDebtors, '/api/tuition/reminders'),
  at(announceGate, '/api/tuition/gate-announcements'),
  ...kioskRoutes,
];

function at(
  operation: AnyOperation<TuitionPolicy>,
  path: string,
  more: Partial<OperationAddress> = {},
): Route<SystemScope> {
  return operationRoute(operation, { system: 'tuition', path, ...more });
}
