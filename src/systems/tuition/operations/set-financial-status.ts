import { parseAmount } from '../../../base/amounts.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import { moneyUnit, readEnrolmentId, writeMoney } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { creditStatusOf, creditStatusSchema, type CreditStatus } from '../queries/credit-status-of.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';
import type { EnrolmentsTable } from '../tables.ts';
import { enrolmentUnknown, requestKeyReused } from '../tuition-errors.ts';
import { appendAudit, enrolmentSubject, type AuditLine } from '../writes/append-audit.ts';
import { lockEnrolment } from '../writes/lock-enrolments.ts';
import { runWrite } from '../writes/operation-call.ts';
import { settleEnrolment } from '../writes/settle-enrolment.ts';

/** What a pupil pays in a group. */
export interface SetFinancialStatusInput {
  readonly key: string;
  readonly studentId: string;
  readonly groupId: string;
  readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
  /** The enrolment's own fee. Absent: it stays; `none`: the group's fee applies. */
  readonly customFee?: string;
  readonly reason: string;
}

/**
 * Sets what a pupil pays. The floor follows: whoever owes nothing is never blocked (T-09). Months that were paid in part keep the
 * price they had. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `TUITION_KEY_REUSED`, `TUITION_ENROLMENT_UNKNOWN`,
 * `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`.
 */
export const setFinancialStatus: Operation<TuitionPolicy, SetFinancialStatusInput, CreditStatus> = defineOperation({
  name: 'set-financial-status',
  title: 'Set what a pupil pays in a group: the normal fee, a symbolic one, or none',
  input: field.inputOf({
    key: field.key,
    studentId: field.studentId,
    groupId: field.groupId,
    financialStatus: field.oneOf(['normal', 'symbolic', 'exempt'], 'What the pupil pays'),
    customFee: field.optional(
      field.ownFee('The own fee of the enrolment, "none" for the fee of the group; else it stays'),
    ),
    reason: field.reason,
  }),
  writes: true,
  access: { roles: ['server', 'admin', 'super_admin'] },
  answer: creditStatusSchema,
  errors: [
    requestKeyReused,
    enrolmentUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'set-financial-status', input }, async (call) => {
      const { policy } = context;
      const enrolment = await lockEnrolment(call, readEnrolmentId(input), 'set the financial status of');
      const row = {
        financial_status: input.financialStatus,
        custom_fee: input.customFee === undefined ? enrolment.row.custom_fee : readOwnFee(input.customFee, policy),
      };
      const { reason } = input;
      const settled = await settleEnrolment(call, enrolment, { row, reason });
      await appendAudit(call, linesOf(enrolment, { row, reason, policy }));
      return creditStatusOf(settled.enrolment, policy, call.now);
    }),
});

/** A fee in minor units from its decimal text; null for `none`. Throws `INPUT_INVALID`. */
export function readOwnFee(text: string, policy: TuitionPolicy): bigint | null {
  return text === 'none' ? null : parseAmount(text, moneyUnit(policy));
}

interface TermsChange {
  readonly row: Pick<EnrolmentsTable, 'financial_status' | 'custom_fee'>;
  readonly reason: string;
  readonly policy: TuitionPolicy;
}

/** One line for the status and one for the fee, each where it changed. */
function linesOf(enrolment: EnrolmentFacts, { row, reason, policy }: TermsChange): readonly AuditLine[] {
  const line = { subject: enrolmentSubject(enrolment), accountId: enrolment.sessions.id, reason };
  const before = enrolment.row;
  const money = (fee: bigint | null): string | null => (fee === null ? null : writeMoney(fee, policy));
  return [
    ...(row.financial_status === before.financial_status
      ? []
      : [
          {
            ...line,
            action: 'status_changed' as const,
            before: { financialStatus: before.financial_status },
            after: { financialStatus: row.financial_status },
          },
        ]),
    ...(row.custom_fee === before.custom_fee
      ? []
      : [
          {
            ...line,
            action: 'fee_changed' as const,
            before: { customFee: money(before.custom_fee) },
            after: { customFee: money(row.custom_fee) },
          },
        ]),
  ];
}
