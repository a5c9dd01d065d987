import { formatActor } from '../../../base/actor.ts';
import { canonicalJson, type CanonicalValue } from '../../../base/canonical-json.ts';
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
export interface AuditLine {
  readonly action: AuditAction;
  readonly subject: string;
  readonly accountId: bigint | null;
  readonly before?: CanonicalValue;
  readonly after?: CanonicalValue;
  readonly reason?: string | undefined;
}

/** `enrolment:12:3`, what the audit calls an enrolment. */
export function enrolmentSubject({ studentId, groupId }: { studentId: bigint; groupId: bigint }): string {
  return `enrolment:${studentId}:${groupId}`;
}

/**
 * Writes audit lines in the call's transaction: who, in which role, from which address, why, and what it was before and after
 * (T-39). Nothing changes or deletes them afterwards; the table refuses it.
 */
export async function appendAudit(call: OperationCall, lines: readonly AuditLine[]): Promise<void> {
  if (lines.length === 0) return;
  const { actor, role, ipAddress, database } = call.context;
  await database.dialect.statements.insertRows(call.trx, 'carryover_audit', {
    columns: {
      system_name: 'text',
      action: 'text',
      account_id: 'int64',
      subject: 'text',
      actor: 'text',
      role: 'text',
      ip_address: 'text',
      reason: 'text',
      before_state: 'json',
      after_state: 'json',
      recorded_at: 'instant',
    },
    rows: lines.map((line) => [
      'tuition',
      line.action,
      line.accountId,
      line.subject,
      formatActor(actor),
      role ?? null,
      ipAddress ?? null,
      line.reason ?? null,
      line.before === undefined ? null : canonicalJson(line.before),
      line.after === undefined ? null : canonicalJson(line.after),
      call.recordedAt,
    ]),
  });
}
