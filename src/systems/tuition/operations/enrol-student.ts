import { sql } from 'kysely';
import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { STAFF } from '../../access.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { effectiveFee, standardFloor } from '../fees-and-standing.ts';
import * as field from '../inputs/input-fields.ts';
import { readEnrolmentId } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { creditStatusOf, creditStatusSchema, type CreditStatus } from '../queries/credit-status-of.ts';
import { deskTables } from '../queries/desk-tables.ts';
import { findGroup } from '../queries/load-groups.ts';
import { findStudent } from '../queries/load-students.ts';
import { aliased, columnsOf } from '../read-legacy.ts';
import { enrolmentExists, requestKeyReused, tuitionUnknown } from '../tuition-errors.ts';
import { appendAudit, enrolmentSubject } from '../writes/append-audit.ts';
import { reloadEnrolment, type EnrolmentId } from '../writes/lock-enrolments.ts';
import { runWrite, type OperationCall } from '../writes/operation-call.ts';
import { readOwnFee } from './set-financial-status.ts';

/** A pupil who begins in a group. */
export interface EnrolStudentInput {
  readonly key: string;
  readonly studentId: string;
  readonly groupId: string;
  /** Absent: normal. */
  readonly financialStatus?: 'normal' | 'symbolic' | 'exempt';
  readonly customFee?: string;
  readonly reason?: string;
}

/**
 * Enrols a pupil in a group after the school has gone over: pupil and group stay in the school's own tables, the balance begins
 * here, at nothing. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `TUITION_KEY_REUSED`, `TUITION_UNKNOWN` for a pupil or group
 * that is not there or not active, `LEDGER_AUTHORITY_LEGACY` while legacy decides for anybody, `TUITION_ENROLMENT_EXISTS`.
 */
export const enrolStudent: Operation<TuitionPolicy, EnrolStudentInput, CreditStatus> = defineOperation({
  name: 'enrol-student',
  title: 'Enrol a pupil in a group',
  input: field.inputOf({
    key: field.key,
    studentId: field.studentId,
    groupId: field.groupId,
    financialStatus: field.optional(field.oneOf(['normal', 'symbolic', 'exempt'], 'What the pupil pays; else normal')),
    customFee: field.optional(field.ownFee('An own fee; else that of the group')),
    reason: field.optional(field.reason),
  }),
  writes: true,
  access: { roles: ['server', ...STAFF] },
  answer: creditStatusSchema,
  errors: [requestKeyReused, tuitionUnknown, refusalDefinitions.LEDGER_AUTHORITY_LEGACY, enrolmentExists],
  run: (context, input) =>
    runWrite(context, { operation: 'enrol-student', input }, async (call) => {
      const id = readEnrolmentId(input);
      await requireMaster(call, id);
      await requireSwitched(call, id);
      const terms = {
        financial_status: input.financialStatus ?? 'normal',
        custom_fee: input.customFee === undefined ? null : readOwnFee(input.customFee, context.policy),
      };
      await openEnrolment(call, id, terms);
      const enrolment = await reloadEnrolment(call, id);
      await appendAudit(call, [
        {
          action: 'enrolled',
          subject: enrolmentSubject(enrolment),
          accountId: enrolment.sessions.id,
          after: {
            financialStatus: terms.financial_status,
            customFee: terms.custom_fee,
            floor: enrolment.sessions.floor,
          },
          reason: input.reason,
        },
      ]);
      return creditStatusOf(enrolment, context.policy, call.now);
    }),
});

async function requireMaster(call: OperationCall, { studentId, groupId }: EnrolmentId): Promise<void> {
  const student = await findStudent(call.reads, studentId);
  const group = await findGroup(call.reads, groupId);
  const missing = student?.isActive === true ? { what: 'group', id: groupId } : { what: 'pupil', id: studentId };
  if (student?.isActive === true && group?.isActive === true) return;
  throw new CarryoverError(tuitionUnknown, {
    what: missing.what,
    id: missing.id.toString(),
    expected: 'an active one in the tables of the school',
    nextStep: 'Add or activate it there first.',
  });
}

/**
 * While legacy decides for anybody, the school enrols there: a pupil whom only the ledger knows would be one too many for every
 * comparison of the two sides.
 */
async function requireSwitched(call: OperationCall, { studentId, groupId }: EnrolmentId): Promise<void> {
  const account = await deskTables(call.trx)
    .selectFrom('carryover_accounts')
    .select('id')
    .where('system_name', '=', 'tuition')
    .where('kind', '=', 'sessions')
    .where('authority', '=', 'legacy')
    .limit(1)
    .executeTakeFirst();
  if (account === undefined) return;
  throw new CarryoverError(refusalDefinitions.LEDGER_AUTHORITY_LEGACY, {
    attempt: `open enrolment "${studentId}:${groupId}"`,
    accountId: account.id.toString(),
  });
}

/** An enrolment that only legacy has would get a second, empty balance here. */
async function requireNoEnrolment(call: OperationCall, { studentId, groupId }: EnrolmentId): Promise<void> {
  const details = { studentId: studentId.toString(), groupId: groupId.toString() };
  const own = await deskTables(call.trx)
    .selectFrom('carryover_tuition_enrolments')
    .select('active')
    .where('student_id', '=', studentId)
    .where('group_id', '=', groupId)
    .executeTakeFirst();
  if (own !== undefined) {
    throw new CarryoverError(enrolmentExists, {
      ...details,
      found: own.active === 1n ? 'that is active' : 'that was left',
    });
  }
  const { legacy: source } = call.context;
  const e = columnsOf(source, { alias: 'e', table: 'student_group_enrollments' });
  const { rows } = await sql`
    select 1 as found from ${aliased(source, { alias: 'e', table: 'student_group_enrollments' })}
    where ${e('student_id')} = ${studentId} and ${e('group_id')} = ${groupId}`.execute(call.trx);
  if (rows.length > 0) throw new CarryoverError(enrolmentExists, { ...details, found: 'in the legacy tables' });
}

interface Terms {
  readonly financial_status: 'normal' | 'symbolic' | 'exempt';
  readonly custom_fee: bigint | null;
}

async function openEnrolment(call: OperationCall, { studentId, groupId }: EnrolmentId, terms: Terms): Promise<void> {
  const { policy } = call.context;
  const owner = `${studentId}:${groupId}`;
  const account = { lotted: false, authority: 'ledger' } as const;
  const isFree = effectiveFee(terms, await standardFee(call, groupId)) === 0n;
  const floor = isFree ? null : standardFloor('new', policy);
  const [sessions, money] = await call.ledger.openAccounts([
    { ...account, ref: { system: 'tuition', kind: 'sessions', owner }, unit: 'session', floor },
    { ...account, ref: { system: 'tuition', kind: 'money', owner }, unit: policy.currency, floor: 0n },
  ]);
  if (sessions === undefined || money === undefined) throw new Error('Opening two accounts gave fewer.');
  // Asked after the accounts are there: of two desks that enrol the same pupil, the second has waited for the first by now.
  await requireNoEnrolment(call, { studentId, groupId });
  await deskTables(call.trx)
    .insertInto('carryover_tuition_enrolments')
    .values({
      student_id: studentId,
      group_id: groupId,
      sessions_account_id: sessions.id,
      money_account_id: money.id,
      standing: 'new',
      ...terms,
      started_at: call.now,
      active: 1n,
      block_code: null,
      blocked_at: null,
    })
    .execute();
}

async function standardFee(call: OperationCall, groupId: bigint): Promise<bigint | null> {
  const { legacy: source, policy } = call.context;
  const g = columnsOf(source, { alias: 'g', table: 'groups' });
  const { rows } = await sql<{ fee: bigint | null }>`
    select ${source.expressions.minorUnits(g('standard_fee'), policy.currencyScale)} as fee
    from ${aliased(source, { alias: 'g', table: 'groups' })} where ${g('group_id')} = ${groupId}`.execute(call.trx);
  return rows[0]?.fee ?? null;
}
