import { enqueueNotices } from '../../../notices/outbox.ts';
import type { CutoverTables } from '../../../cutover/tables.ts';
import { noticeTemplates, storedParameters, type NoticeType } from '../notices/notice-templates.ts';
import type { TextParams } from '../gate/scan-texts.ts';
import type { OperationCall } from './operation-call.ts';

/** A notice about one pupil in one group. */
export interface TuitionNotice {
  readonly type: NoticeType;
  readonly enrolment: { readonly studentId: bigint; readonly groupId: bigint; readonly isActive: boolean };
  /** What makes it another message of its type: a day, a payment. */
  readonly occasion: string;
  /** The parameters of its template but for names, which are looked up when it is sent. */
  readonly values: TextParams;
}

/**
 * Puts notices into the outbox, in the call's transaction. Nobody is told anything about an enrolment that is not active (T-10);
 * while a cutover works on the school's rows, notices are kept for the record and not sent.
 */
export async function notify(call: OperationCall, notices: readonly TuitionNotice[]): Promise<void> {
  const wanted = notices.filter((notice) => notice.enrolment.isActive);
  if (wanted.length === 0) return;
  const status = (await isCutoverAtWork(call)) ? 'suppressed' : 'pending';
  const rows = wanted.map(
    ({ type, enrolment: { studentId, groupId }, occasion, values }) =>
      ({
        system: 'tuition',
        type,
        dedupeKey: `tuition:${type}:${studentId}:${groupId}:${occasion}`,
        recipient: `student:${studentId}`,
        mandatory: noticeTemplates[type].mandatory,
        payload: { version: noticeTemplates[type].version, studentId, groupId, values: chosen(type, values) },
        status,
        createdAt: call.recordedAt,
      }) as const,
  );
  await enqueueNotices(call.context.database, call.trx, rows);
}

/** Exactly the parameters of the template, so that none is missing when the notice is sent. */
function chosen(type: NoticeType, values: TextParams): TextParams {
  return Object.fromEntries(
    storedParameters(type).map((name) => {
      const value = values[name];
      if (value === undefined) throw new Error(`The notice ${type} lacks its parameter ${name}.`);
      return [name, value];
    }),
  );
}

async function isCutoverAtWork(call: OperationCall): Promise<boolean> {
  const row = await call.trx
    .withTables<CutoverTables>()
    .selectFrom('carryover_cutovers')
    .select('state')
    .where('system_name', '=', 'tuition')
    .executeTakeFirst();
  return row?.state === 'running' || row?.state === 'rolling-back';
}
