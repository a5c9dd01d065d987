import { sql, type RawBuilder } from 'kysely';
import type { CapturedRow, CapturedTable, SubjectRow } from '../../../cutover/live-descriptor.ts';
import type { Fragment } from '../../../sql/contract/expressions.ts';

/**
 * The school's tables, each with the enrolments that a row concerns, and what is refused once the ledger decides for one of them. Balances
 * are payments, attendances, sessions and the enrolment itself; so those are refused. Pupils and groups hold names, telephones,
 * schedules and fees, which the school goes on editing there and the operations read there: only a row that goes, or takes another
 * number, is refused, because a cascade would take payments along, which on some engines no trigger of their own would see.
 */
export const tuitionCaptured: readonly CapturedTable[] = [
  {
    table: 'students',
    subjects: (row) => enrolmentsWhere(row, 'student_id'),
    decides: ['sessions', 'money'],
    instead: 'carryover tuition change-enrolment',
    refuses: { columns: ['student_id'] },
  },
  {
    table: 'groups',
    subjects: (row) => enrolmentsWhere(row, 'group_id'),
    decides: ['sessions', 'money'],
    instead: 'carryover tuition change-enrolment',
    refuses: { columns: ['group_id'] },
  },
  {
    // Status, fee and activity move no balance, but they are the ledger's from the switch on as well: the door and the floor go by them.
    table: 'student_group_enrollments',
    subjects: ownSubject,
    decides: ['sessions', 'money'],
    instead: 'carryover tuition change-enrolment',
  },
  {
    table: 'payments',
    subjects: ownSubject,
    decides: ['sessions', 'money'],
    instead: 'carryover tuition record-payment',
  },
  {
    // Where policy counts sessions, each one changes what a month of the whole group buys, and with it the money that is left over. It
    // is refused only for those who came to it: the application lets the others into a new session as long as legacy decides for them.
    table: 'sessions',
    subjects: (row) => enrolmentsWhere(row, 'group_id'),
    decides: ['sessions', 'money'],
    instead: 'carryover tuition cancel-session',
    refuses: { subjects: attendeesOf },
  },
  {
    table: 'attendances',
    subjects: attendee,
    decides: ['sessions'],
    instead: 'carryover tuition check-in',
    // Payments are none: what one buys depends on all others of its price.
    fact: { column: 'attendance_id', prefix: 'attendances:' },
  },
];

const ENROLMENTS = 'student_group_enrollments';

function ownSubject(row: CapturedRow): RawBuilder<SubjectRow> {
  return sql<SubjectRow>`select ${subject(row, row.column('student_id'), row.column('group_id'))}`;
}

/** Every enrolment that has the row's key. */
function enrolmentsWhere(row: CapturedRow, key: 'student_id' | 'group_id'): RawBuilder<SubjectRow> {
  const e = (column: string): Fragment => row.columnOf('e', ENROLMENTS, column);
  return sql<SubjectRow>`select ${subject(row, e('student_id'), e('group_id'))}
    from ${row.table(ENROLMENTS)} e where ${e(key)} = ${row.column(key)}`;
}

function attendeesOf(row: CapturedRow): RawBuilder<SubjectRow> {
  const a = (column: string): Fragment => row.columnOf('a', 'attendances', column);
  return sql<SubjectRow>`select ${subject(row, a('student_id'), row.column('group_id'))}
    from ${row.table('attendances')} a where ${a('session_id')} = ${row.column('session_id')}`;
}

/** An attendance names the pupil; the group is that of its session. */
function attendee(row: CapturedRow): RawBuilder<SubjectRow> {
  const s = (column: string): Fragment => row.columnOf('s', 'sessions', column);
  return sql<SubjectRow>`select ${subject(row, row.column('student_id'), s('group_id'))}
    from ${row.table('sessions')} s where ${s('session_id')} = ${row.column('session_id')}`;
}

/** The columns of a subject: as the walk's key is written, and as `ownerOf` writes an owner. */
function subject({ expressions: e }: CapturedRow, studentId: Fragment, groupId: Fragment): RawBuilder<unknown> {
  return sql`${e.text(studentId)} as walk_key, ${e.concat(e.text(studentId), sql.lit(':'), e.text(groupId))} as owner`;
}
