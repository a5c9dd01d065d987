import { sql } from 'kysely';
import type { TSchema } from 'typebox';
import type { Instant } from '../../../base/instant.ts';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { clockTime, meetingOn, meets, schoolDate, type Meeting } from '../calendar/school-calendar.ts';
import { attendancesOf } from '../door/attendance-records.ts';
import { decideGate } from '../gate/decide-gate.ts';
import { scanCodeSchema, textsSchema } from '../gate/scan-schemas.ts';
import { renderScan, type Locale, type ScanCode } from '../gate/scan-texts.ts';
import * as field from '../inputs/input-fields.ts';
import { readDate, readId } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { cancelledSessions } from '../queries/cancelled-sessions.ts';
import { debtOf, refusalParams } from '../queries/credit-status-of.ts';
import { gateFacts, isEnforced } from '../queries/gate-facts.ts';
import type { Reads } from '../queries/legacy-reads.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';
import { loadGroups, type Group } from '../queries/load-groups.ts';
import { allEnrolments } from '../queries/pages.ts';
import { runRead } from '../queries/run-read.ts';

/** The day that is looked at. */
export interface WhoWouldBeRefusedInput {
  /** Absent: today. */
  readonly date?: string;
  readonly groupId?: string;
}

/** A pupil whom the door will refuse. */
export interface ExpectedRefusal {
  readonly studentId: string;
  readonly studentCode: string | null;
  readonly studentName: string | null;
  readonly code: ScanCode;
  readonly text: Readonly<Record<Locale, string>>;
  readonly debt: string;
  /** Sessions over the limit. */
  readonly number: string;
}

/** Who would be refused, group by group in the order of their starts. */
export interface RefusalPreview {
  readonly date: string;
  /** False in the shadow period, when those refused for money are let in and written down (T-41). */
  readonly enforced: boolean;
  readonly groups: readonly {
    readonly groupId: string;
    readonly groupName: string | null;
    /** `16:00` by the school's clocks; null where the group has no time. */
    readonly start: string | null;
    readonly expected: string;
    readonly refused: readonly ExpectedRefusal[];
  }[];
  readonly total: string;
}

const refusalSchema: TSchema = answer.answerOf<ExpectedRefusal>({
  studentId: answer.id('The pupil'),
  studentCode: answer.nullable(answer.text('The code on the card of the pupil')),
  studentName: answer.nullable(answer.text('The name of the pupil')),
  code: scanCodeSchema,
  text: textsSchema,
  debt: answer.wholeText('Sessions attended beyond those paid for'),
  number: answer.wholeText('Sessions over the limit'),
});

const groupSchema: TSchema = answer.answerOf<RefusalPreview['groups'][number]>({
  groupId: answer.id('The group'),
  groupName: answer.nullable(answer.text('The name of the group')),
  start: answer.nullable(answer.text('When it starts by the clocks of the school, such as 16:00')),
  expected: answer.wholeText('Pupils who are expected'),
  refused: answer.list(refusalSchema, 'Pupils whom the door will refuse'),
});

const refusalPreviewSchema: TSchema = answer.answerOf<RefusalPreview>({
  date: answer.date('The day'),
  enforced: answer.flag('False while those refused for money are let in and written down'),
  groups: answer.list(groupSchema, 'The groups in the order of their starts'),
  total: answer.wholeText('Pupils whom the door will refuse in all'),
});

/**
 * Tells who would be refused on a day for money, a block or a freeze, as things stand now; those who are in already and sessions
 * that are cancelled are left out. The same decision as the door's, with the gate taken as enforced (T-24, T-41). Throws
 * `ROLE_INSUFFICIENT`, `INPUT_INVALID`.
 */
export const whoWouldBeRefusedToday: Operation<TuitionPolicy, WhoWouldBeRefusedInput, RefusalPreview> = defineOperation(
  {
    name: 'who-would-be-refused-today',
    title: 'Tell whom the door would refuse today, group by group',
    input: field.inputOf({
      date: field.optional(field.date('The day; else today')),
      groupId: field.optional(field.id('Of this group only')),
    }),
    writes: false,
    access: { roles: ['server', ...STAFF] },
    answer: refusalPreviewSchema,
    errors: [],
    run: (context, input) =>
      runRead(context, async (reads, now) => {
        const { policy } = context;
        const date = input.date === undefined ? schoolDate(now, policy.zone) : readDate('the day', input.date);
        const groupIds = input.groupId === undefined ? ('active' as const) : [readId('a group id', input.groupId)];
        const groups = await loadGroups(reads, { groupIds, dates: [date] });
        const cancelled = await cancelledSessions(reads, date);
        const meeting = groups
          .filter(
            (group) => group.isActive && meets(group.schedule, date, policy.zone) && !cancelled.has(group.groupId),
          )
          .map((group) => ({ group, meeting: meetingOn(group.schedule, date, policy.zone) }))
          .toSorted((one, other) => compareStarts(one.meeting, other.meeting));
        const previews = [];
        for (const each of meeting) previews.push(await previewOf(reads, { ...each, now }));
        const total = previews.reduce((sum, { refused }) => sum + refused.length, 0);
        return { date, enforced: isEnforced(policy, now), groups: previews, total: total.toString() };
      }),
  },
);

async function previewOf(
  reads: Reads,
  { group, meeting, now }: { readonly group: Group; readonly meeting: Meeting; readonly now: Instant },
): Promise<RefusalPreview['groups'][number]> {
  const { policy } = reads.source;
  const where = sql<boolean>`e.group_id = ${group.groupId} and e.active = 1`;
  const enrolments: EnrolmentFacts[] = [];
  for await (const enrolment of allEnrolments(reads, { where, now }))
    if (enrolment.isMasterActive) enrolments.push(enrolment);
  const attended = await attendancesOf(reads, enrolments, meeting);
  const expected = enrolments.filter(({ studentId }) => !attended.has(studentId));
  return {
    groupId: group.groupId.toString(),
    groupName: group.name,
    start: meeting.startsAt === null ? null : clockTime(meeting.startsAt, policy.zone),
    expected: expected.length.toString(),
    refused: expected.flatMap((enrolment) => refusal(enrolment, policy, now)),
  };
}

function refusal(enrolment: EnrolmentFacts, policy: TuitionPolicy, now: Instant): readonly ExpectedRefusal[] {
  const decision = decideGate({ ...gateFacts(enrolment, policy, now), enforced: true });
  if (decision.admit) return [];
  const params = refusalParams(enrolment, policy);
  return [
    {
      studentId: enrolment.studentId.toString(),
      studentCode: enrolment.studentCode,
      studentName: enrolment.studentName,
      code: decision.code,
      text: renderScan(decision.code, params),
      debt: debtOf(enrolment).toString(),
      number: params['number'] ?? '0',
    },
  ];
}

function compareStarts(one: Meeting, other: Meeting): number {
  if (one.startsAt === null || other.startsAt === null)
    return one.startsAt === other.startsAt ? 0 : one.startsAt === null ? 1 : -1;
  return one.startsAt.compare(other.startsAt);
}
