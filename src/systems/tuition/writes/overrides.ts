import { formatActor } from '../../../base/actor.ts';
import type { Instant } from '../../../base/instant.ts';
import { deskTables } from '../queries/desk-tables.ts';
import type { OverridesTable } from '../tables.ts';
import { appendAudit, enrolmentSubject } from './append-audit.ts';
import { reloadEnrolment } from './lock-enrolments.ts';
import type { OperationCall } from './operation-call.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';

/** A decision by hand about one enrolment (T-19). */
export interface NewOverride {
  readonly effect: OverridesTable['effect'];
  readonly reason: string;
  /** Absent: from now on. */
  readonly from?: Instant | undefined;
  /** Absent: until somebody ends it. */
  readonly until?: Instant | undefined;
}

/** Puts a decision by hand in force, with who, why and until when, and answers the enrolment as it then is. */
export async function setOverride(
  call: OperationCall,
  enrolment: EnrolmentFacts,
  override: NewOverride,
): Promise<EnrolmentFacts> {
  const { studentId, groupId } = enrolment;
  const { effect, reason, from = call.now, until } = override;
  await deskTables(call.trx)
    .insertInto('carryover_tuition_overrides')
    .values({
      student_id: studentId,
      group_id: groupId,
      effect,
      reason,
      actor: formatActor(call.context.actor),
      from_at: from,
      until_at: until ?? null,
      ended_at: null,
      ended_by: null,
    })
    .execute();
  await appendAudit(call, [
    {
      action: 'override_set',
      subject: enrolmentSubject(enrolment),
      accountId: enrolment.sessions.id,
      after: { effect, from, until: until ?? null },
      reason,
    },
  ]);
  return reloadEnrolment(call, enrolment);
}

/** Ends every decision of these kinds that is in force or to come, and answers how many there were. */
export async function endOverrides(
  call: OperationCall,
  enrolment: EnrolmentFacts,
  { effects, reason }: { readonly effects: readonly OverridesTable['effect'][]; readonly reason: string },
): Promise<bigint> {
  const { numUpdatedRows } = await deskTables(call.trx)
    .updateTable('carryover_tuition_overrides')
    .set({ ended_at: call.now, ended_by: formatActor(call.context.actor) })
    .where('student_id', '=', enrolment.studentId)
    .where('group_id', '=', enrolment.groupId)
    .where('effect', 'in', effects)
    .where('ended_at', 'is', null)
    .where((where) => where.or([where('until_at', 'is', null), where('until_at', '>', call.now)]))
    .executeTakeFirst();
  if (numUpdatedRows > 0n) {
    await appendAudit(call, [
      {
        action: 'override_ended',
        subject: enrolmentSubject(enrolment),
        accountId: enrolment.sessions.id,
        before: { effects, count: numUpdatedRows },
        reason,
      },
    ]);
  }
  return numUpdatedRows;
}
