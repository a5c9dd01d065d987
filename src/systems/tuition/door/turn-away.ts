import { clockTime, type Meeting } from '../calendar/school-calendar.ts';
import type { DoorHours } from '../gate/door-hours.ts';
import { scanTexts, type ScanCode, type TextParams } from '../gate/scan-texts.ts';
import type { NoticeType } from '../notices/notice-templates.ts';
import { refusalParams } from '../queries/credit-status-of.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';
import type { Student } from '../queries/load-students.ts';
import { notify } from '../writes/notify.ts';
import type { OperationCall } from '../writes/operation-call.ts';
import { settleEnrolment } from '../writes/settle-enrolment.ts';
import { recordAttempt } from './record-attempt.ts';
import { answer, NO_NUMBERS, numbersOf, type ScanAnswer } from './scan-answer.ts';

/** A pupil at the door of a session, with the accounts locked. */
export interface Arrival {
  readonly enrolment: EnrolmentFacts;
  readonly meeting: Meeting;
  readonly hours: DoorHours;
}

/** Somebody for whom no session was found. */
export interface Unseen {
  readonly refused: ScanCode;
  readonly student: Student | undefined;
  readonly groupId: bigint | null;
  readonly date: string;
}

/** Answers a scan that is for no session, and writes it down. */
export async function refuseUnseen(call: OperationCall, unseen: Unseen): Promise<ScanAnswer> {
  const { refused: code, student, groupId, date } = unseen;
  const studentId = student?.studentId ?? null;
  const { color } = scanTexts[code];
  await recordAttempt(call, { studentId, groupId, date, color, code, params: {}, shadow: false });
  return answer(code, {
    params: {},
    studentId: studentId?.toString() ?? null,
    groupId: groupId?.toString() ?? null,
    sessionDate: date,
    ...NO_NUMBERS,
    makeUp: false,
    shadow: false,
  });
}

/**
 * Answers a pupil who is not let in, or is in already. A refusal for money puts the block on (T-14) and tells the parent; all of it
 * in the one transaction. Whoever is in already is not refused: nothing is written, nobody is told (T-36).
 */
export async function turnAway(call: OperationCall, arrival: Arrival, code: ScanCode): Promise<ScanAnswer> {
  const isMoney = code === 'credit_exceeded' || code === 'new_student_no_payment';
  const settled = isMoney ? await settleEnrolment(call, arrival.enrolment, { refused: true }) : undefined;
  const enrolment = settled?.enrolment ?? arrival.enrolment;
  const params = arrivalParams(call, { ...arrival, enrolment });
  const { studentId, groupId } = enrolment;
  const { date } = arrival.meeting;
  if (code !== 'already_in') {
    const { color } = scanTexts[code];
    await recordAttempt(call, { studentId, groupId, date, color, code, params, shadow: false });
    const type = noticeOf(code, arrival.enrolment);
    if (type !== undefined) await notify(call, [{ type, enrolment, occasion: date, values: params }]);
  }
  return answer(code, {
    params,
    studentId: studentId.toString(),
    groupId: groupId.toString(),
    sessionDate: date,
    ...numbersOf(enrolment),
    makeUp: false,
    shadow: false,
  });
}

/** What texts at the door may be filled with. */
export function arrivalParams(call: OperationCall, { enrolment, meeting, hours }: Arrival): TextParams {
  const { policy } = call.context;
  return {
    ...refusalParams(enrolment, policy),
    start: meeting.startsAt === null ? '—' : clockTime(meeting.startsAt, policy.zone),
    time: clockTime(call.now, policy.zone),
    minutes: hours.minutes.toString(),
    opens: policy.gate.opensMinutesBefore.toString(),
  };
}

/** The first refusal for credit is the automatic block; later ones say that it still holds. */
function noticeOf(code: ScanCode, before: EnrolmentFacts): NoticeType | undefined {
  switch (code) {
    case 'new_student_no_payment':
      return 'payment_block_new';
    case 'credit_exceeded':
      return before.block === null ? 'payment_block_3rd' : 'payment_block_debt';
    case 'late_blocked':
    case 'very_late':
      return 'late_block';
    default:
      return undefined;
  }
}
