import type { SampleEnrolment } from './sample-enrolment.ts';
import type { SampleGroup, SampleSession } from './sample-groups.ts';
import { schoolInstant } from './sample-calendar.ts';
import type { Instant } from '../../../base/instant.ts';
import type { SampleRandom } from '../../sample-random.ts';

/** An attendance row but for its id. */
export interface SampleAttendance {
  readonly sessionId: number;
  readonly scannedAt: Instant;
  readonly status: string;
  readonly letIn: boolean;
  readonly minutesLate: number;
  /** True when it uses up a session: the pupil was let in to a session that took place. */
  readonly counted: boolean;
}

/** Of a hundred scans of a pupil who came: late ones, and those the door refused. The rest are in time. */
const LATE_PERCENT = 8;
const REFUSED_PERCENT = 2;
/** Of a hundred sessions a pupil missed: those the staff marked. */
const ABSENT_MARKED_PERCENT = 40;
/** Of a hundred cancelled sessions: those with a pupil scanned before they were called off. */
const SCANNED_BEFORE_CANCELLED_PERCENT = 15;

/** What a month of sessions left of one pupil. */
export function monthAttendances(
  enrolment: SampleEnrolment,
  monthIndex: number,
  random: SampleRandom,
): readonly SampleAttendance[] {
  const sessions = (enrolment.group.sessions[monthIndex] ?? []).filter(({ date }) => date >= enrolment.startDay);
  const scans = sessions.flatMap((session) => attendance(enrolment, session, random));
  const [first, ...others] = scans;
  const isTrapMonth = monthIndex === enrolment.fromMonth + 1;
  if (enrolment.trap !== 'status-typo' || !isTrapMonth || first === undefined) return scans;
  return [{ ...first, status: 'Attended?', counted: false }, ...others];
}

function attendance(
  enrolment: SampleEnrolment,
  session: SampleSession,
  random: SampleRandom,
): readonly SampleAttendance[] {
  const { group } = enrolment;
  const came = random.percent(enrolment.comesPercent);
  if (session.cancelled && !random.percent(SCANNED_BEFORE_CANCELLED_PERCENT)) return [];
  if (!came) {
    if (enrolment.comesPercent === 0 || !random.percent(ABSENT_MARKED_PERCENT)) return [];
    return [scan({ group, session, status: 'absent', letIn: false, minutesLate: 0 })];
  }
  if (random.percent(REFUSED_PERCENT)) {
    const [status, minutesLate] = random.pick([
      ['late_blocked', 9],
      ['very_late', 20],
      ['blocked_payment', -5],
    ] as const);
    return [scan({ group, session, status, letIn: false, minutesLate })];
  }
  if (random.percent(LATE_PERCENT))
    return [scan({ group, session, status: 'late', letIn: true, minutesLate: 1 + random.below(9) })];
  return [scan({ group, session, status: 'present', letIn: true, minutesLate: -random.below(20) })];
}

function scan(seen: {
  readonly group: SampleGroup;
  readonly session: SampleSession;
  readonly status: string;
  readonly letIn: boolean;
  readonly minutesLate: number;
}): SampleAttendance {
  const { group, session, status, letIn, minutesLate } = seen;
  return {
    sessionId: session.id,
    scannedAt: schoolInstant(session.date, group.startMinutes + minutesLate),
    status,
    letIn,
    minutesLate: Math.max(0, minutesLate),
    counted: letIn && !session.cancelled,
  };
}
