import { Type } from 'typebox';
import Value from 'typebox/value';
import { sql, type RawBuilder } from 'kysely';
import type { Handle } from '../../../sql/engine.ts';
import type { Addressee, NoAddressee, NoticeSource, StoredNotice } from '../../../notices/notice-source.ts';
import type { SystemNoticeSettings } from '../../../notices/settings.ts';
import { internationalNumber } from '../../../notices/texts/phone-number.ts';
import type { OperationContext } from '../../operation.ts';
import type { TuitionPolicy } from '../policy.ts';
import { asFlag, columnOrNull } from '../queries/legacy-reads.ts';
import { idList } from '../queries/load-groups.ts';
import { aliased, flagOrTrue, type TuitionSource } from '../read-legacy.ts';
import { noticeTemplates } from './notice-templates.ts';

const DECIMAL_ID = '^[0-9]{1,18}$';

const payloadSchema = Type.Object({
  studentId: Type.String({ pattern: DECIMAL_ID }),
  groupId: Type.String({ pattern: DECIMAL_ID }),
  values: Type.Record(Type.String(), Type.String()),
});

/** What a parent is found by. */
export type TuitionNoticePlace = Pick<OperationContext<TuitionPolicy>, 'legacy' | 'policy'>;

/**
 * The notices of the school: to the parent's telephone of the school's own table, with the names of pupil and group as they are when the
 * message is sent. Nobody is told anything about a pupil who has left (T-10).
 */
export function tuitionNotices({ legacy, policy }: TuitionNoticePlace, settings: SystemNoticeSettings): NoticeSource {
  return {
    system: 'tuition',
    templates: noticeTemplates,
    lookUp: async (handle, notices) => {
      const subjects = notices.flatMap((notice) => subjectOf(notice) ?? []);
      const pupils = await loadPupils(legacy, handle, idsOf(subjects, 'studentId'));
      const groups = await loadGroupNames(legacy, handle, idsOf(subjects, 'groupId'));
      const found = new Map<bigint, Addressee | NoAddressee>();
      for (const subject of subjects) {
        const pupil = pupils.get(subject.studentId);
        if (pupil === undefined) continue;
        const group = groups.get(subject.groupId) ?? subject.groupId.toString();
        found.set(subject.noticeId, addresseeOf({ pupil, group, subject }, { settings, zone: policy.zone }));
      }
      return found;
    },
  };
}

interface Subject {
  readonly noticeId: bigint;
  readonly studentId: bigint;
  readonly groupId: bigint;
  readonly values: Readonly<Record<string, string>>;
}

/** Undefined for what this system did not write. */
function subjectOf({ id, payload }: StoredNotice): Subject | undefined {
  if (!Value.Check(payloadSchema, payload)) return undefined;
  const { studentId, groupId, values } = payload;
  return { noticeId: id, studentId: BigInt(studentId), groupId: BigInt(groupId), values };
}

function idsOf(subjects: readonly Subject[], name: 'studentId' | 'groupId'): readonly bigint[] {
  return [...new Set(subjects.map((subject) => subject[name]))];
}

interface Pupil {
  readonly name: string;
  readonly phone: string | null;
  readonly isActive: boolean;
}

function addresseeOf(
  { pupil, group, subject }: { readonly pupil: Pupil; readonly group: string; readonly subject: Subject },
  { settings, zone }: { readonly settings: SystemNoticeSettings; readonly zone: string },
): Addressee | NoAddressee {
  if (!pupil.isActive) return { skip: 'inactive' };
  const phone = pupil.phone === null ? undefined : internationalNumber(pupil.phone, settings.country);
  return {
    ...(phone === undefined ? {} : { phone }),
    language: settings.language,
    zone,
    values: { ...subject.values, pupil: pupil.name, group },
  };
}

const students = { alias: 'st', table: 'students' };

async function loadPupils(
  source: TuitionSource,
  handle: Handle,
  ids: readonly bigint[],
): Promise<ReadonlyMap<bigint, Pupil>> {
  if (ids.length === 0) return new Map();
  const { text } = source.expressions;
  const own = (column: string): ReturnType<typeof columnOrNull> =>
    columnOrNull(source, { ...students, column }, (value: RawBuilder<unknown>) => text(value));
  const id = source.column('st', 'students', 'student_id');
  const { rows } = await sql<{
    id: bigint;
    name: string | null;
    code: string | null;
    phone: string | null;
    active: bigint;
  }>`
    select ${id} as id, ${own('full_name')} as name, ${own('student_code')} as code, ${own('parent_phone')} as phone,
      ${asFlag(flagOrTrue(source, students, 'is_active'))} as active
    from ${aliased(source, students)} where ${id} in (${idList(ids)})`.execute(handle);
  return new Map(
    rows.map((row) => [
      row.id,
      { name: row.name ?? row.code ?? row.id.toString(), phone: row.phone, isActive: row.active === 1n },
    ]),
  );
}

async function loadGroupNames(
  source: TuitionSource,
  handle: Handle,
  ids: readonly bigint[],
): Promise<ReadonlyMap<bigint, string>> {
  if (ids.length === 0 || !source.has('groups', 'group_name')) return new Map();
  const id = source.column('g', 'groups', 'group_id');
  const name = source.expressions.text(source.column('g', 'groups', 'group_name'));
  const { rows } = await sql<{ id: bigint; name: string | null }>`
    select ${id} as id, ${name} as name from ${aliased(source, { alias: 'g', table: 'groups' })}
    where ${id} in (${idList(ids)})`.execute(handle);
  return new Map(rows.flatMap((row) => (row.name === null ? [] : [[row.id, row.name]])));
}
