import type { TSchema } from 'typebox';
import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import { Instant } from '../../../base/instant.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { schoolDate } from '../calendar/school-calendar.ts';
import { coversNext } from '../gate/decide-gate.ts';
import * as field from '../inputs/input-fields.ts';
import { readDate } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { debtOf } from '../queries/credit-status-of.ts';
import { selected } from '../queries/enrolment-filters.ts';
import { gateFacts } from '../queries/gate-facts.ts';
import { allEnrolments } from '../queries/pages.ts';
import { requestKeyReused } from '../tuition-errors.ts';
import { notify, type TuitionNotice } from '../writes/notify.ts';
import { runWrite } from '../writes/operation-call.ts';

/** Who is told that the door will refuse, and from when. */
export interface AnnounceGateInput {
  readonly key: string;
  /** Absent: the day from which policy enforces the gate. */
  readonly date?: string;
  readonly groupId?: string;
}

/** How many pupils the announcement is about. */
export interface AnnounceGateAnswer {
  readonly date: string;
  readonly pupils: string;
}

const announceGateSchema: TSchema = answer.answerOf<AnnounceGateAnswer>({
  date: answer.date('The day from which the door refuses'),
  pupils: answer.wholeText('How many pupils the announcement is about'),
});

/**
 * Tells the parents of every pupil whose next session is not covered that the door will refuse from a day on, before it does
 * (T-41). A group at a time where the school wants to spread it; each pupil is told once per day that is announced. Throws
 * `ROLE_INSUFFICIENT`, `INPUT_INVALID` where neither input nor policy names a day, `TUITION_KEY_REUSED`.
 */
export const announceGate: Operation<TuitionPolicy, AnnounceGateInput, AnnounceGateAnswer> = defineOperation({
  name: 'announce-gate',
  title: 'Tell parents of pupils over the limit from when on the door will refuse',
  input: field.inputOf({
    key: field.key,
    date: field.optional(field.date('From which day on; else the day that policy enforces the gate')),
    groupId: field.optional(field.id('Of this group only')),
  }),
  writes: true,
  access: { roles: ['server', 'admin', 'super_admin'] },
  answer: announceGateSchema,
  errors: [requestKeyReused],
  run: (context, input) =>
    runWrite(context, { operation: 'announce-gate', input }, async (call) => {
      const { policy } = context;
      const date = announcedDate(input, policy);
      const notices: TuitionNotice[] = [];
      for await (const enrolment of allEnrolments(call.reads, { where: selected(input), now: call.now })) {
        if (!enrolment.isMasterActive || coversNext(gateFacts(enrolment, policy, call.now))) continue;
        const values = { date, debt: debtOf(enrolment).toString() };
        notices.push({ type: 'gate_announcement', enrolment, occasion: date, values });
      }
      await notify(call, notices);
      return { date, pupils: notices.length.toString() };
    }),
});

function announcedDate({ date }: AnnounceGateInput, { gate, zone }: TuitionPolicy): string {
  if (date !== undefined) return readDate('the day that is announced', date);
  if (gate.enforcedFrom !== null) return schoolDate(Instant.parse(gate.enforcedFrom), zone);
  throw new CarryoverError(inputInvalid, {
    what: 'the day that is announced',
    found: 'none, and no gate.enforcedFrom in the policy',
    expected: 'one of them',
  });
}
