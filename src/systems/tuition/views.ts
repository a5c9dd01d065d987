import type { RawBuilder } from 'kysely';
import type { CompatibilityView, PhysicalNames } from '../../cutover/descriptor.ts';
import { auditLogsView } from './audit-logs-view.ts';
import { creditStatusView } from './credit-status-view.ts';
import type { TuitionPolicy } from './policy.ts';

/** Read views under names that the school's reports know. Their rows are found by primary and unique keys only. */
export function tuitionViews(names: PhysicalNames, policy: TuitionPolicy): readonly CompatibilityView[] {
  return [
    { name: 'credit_status', select: viewText(names, creditStatusView(names, policy)) },
    { name: 'payment_audit_logs', select: viewText(names, auditLogsView(names, policy)) },
  ];
}

/** A view is text for good, so nothing in it may be a parameter. */
function viewText(names: PhysicalNames, select: RawBuilder<unknown>): string {
  const { sql: text, parameters } = select.compile(names.database.handle);
  if (parameters.length > 0) throw new Error('A view was written with parameters, which no database can keep.');
  return text.replaceAll(/\s+/g, ' ').trim();
}
