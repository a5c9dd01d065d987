import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { STAFF } from '../../access.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { schoolDate } from '../calendar/school-calendar.ts';
import { admit } from '../door/admit.ts';
import { attendancesOf } from '../door/attendance-records.ts';
import { findMeeting, isCancelled, type Scan } from '../door/find-meeting.ts';
import { renderedAnswerSchema } from '../door/rendered-answer-schema.ts';
import { render, type RenderedAnswer, type ScanAnswer } from '../door/scan-answer.ts';
import { refuseUnseen, turnAway, type Arrival } from '../door/turn-away.ts';
import { decideGate } from '../gate/decide-gate.ts';
import { doorHours } from '../gate/door-hours.ts';
import * as field from '../inputs/input-fields.ts';
import { readId } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { gateFacts } from '../queries/gate-facts.ts';
import { legacyColumnMissing, requestKeyReused } from '../tuition-errors.ts';
import { lockEnrolment } from '../writes/lock-enrolments.ts';
import { runWrite, type OperationCall } from '../writes/operation-call.ts';

/** A scan at the door: by the code on the card, or by the pupil's id where the desk lets somebody in. */
export interface CheckInInput {
  readonly key: string;
  readonly code?: string;
  readonly studentId?: string;
  readonly groupId?: string;
}

/**
 * Lets a pupil in, or says why not. In this order: who it is, which session it is for, whether that is cancelled, whether the
 * pupil is in already (T-36), the door's hours, a block or freeze by hand (T-19), and money (T-14). A refusal is an answer, not
 * an error (T-30). Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `TUITION_KEY_REUSED`, `TUITION_LEGACY_COLUMN_MISSING`,
 * `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `LEDGER_ACCOUNT_FROZEN`.
 */
export const checkIn: Operation<TuitionPolicy, CheckInInput, RenderedAnswer> = defineOperation({
  name: 'check-in',
  title: 'Let a pupil into the session that is on, and take it from what is paid',
  input: field.inputOf({
    key: field.key,
    code: field.optional(field.text('The code on the card; this or the pupil', 64)),
    studentId: field.optional(field.id('The pupil; this or the code')),
    groupId: field.optional(field.id('The group, where the door is bound to one; else the one that starts nearest')),
  }),
  writes: true,
  access: { roles: ['server', ...STAFF] },
  answer: renderedAnswerSchema,
  errors: [
    requestKeyReused,
    legacyColumnMissing,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
  ],
  async run(context, input) {
    const scan = readScan(input);
    return render(await runWrite(context, { operation: 'check-in', input }, (call) => answerScan(call, scan)));
  },
});

async function answerScan(call: OperationCall, scan: Scan): Promise<ScanAnswer> {
  const { policy } = call.context;
  const visitor = await findMeeting(call, scan);
  if ('refused' in visitor) {
    return refuseUnseen(call, { ...visitor, groupId: scan.groupId ?? null, date: schoolDate(call.now, policy.zone) });
  }
  const { student, meeting } = visitor;
  const id = { studentId: student.studentId, groupId: meeting.groupId };
  const enrolment = await lockEnrolment(call, id, 'check in for');
  const hours = doorHours(meeting.startsAt, call.now, policy.gate);
  const arrival: Arrival = { enrolment, meeting, hours };
  if (await isCancelled(call, meeting)) return turnAway(call, arrival, 'session_cancelled');
  const attended = await attendancesOf(call.reads, [enrolment], meeting);
  if (attended.has(student.studentId)) return turnAway(call, arrival, 'already_in');
  if (hours.standing !== 'on-time') return turnAway(call, arrival, hours.standing);
  const decision = decideGate(gateFacts(enrolment, policy, call.now));
  return decision.admit ? admit(call, arrival, decision) : turnAway(call, arrival, decision.code);
}

function readScan(input: CheckInInput): Scan {
  const { code, studentId, groupId } = input;
  if ((code === undefined) === (studentId === undefined)) {
    const found = code === undefined ? 'neither a code nor a pupil' : 'both a code and a pupil';
    throw new CarryoverError(inputInvalid, { what: 'a scan', found, expected: 'one of them' });
  }
  return {
    ...(code === undefined ? {} : { code }),
    ...(studentId === undefined ? {} : { studentId: readId('a pupil id', studentId) }),
    ...(groupId === undefined ? {} : { groupId: readId('a group id', groupId) }),
  };
}
