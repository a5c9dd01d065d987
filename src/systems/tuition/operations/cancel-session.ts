import { sql } from 'kysely';
import type { TSchema } from 'typebox';
import { formatActor } from '../../../base/actor.ts';
import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { attendancesOf, type SessionOfGroup } from '../door/attendance-records.ts';
import { returnAttendance } from '../door/return-attendance.ts';
import * as field from '../inputs/input-fields.ts';
import { readDate, readId } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { deskTables } from '../queries/desk-tables.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';
import { findGroup } from '../queries/load-groups.ts';
import { requestKeyReused, tuitionUnknown } from '../tuition-errors.ts';
import { appendAudit, enrolmentSubject } from '../writes/append-audit.ts';
import { isClosed, isUnderLedger, lockEnrolments } from '../writes/lock-enrolments.ts';
import { notify } from '../writes/notify.ts';
import { runWrite, type OperationCall } from '../writes/operation-call.ts';

/** A session that does not take place, or should not have. */
export interface CancelSessionInput {
  readonly key: string;
  readonly groupId: string;
  /** The day of the session. */
  readonly date: string;
  readonly reason: string;
}

/** What a cancellation did. */
export interface CancelSessionAnswer {
  readonly groupId: string;
  readonly date: string;
  /** Pupils who got a session back by this call, and by all calls for this session. */
  readonly returned: string;
  readonly returnedInAll: string;
  /** Pupils whose balance legacy still decides: there the application has to cancel the session. */
  readonly leftToLegacy: string;
}

const cancelSessionSchema: TSchema = answer.answerOf<CancelSessionAnswer>({
  groupId: answer.id('The group'),
  date: answer.date('The day of the session'),
  returned: answer.wholeText('Pupils who got a session back by this call'),
  returnedInAll: answer.wholeText('Pupils who got one back by all calls for this session'),
  leftToLegacy: answer.wholeText('Pupils whose balance legacy still decides'),
});

/**
 * Calls a session off: the door turns everybody away from it, and each pupil who was taken a session for it gets it back once,
 * whether scanned here or carried over (T-35). Calling it again gives back only what was taken since. Throws `ROLE_INSUFFICIENT`,
 * `INPUT_INVALID`, `TUITION_KEY_REUSED`, `TUITION_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY` where the ledger decides for nobody in the
 * group, `LEDGER_ACCOUNT_FROZEN`.
 */
export const cancelSession: Operation<TuitionPolicy, CancelSessionInput, CancelSessionAnswer> = defineOperation({
  name: 'cancel-session',
  title: 'Call a session off and give back what was taken for it',
  input: field.inputOf({
    key: field.key,
    groupId: field.groupId,
    date: field.date('The day of the session'),
    reason: field.reason,
  }),
  writes: true,
  access: { roles: ['server', ...STAFF] },
  answer: cancelSessionSchema,
  errors: [
    requestKeyReused,
    tuitionUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'cancel-session', input }, async (call) => {
      const session = {
        groupId: readId('a group id', input.groupId),
        date: readDate('the day of the session', input.date),
      };
      await requireGroup(call, session.groupId);
      // Every account of the group, not only of those who came: a scan at this moment either waits and then sees the
      // cancellation, or is committed and then seen here.
      const enrolments = await lockEnrolments(call, { where: sql<boolean>`e.group_id = ${session.groupId}` });
      const decided = enrolments.filter(isUnderLedger);
      requireSomeAuthority(enrolments, decided);
      const returned = await giveBack(call, decided, { ...session, reason: input.reason });
      const returnedInAll = await recordCancellation(call, session, { reason: input.reason, returned });
      await notify(
        call,
        decided.map((enrolment) => ({
          type: 'session_cancelled',
          enrolment,
          occasion: session.date,
          values: { date: session.date },
        })),
      );
      return {
        groupId: session.groupId.toString(),
        date: session.date,
        returned: returned.toString(),
        returnedInAll: returnedInAll.toString(),
        leftToLegacy: (enrolments.length - decided.length).toString(),
      };
    }),
});

async function requireGroup(call: OperationCall, groupId: bigint): Promise<void> {
  if ((await findGroup(call.reads, groupId)) !== undefined) return;
  throw new CarryoverError(tuitionUnknown, {
    what: 'group',
    id: groupId.toString(),
    expected: 'a group of the school',
    nextStep: 'Correct the group.',
  });
}

function requireSomeAuthority(enrolments: readonly EnrolmentFacts[], decided: readonly EnrolmentFacts[]): void {
  const [first] = enrolments;
  if (first === undefined || decided.length > 0) return;
  throw new CarryoverError(refusalDefinitions.LEDGER_AUTHORITY_LEGACY, {
    attempt: `cancel a session of group "${first.groupId}"`,
    accountId: first.sessions.id.toString(),
  });
}

async function giveBack(
  call: OperationCall,
  enrolments: readonly EnrolmentFacts[],
  session: SessionOfGroup & { readonly reason: string },
): Promise<bigint> {
  const { date, reason } = session;
  const attended = await attendancesOf(call.reads, enrolments, session);
  let returned = 0n;
  for (const enrolment of enrolments) {
    const record = attended.get(enrolment.studentId);
    if (record === undefined || record.from === 'legacy' || isClosed(enrolment)) continue;
    const settled = await returnAttendance(call, enrolment, { record, date, reason });
    await appendAudit(call, [
      {
        action: 'session_cancelled',
        subject: enrolmentSubject(enrolment),
        accountId: record.accountId,
        before: { balance: enrolment.sessions.balance },
        after: { balance: settled.enrolment.sessions.balance, session: date, entry: record.seq },
        reason,
      },
    ]);
    returned += 1n;
  }
  return returned;
}

async function recordCancellation(
  call: OperationCall,
  { groupId, date }: SessionOfGroup,
  { reason, returned }: { readonly reason: string; readonly returned: bigint },
): Promise<bigint> {
  const tables = deskTables(call.trx);
  const earlier = await tables
    .selectFrom('carryover_tuition_cancellations')
    .select('returned')
    .where('group_id', '=', groupId)
    .where('session_date', '=', date)
    .executeTakeFirst();
  if (earlier === undefined) {
    const { statements } = call.context.database.dialect;
    const row = {
      columns: {
        group_id: 'int64',
        session_date: 'text',
        reason: 'text',
        returned: 'int64',
        actor: 'text',
        cancelled_at: 'instant',
      },
      rows: [[groupId, date, reason, returned, formatActor(call.context.actor), call.now]],
    } as const;
    const columns = Object.keys(row.columns);
    // Two calls for an empty group hold no lock in common, and the second must not fail on the first's row.
    const inserted = await statements.insertIfAbsent(call.trx, {
      table: 'carryover_tuition_cancellations',
      columns,
      source: sql`select ${sql.join(columns.map((column) => sql.ref(`c.${column}`)))} from ${statements.rows('c', row)}`,
      conflict: ['group_id', 'session_date'],
    });
    if (inserted > 0n) await auditCancellation(call, { groupId, date, reason, returned });
    return returned;
  }
  await tables
    .updateTable('carryover_tuition_cancellations')
    .set({ returned: earlier.returned + returned })
    .where('group_id', '=', groupId)
    .where('session_date', '=', date)
    .execute();
  return earlier.returned + returned;
}

async function auditCancellation(
  call: OperationCall,
  { groupId, date, reason, returned }: SessionOfGroup & { readonly reason: string; readonly returned: bigint },
): Promise<void> {
  await appendAudit(call, [
    {
      action: 'session_cancelled',
      subject: `session:${groupId}:${date}`,
      accountId: null,
      after: { session: date, returned },
      reason,
    },
  ]);
}
