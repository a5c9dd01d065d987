import { appendAuditLines, type AuditLine as LineOf } from '../../audit-lines.ts';
import type { OperationCall } from './operation-call.ts';

/** What was done, in the words of the school's own log where it has one. */
export type AuditAction =
  | 'payment_recorded'
  | 'payment_voided'
  | 'payment_refunded'
  | 'bulk_payment'
  | 'credit_adjustment'
  | 'fee_changed'
  | 'status_changed'
  | 'block_applied'
  | 'block_removed'
  | 'override_set'
  | 'override_ended'
  | 'attendance_reversed'
  | 'session_cancelled'
  | 'make_up_granted'
  | 'enrolled'
  | 'enrolment_left'
  | 'enrolment_returned'
  | 'enrolment_closed'
  | 'gate_passed';

/** One line of the audit. */
export type AuditLine = LineOf<AuditAction>;

/** `enrolment:12:3`, what the audit calls an enrolment. */
export function enrolmentSubject({ studentId, groupId }: { studentId: bigint; groupId: bigint }): string {
  return `enrolment:${studentId}:${groupId}`;
}

/** Writes audit lines in the call's transaction (T-39). */
export function appendAudit(call: OperationCall, lines: readonly AuditLine[]): Promise<void> {
  return appendAuditLines(call, 'tuition', lines);
}
