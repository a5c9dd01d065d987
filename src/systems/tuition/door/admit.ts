import { formatActor } from '../../../base/actor.ts';
import type { GateDecision } from '../gate/decide-gate.ts';
import type { AccountFacts, EnrolmentFacts } from '../queries/load-enrolments.ts';
import { deskTables } from '../queries/desk-tables.ts';
import { debtOf, remainingOf } from '../queries/credit-status-of.ts';
import { appendAudit, enrolmentSubject } from '../writes/append-audit.ts';
import { notify, type TuitionNotice } from '../writes/notify.ts';
import type { OperationCall } from '../writes/operation-call.ts';
import { settleEnrolment } from '../writes/settle-enrolment.ts';
import { recordAttempt } from './record-attempt.ts';
import { answer, numbersOf, type ScanAnswer } from './scan-answer.ts';
import { arrivalParams, type Arrival } from './turn-away.ts';

type Admission = Extract<GateDecision, { admit: true }>;

/** Takes one session, from a make-up credit or from the sessions account and never from both, and writes down who came in. */
export async function admit(call: OperationCall, arrival: Arrival, decision: Admission): Promise<ScanAnswer> {
  const { enrolment: before, meeting } = arrival;
  const account = decision.from === 'make-up' ? (before.makeUp as AccountFacts) : before.sessions;
  const { enrolment, entries } = await settleEnrolment(call, before, {
    entries: [
      {
        type: 'post',
        accountId: account.id,
        amount: -1n,
        kind: 'attendance',
        contra: 'attendance',
        details: { session: meeting.date },
      },
    ],
    ...(decision.pass === null ? {} : { passFloorFor: PASS_REASONS[decision.pass.by] }),
  });
  const seq = entries[0]?.after[0]?.seq;
  if (seq === undefined) throw new Error('The ledger told no entry for an attendance.');
  await recordScan(call, arrival, { accountId: account.id, seq });
  await tellAdmission(call, { ...arrival, enrolment }, decision);
  return answer('present', {
    params: arrivalParams(call, { ...arrival, enrolment }),
    studentId: enrolment.studentId.toString(),
    groupId: enrolment.groupId.toString(),
    sessionDate: meeting.date,
    ...numbersOf(enrolment),
    makeUp: decision.from === 'make-up',
    shadow: decision.pass?.by === 'shadow',
  });
}

const PASS_REASONS = {
  allow: 'Let in by hand although the credit is used up.',
  shadow: 'Let in because the gate is not enforced yet.',
} as const;

/** A scan that was given back leaves its row, which then says the newest one; the ledger keeps them all. */
async function recordScan(
  call: OperationCall,
  { enrolment: { studentId, groupId }, meeting, hours }: Arrival,
  entry: { readonly accountId: bigint; readonly seq: bigint },
): Promise<void> {
  const scan = {
    account_id: entry.accountId,
    entry_seq: entry.seq,
    result: 'present',
    minutes_late: hours.minutes,
    scanned_at: call.now,
    actor: formatActor(call.context.actor),
    returned_seq: null,
  };
  const updated = await deskTables(call.trx)
    .updateTable('carryover_tuition_scans')
    .set(scan)
    .where('student_id', '=', studentId)
    .where('group_id', '=', groupId)
    .where('session_date', '=', meeting.date)
    .executeTakeFirst();
  if (updated.numUpdatedRows > 0n) return;
  await deskTables(call.trx)
    .insertInto('carryover_tuition_scans')
    .values({ student_id: studentId, group_id: groupId, session_date: meeting.date, ...scan })
    .execute();
}

/** A pass is written down: one by hand in the audit, one of the shadow period among the refused scans (T-19, T-41). */
async function tellAdmission(call: OperationCall, arrival: Arrival, decision: Admission): Promise<void> {
  const { enrolment, meeting } = arrival;
  const { studentId, groupId } = enrolment;
  const params = arrivalParams(call, arrival);
  if (decision.pass?.by === 'shadow') {
    const { code } = decision.pass;
    await recordAttempt(call, { studentId, groupId, date: meeting.date, color: 'yellow', code, params, shadow: true });
  }
  if (decision.pass?.by === 'allow') {
    const override = enrolment.override?.id.toString() ?? null;
    const after = { session: meeting.date, override, debt: debtOf(enrolment) };
    await appendAudit(call, [
      { action: 'gate_passed', subject: enrolmentSubject(enrolment), accountId: enrolment.sessions.id, after },
    ]);
  }
  const warning = decision.from === 'sessions' ? warningOf(enrolment) : undefined;
  const types = ['attendance_success' as const, ...(warning === undefined ? [] : [warning])];
  await notify(
    call,
    types.map((type): TuitionNotice => ({ type, enrolment, occasion: meeting.date, values: params })),
  );
}

/** One session left before the door refuses; or none, so that the next one is refused (T-14). */
function warningOf(enrolment: EnrolmentFacts): 'credit_warning' | 'credit_final_warning' | undefined {
  const remaining = remainingOf(enrolment);
  if (remaining === 1n) return 'credit_warning';
  return remaining === 0n && enrolment.standing === 'returning' ? 'credit_final_warning' : undefined;
}
