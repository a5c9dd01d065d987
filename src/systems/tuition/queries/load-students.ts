import { sql, type RawBuilder } from 'kysely';
import { aliased, flagOrTrue } from '../read-legacy.ts';
import { asFlag, columnOrNull, requireColumns, type Reads } from './legacy-reads.ts';

/** A pupil of the school's own table. The name is for answers to those who may see it, never for logs. */
export interface Student {
  readonly studentId: bigint;
  readonly code: string | null;
  readonly name: string | null;
  readonly isActive: boolean;
}

const students = { alias: 'st', table: 'students' };

/** The pupil with a code, or undefined. Throws `TUITION_LEGACY_COLUMN_MISSING` where pupils have no codes. */
export async function findStudentByCode(reads: Reads, code: string): Promise<Student | undefined> {
  requireColumns(reads.source, 'find a pupil by code', ['students.student_code']);
  const found = await loadStudents(reads, sql<boolean>`${column(reads, 'student_code')} = ${code}`);
  // Some collations take upper and lower case for equal; the exact code is then the one that was meant.
  const row = found.find((student) => student.code === code) ?? found[0];
  return row === undefined ? undefined : studentOf(row);
}

/** The pupil with an id, or undefined. */
export async function findStudent(reads: Reads, studentId: bigint): Promise<Student | undefined> {
  const [row] = await loadStudents(reads, sql<boolean>`${column(reads, 'student_id')} = ${studentId}`);
  return row === undefined ? undefined : studentOf(row);
}

/** The pupils whose parent has a telephone number, however it was typed; the active ones first. */
export async function findStudentsByPhone(reads: Reads, phone: string): Promise<readonly Student[]> {
  requireColumns(reads.source, 'look up a family', ['students.parent_phone']);
  const digits = nationalDigits(phone);
  if (digits.length < PHONE_DIGITS_MIN) return [];
  const stored = reads.source.expressions.text(column(reads, 'parent_phone'));
  const bare = [' ', '-', '(', ')', '.', '/'].reduce<RawBuilder<unknown>>(
    (text, sign) => sql`replace(${text}, ${sql.lit(sign)}, '')`,
    stored,
  );
  const found = await loadStudents(reads, sql<boolean>`${bare} like ${`%${digits}`}`, stored);
  return found.filter((row) => nationalDigits(row.phone ?? '') === digits).map(studentOf);
}

/**
 * The digits of a number without the country and the trunk 0: `01012345678`, `+20 101 234 5678` and `00201012345678` are one
 * number. Ten digits at most, which is what the countries this runs in use; fewer would take two families for one.
 */
export function nationalDigits(phone: string): string {
  return phone.replaceAll(/\D/g, '').slice(-PHONE_DIGITS_MAX).replace(/^0+/, '');
}

const PHONE_DIGITS_MAX = 10;
const PHONE_DIGITS_MIN = 7;

function column({ source }: Reads, name: string): RawBuilder<unknown> {
  return source.column(students.alias, students.table, name);
}

interface StudentRow {
  readonly student_id: bigint;
  readonly code: string | null;
  readonly name: string | null;
  readonly active: bigint;
  readonly phone: string | null;
}

async function loadStudents(
  reads: Reads,
  where: RawBuilder<boolean>,
  phone: RawBuilder<unknown> = sql`null`,
): Promise<readonly StudentRow[]> {
  const { source, handle } = reads;
  const text = (value: RawBuilder<unknown>): RawBuilder<unknown> => source.expressions.text(value);
  const { rows } = await sql<StudentRow>`
    select ${column(reads, 'student_id')} as student_id,
      ${columnOrNull(source, { ...students, column: 'student_code' }, text)} as code,
      ${columnOrNull(source, { ...students, column: 'full_name' }, text)} as name,
      ${asFlag(flagOrTrue(source, students, 'is_active'))} as active, ${phone} as phone
    from ${aliased(source, students)} where ${where}
    order by active desc, student_id`.execute(handle);
  return rows;
}

/** The telephone number stays behind: it was only needed to find the pupil. */
function studentOf({ student_id, code, name, active }: StudentRow): Student {
  return { studentId: student_id, code, name, isActive: active === 1n };
}
