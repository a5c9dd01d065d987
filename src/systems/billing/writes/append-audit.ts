import { appendAuditLines, type AuditLine as LineOf } from '../../audit-lines.ts';
import type { BillingCall } from './billing-call.ts';

/** What was done. */
export type AuditAction =
  | 'user_opened'
  | 'subscription_changed'
  | 'purchase_started'
  | 'purchase_settled'
  | 'purchase_failed'
  | 'credit_adjustment'
  | 'credit_grant'
  | 'credit_refund'
  | 'adjustment_requested'
  | 'adjustment_rejected'
  | 'money_refund'
  | 'money_refund_resolved'
  | 'top_up_rule_set';

/** One line of the audit. */
export type AuditLine = LineOf<AuditAction>;

/** `user:9f0c`, what the audit calls somebody. */
export function userSubject(userId: string): string {
  return `user:${userId}`;
}

/** Writes audit lines in the call's transaction. */
export function appendAudit(call: BillingCall, lines: readonly AuditLine[]): Promise<void> {
  return appendAuditLines(call, 'billing', lines);
}
