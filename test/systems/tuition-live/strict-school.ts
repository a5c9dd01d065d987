import { sql } from 'kysely';
import type { Database } from '../../../src/sql/database.ts';

/**
 * A school whose application numbers its rows by the database, refuses null, has columns of its own that nobody else knows, and deletes by
 * cascade. Pupils 1 to 3, all in group 1, each with a paid June and one attendance.
 */
export async function writeStrictSchool(database: Database): Promise<void> {
  const { columnTypes: type, traits } = database.dialect;
  const instant = traits.embedded ? 'datetime' : type.instant;
  const student = `student_id ${type.int64} not null, foreign key (student_id) references students (student_id) on delete cascade`;
  const tables: readonly (readonly [string, string])[] = [
    [
      'students',
      `student_id ${type.identity}, full_name varchar(80) not null, student_code varchar(10) not null, is_active boolean not null`,
    ],
    [
      'groups',
      `group_id ${type.identity}, standard_fee decimal(10, 2) not null, schedule_day varchar(10) not null, schedule_time time not null, is_active boolean not null`,
    ],
    [
      'student_group_enrollments',
      `id ${type.identity}, group_id ${type.int64} not null, financial_status varchar(10) not null, enrolled_at ${instant} not null, is_active boolean not null, ${student}`,
    ],
    [
      'payments',
      `payment_id ${type.identity}, group_id ${type.int64} not null, month date not null, amount_due decimal(10, 2) not null,
        amount_paid decimal(10, 2) default 0 not null, payment_date ${instant}, status varchar(10) not null, notes varchar(200) not null,
        changed_at ${instant} not null, printed boolean not null, copies integer not null, day_booked date not null, ${student}`,
    ],
    [
      'sessions',
      `session_id ${type.identity}, group_id ${type.int64} not null, session_date date not null, teacher_attended boolean not null,
        is_cancelled boolean not null, cancellation_reason varchar(200) not null`,
    ],
    [
      'attendances',
      `attendance_id ${type.identity}, session_id ${type.int64} not null, scan_time ${instant} not null, status varchar(15) not null,
        color_code varchar(10) not null, allow_entry boolean not null, minutes_late integer default 0 not null, ${student}`,
    ],
  ];
  // MySQL wants constraints behind all columns, which is where each definition has them.
  for (const [name, columns] of tables)
    await sql`create table ${sql.table(name)} (${sql.raw(columns)})${sql.raw(type.tableSuffix)}`.execute(
      database.handle,
    );
  const rows = [
    `insert into groups (standard_fee, schedule_day, schedule_time, is_active) values (300, 'Friday', '16:00:00', true)`,
    `insert into sessions (group_id, session_date, teacher_attended, is_cancelled, cancellation_reason) values (1, '2026-06-19', true, false, '')`,
    ...[1, 2, 3].flatMap((id) => [
      `insert into students (full_name, student_code, is_active) values ('Pupil', '${id}', true)`,
      `insert into student_group_enrollments (student_id, group_id, financial_status, enrolled_at, is_active) values (${id}, 1, 'normal', '2026-01-05 10:00:00', true)`,
      paymentRow(id, '2026-06-01'),
      `insert into attendances (student_id, session_id, scan_time, status, color_code, allow_entry) values (${id}, 1, '2026-06-19 13:00:00', 'present', 'green', true)`,
    ]),
  ];
  for (const row of rows) await sql.raw(row).execute(database.handle);
}

/** A payment as this application inserts it, 300 for a month. */
export function paymentRow(student: number, month: string): string {
  return `insert into payments (student_id, group_id, month, amount_due, amount_paid, payment_date, status, notes, changed_at, printed, copies, day_booked)
    values (${student}, 1, '${month}', 300, 300, '2026-06-03 10:00:00', 'paid', '', '2026-06-03 10:00:00', true, 1, '2026-06-03')`;
}
