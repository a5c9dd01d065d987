import type { TSchema } from 'typebox';
import { CarryoverError } from '../../../base/errors.ts';
import { Instant } from '../../../base/instant.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import { readEnrolmentId, readFuture } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { creditStatusOf, creditStatusSchema, type CreditStatus } from '../queries/credit-status-of.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';
import { enrolmentInactive, enrolmentUnknown, instantOutOfOrder, requestKeyReused } from '../tuition-errors.ts';
import { appendAudit, enrolmentSubject } from '../writes/append-audit.ts';
import { lockEnrolment, reloadEnrolment } from '../writes/lock-enrolments.ts';
import { runWrite, type OperationCall } from '../writes/operation-call.ts';
import { settleEnrolment } from '../writes/settle-enrolment.ts';

/** Sessions that the school owes a pupil for another reason than a payment. */
export interface GrantMakeUpInput {
  readonly key: string;
  readonly studentId: string;
  readonly groupId: string;
  readonly sessions: number;
  /** Absent: as many days from now as policy says. */
  readonly expiresAt?: string;
  readonly reason: string;
}

/** What is answered for a grant. */
export interface GrantMakeUpAnswer {
  readonly expiresAt: string;
  readonly status: CreditStatus;
}

const grantMakeUpSchema: TSchema = answer.answerOf<GrantMakeUpAnswer>({
  expiresAt: answer.instant('When the sessions expire'),
  status: creditStatusSchema,
});

/**
 * Grants make-up sessions with an expiry. They are used before anything that was paid, and using one takes nothing else. Throws
 * `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `TUITION_KEY_REUSED`, `TUITION_ENROLMENT_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`,
 * `LEDGER_ACCOUNT_CLOSED`, `TUITION_ENROLMENT_INACTIVE`, `TUITION_INSTANT_OUT_OF_ORDER`, `LEDGER_ACCOUNT_FROZEN`,
 * `LEDGER_EXPIRY_PASSED`.
 */
export const grantMakeUp: Operation<TuitionPolicy, GrantMakeUpInput, GrantMakeUpAnswer> = defineOperation({
  name: 'grant-make-up',
  title: 'Grant a pupil make-up sessions, which expire',
  input: field.inputOf({
    key: field.key,
    studentId: field.studentId,
    groupId: field.groupId,
    sessions: field.sessions('How many', { minimum: 1, maximum: 100 }),
    expiresAt: field.optional(field.instant('When they expire; else after the days that policy says')),
    reason: field.reason,
  }),
  writes: true,
  access: { roles: ['server', ...STAFF] },
  answer: grantMakeUpSchema,
  errors: [
    requestKeyReused,
    enrolmentUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    enrolmentInactive,
    instantOutOfOrder,
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
    refusalDefinitions.LEDGER_EXPIRY_PASSED,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'grant-make-up', input }, async (call) => {
      const { policy } = context;
      const { reason, studentId, groupId } = input;
      const locked = await lockEnrolment(call, readEnrolmentId(input), 'grant a make-up session to');
      if (!locked.isActive) {
        throw new CarryoverError(enrolmentInactive, { studentId, groupId, attempt: 'grant a make-up session to' });
      }
      const expiresAt =
        input.expiresAt === undefined
          ? Instant.fromZoned(call.now.inZone(policy.zone).add({ days: policy.makeUpDays }))
          : readFuture('the expiry', input.expiresAt, call.now);
      const enrolment = await withMakeUpAccount(call, locked);
      const amount = BigInt(input.sessions);
      const settled = await settleEnrolment(call, enrolment, {
        entries: [
          {
            type: 'grant-lot',
            accountId: enrolment.makeUp.id,
            amount,
            kind: 'make-up',
            contra: 'make-ups',
            funding: 'granted',
            priority: 0n,
            expiresAt,
          },
        ],
        reason,
      });
      await appendAudit(call, [
        {
          action: 'make_up_granted',
          subject: enrolmentSubject(enrolment),
          accountId: enrolment.makeUp.id,
          before: { makeUp: enrolment.makeUp.available },
          after: { makeUp: settled.enrolment.makeUp?.available ?? 0n, expiresAt },
          reason,
        },
      ]);
      return { expiresAt: expiresAt.toString(), status: creditStatusOf(settled.enrolment, policy, call.now) };
    }),
});

type WithMakeUp = EnrolmentFacts & { readonly makeUp: NonNullable<EnrolmentFacts['makeUp']> };

/**
 * Opens the account at the first grant. It is newer than the accounts that are locked already, so its lock comes last, as it must;
 * nobody else can know it before this transaction ends.
 */
async function withMakeUpAccount(call: OperationCall, enrolment: EnrolmentFacts): Promise<WithMakeUp> {
  if (enrolment.makeUp !== undefined) return enrolment as WithMakeUp;
  const { studentId, groupId } = enrolment;
  await call.ledger.openAccounts([
    {
      ref: { system: 'tuition', kind: 'make-up', owner: `${studentId}:${groupId}` },
      unit: 'session',
      floor: 0n,
      lotted: true,
      authority: 'ledger',
    },
  ]);
  return (await reloadEnrolment(call, enrolment)) as WithMakeUp;
}
