import { sql, type RawBuilder } from 'kysely';
import type { TSchema } from 'typebox';
import { Instant } from '../../../base/instant.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import { readId, readJson } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { pageByIdBelow, pageOf, type Page, type PageRequest } from '../queries/pages.ts';
import { runRead } from '../queries/run-read.ts';

/** Which lines of the audit are wanted. */
export interface AuditLogInput extends PageRequest {
  readonly studentId?: string;
  readonly groupId?: string;
  readonly action?: string;
  /** As the audit writes it: `person:42`. */
  readonly by?: string;
  readonly from?: string;
  readonly until?: string;
}

/** One line of the audit. */
export interface AuditRow {
  readonly id: string;
  readonly recordedAt: string;
  readonly action: string;
  /** `enrolment:12:3`, `session:3:2026-03-07`, `group:3`. */
  readonly subject: string | null;
  readonly actor: string;
  readonly role: string | null;
  readonly ipAddress: string | null;
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

const auditSchema: TSchema = answer.answerOf<AuditRow>({
  id: answer.id('The line'),
  recordedAt: answer.instant('When it was written'),
  action: answer.text('What was done, such as payment_recorded'),
  subject: answer.nullable(answer.text('What was acted on, such as enrolment:12:3')),
  actor: answer.text('Who did it, such as person:42'),
  role: answer.nullable(answer.text('In which role')),
  ipAddress: answer.nullable(answer.text('From which address')),
  reason: answer.nullable(answer.text('Why')),
  before: answer.json('What it was before; null where nothing is told'),
  after: answer.json('What it was afterwards; null where nothing is told'),
});

interface StoredLine {
  readonly id: bigint;
  readonly recorded_at: Instant;
  readonly action: string;
  readonly subject: string | null;
  readonly owner: string | null;
  readonly actor: string;
  readonly role: string | null;
  readonly ip_address: string | null;
  readonly reason: string | null;
  readonly before_state: unknown;
  readonly after_state: unknown;
}

/** Reads the audit, newest first; nothing changes or deletes it (T-39). Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`. */
export const auditLog: Operation<TuitionPolicy, AuditLogInput, Page<AuditRow>> = defineOperation({
  name: 'audit-log',
  title: 'Read who changed what, why and from where, newest first',
  input: field.inputOf({
    studentId: field.optional(field.id('About this pupil only')),
    groupId: field.optional(field.id('About this group only')),
    action: field.optional(field.text('Only this action, such as payment_recorded', 64)),
    by: field.optional(field.text('Only by this actor, such as person:42', 191)),
    from: field.optional(field.instant('From this instant on')),
    until: field.optional(field.instant('Before this instant')),
    after: field.optional(field.after),
    limit: field.optional(field.limit),
  }),
  writes: false,
  access: { roles: ['server', 'admin', 'super_admin'] },
  answer: answer.pageOf(auditSchema),
  errors: [],
  run: (context, input) =>
    runRead(context, async ({ source, handle }) => {
      const { instant } = source.expressions;
      const { where, limit } = pageByIdBelow(input, 'u.id');
      const conditions = [
        where,
        ...aboutWhom(input),
        ...(input.action === undefined ? [] : [sql`u.action = ${input.action}`]),
        ...(input.by === undefined ? [] : [sql`u.actor = ${input.by}`]),
        ...(input.from === undefined ? [] : [sql`u.recorded_at >= ${instant(Instant.parse(input.from))}`]),
        ...(input.until === undefined ? [] : [sql`u.recorded_at < ${instant(Instant.parse(input.until))}`]),
      ];
      const { rows } = await sql<StoredLine>`
        select u.id, u.recorded_at, u.action, u.subject, a.owner, u.actor, u.role, u.ip_address, u.reason, u.before_state, u.after_state
        from ${sql.table('carryover_audit')} u left join ${sql.table('carryover_accounts')} a on a.id = u.account_id
        where u.system_name = 'tuition' and ${sql.join(conditions, sql` and `)}
        order by u.id desc limit ${sql.lit(limit + 1)}`.execute(handle);
      return pageOf(rows.map(auditRow), limit);
    }),
});

/** A line is about an enrolment by one of its accounts; about a group also by its subject. */
function aboutWhom({ studentId, groupId }: AuditLogInput): readonly RawBuilder<unknown>[] {
  if (studentId === undefined && groupId === undefined) return [];
  const student = studentId === undefined ? '%' : readId('a pupil id', studentId).toString();
  const group = groupId === undefined ? '%' : readId('a group id', groupId).toString();
  const isItsAccount = sql`u.account_id in (
    select o.id from ${sql.table('carryover_accounts')} o
    where o.system_name = 'tuition' and o.kind in ('sessions', 'money', 'make-up') and o.owner like ${`${student}:${group}`})`;
  if (studentId !== undefined) return [isItsAccount];
  return [sql`(${isItsAccount} or u.subject = ${`group:${group}`} or u.subject like ${`session:${group}:%`})`];
}

function auditRow(line: StoredLine): AuditRow {
  return {
    id: line.id.toString(),
    recordedAt: line.recorded_at.toString(),
    action: line.action,
    subject: line.subject ?? (line.owner === null ? null : `enrolment:${line.owner}`),
    actor: line.actor,
    role: line.role,
    ipAddress: line.ip_address,
    reason: line.reason,
    before: readJson(line.before_state),
    after: readJson(line.after_state),
  };
}
