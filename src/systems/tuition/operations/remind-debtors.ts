import { sql } from 'kysely';
import type { TSchema } from 'typebox';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { schoolDate } from '../calendar/school-calendar.ts';
import * as field from '../inputs/input-fields.ts';
import type { TuitionPolicy } from '../policy.ts';
import { debtOf } from '../queries/credit-status-of.ts';
import { owesSessions, selected } from '../queries/enrolment-filters.ts';
import { allEnrolments } from '../queries/pages.ts';
import { requestKeyReused } from '../tuition-errors.ts';
import { isUnderLedger } from '../writes/lock-enrolments.ts';
import { notify, type TuitionNotice } from '../writes/notify.ts';
import { runWrite } from '../writes/operation-call.ts';

/** Whose parents are reminded. */
export interface RemindDebtorsInput {
  readonly key: string;
  readonly groupId?: string;
}

/** How many pupils a reminder is about. */
export interface RemindDebtorsAnswer {
  readonly date: string;
  readonly pupils: string;
}

const remindDebtorsSchema: TSchema = answer.answerOf<RemindDebtorsAnswer>({
  date: answer.date('The day of the reminder'),
  pupils: answer.wholeText('How many pupils a reminder is about'),
});

/**
 * Puts a reminder into the outbox for every pupil with one unpaid session, at most one a day; from two on, the door's own
 * warnings say it. The frozen are left in peace, and nobody is reminded while legacy decides the balance. Throws
 * `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `TUITION_KEY_REUSED`.
 */
export const remindDebtors: Operation<TuitionPolicy, RemindDebtorsInput, RemindDebtorsAnswer> = defineOperation({
  name: 'remind-debtors',
  title: 'Remind the parents of pupils with one unpaid session, at most once a day',
  input: field.inputOf({ key: field.key, groupId: field.optional(field.id('Of this group only')) }),
  writes: true,
  access: { roles: ['server', 'admin', 'super_admin'] },
  answer: remindDebtorsSchema,
  errors: [requestKeyReused],
  run: (context, input) =>
    runWrite(context, { operation: 'remind-debtors', input }, async (call) => {
      const date = schoolDate(call.now, context.policy.zone);
      const where = sql<boolean>`${selected(input)} and ${owesSessions} and s.balance = -1`;
      const notices: TuitionNotice[] = [];
      for await (const enrolment of allEnrolments(call.reads, { where, now: call.now })) {
        if (!isUnderLedger(enrolment) || !enrolment.isMasterActive || enrolment.override?.effect === 'freeze') continue;
        const values = { debt: debtOf(enrolment).toString() };
        notices.push({ type: 'payment_reminder', enrolment, occasion: date, values });
      }
      await notify(call, notices);
      return { date, pupils: notices.length.toString() };
    }),
});
