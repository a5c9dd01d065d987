import type { LegacyColumn, LegacyTable, Walk } from '../../cutover/descriptor.ts';
import type { TypeFamily } from '../../sql/contract/introspection.ts';

const integer: readonly TypeFamily[] = ['integer'];
const decimal: readonly TypeFamily[] = ['decimal', 'integer'];
const text: readonly TypeFamily[] = ['text'];
// A tinyint(1) is an integer to some schema dumps and a boolean to others.
const boolean: readonly TypeFamily[] = ['boolean', 'integer'];
const instant: readonly TypeFamily[] = ['instant'];
// Not an instant: midnight of the school's zone lies in another month in UTC, so a month kept as a point in time has lost its name.
const date: readonly TypeFamily[] = ['date'];
const time: readonly TypeFamily[] = ['time'];

/**
 * The tables a school's application had, under the names of the seed's application. Columns that are not required are those
 * that early versions lacked, and those that only the operations read (names, telephone numbers, schedules).
 */
export const tuitionLegacy: readonly LegacyTable[] = [
  {
    name: 'students',
    required: true,
    columns: [
      needed('student_id', integer),
      spare('student_code', text),
      spare('full_name', text),
      spare('parent_phone', text),
      spare('is_active', boolean),
    ],
  },
  {
    name: 'groups',
    required: true,
    columns: [
      needed('group_id', integer),
      needed('standard_fee', decimal),
      spare('group_name', text),
      spare('teacher_id', integer),
      spare('schedule_day', text),
      spare('schedule_time', time),
      spare('session_duration', integer),
      spare('center_percentage', decimal),
      spare('is_active', boolean),
    ],
  },
  {
    name: 'student_group_enrollments',
    required: true,
    columns: [
      needed('student_id', integer),
      needed('group_id', integer),
      needed('enrolled_at', instant),
      spare('financial_status', text),
      spare('custom_fee', decimal),
      spare('is_active', boolean),
    ],
  },
  {
    name: 'payments',
    required: true,
    columns: [
      needed('payment_id', integer),
      needed('student_id', integer),
      needed('group_id', integer),
      needed('month', date),
      needed('amount_due', decimal),
      needed('amount_paid', decimal),
      needed('payment_date', instant),
      spare('sessions_attended', integer),
      spare('status', text),
    ],
  },
  {
    name: 'sessions',
    required: true,
    columns: [
      needed('session_id', integer),
      needed('group_id', integer),
      needed('session_date', date),
      spare('is_cancelled', boolean),
    ],
  },
  {
    name: 'attendances',
    required: true,
    columns: [
      needed('attendance_id', integer),
      needed('student_id', integer),
      needed('session_id', integer),
      needed('scan_time', instant),
      needed('status', text),
      spare('allow_entry', boolean),
    ],
  },
];

/** Chunks go along the pupils: one pupil's groups, payments and attendances always travel together. */
export const tuitionWalk: Walk = { table: 'student_group_enrollments', column: 'student_id', type: 'integer' };

function needed(name: string, families: readonly TypeFamily[]): LegacyColumn {
  return { name, families, required: true };
}

function spare(name: string, families: readonly TypeFamily[]): LegacyColumn {
  return { name, families, required: false };
}
