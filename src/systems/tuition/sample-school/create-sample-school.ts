import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import { Instant } from '../../../base/instant.ts';
import type { Database } from '../../../sql/database.ts';
import { SampleWriter } from '../../sample-writer.ts';
import { createLegacyTables, legacyTables } from './legacy-tables.ts';
import { monthAttendances } from './sample-attendances.ts';
import { SAMPLE_AS_OF, sampleMonths, schoolInstant, WEEKDAYS, type SampleMonth } from './sample-calendar.ts';
import { debtBeside, ordinaryEnrolment, trappedEnrolment, type SampleEnrolment } from './sample-enrolment.ts';
import { hasUnevenFee, meetsTwice, sampleGroups, type SampleGroup } from './sample-groups.ts';
import { monthPayments } from './sample-payments.ts';
import { sampleRandom, type SampleRandom } from '../../sample-random.ts';
import { pupilTrap, sampleTraps, type SampleTrapCode } from './sample-traps.ts';

/** The size of a sample school. */
export interface SampleSchoolOptions {
  /** At least 61, so that every trap has its pupil; 2,000 unless told. */
  readonly students?: number;
  /** About so many payments and attendances, in place of a number of students. */
  readonly facts?: number;
  /** At least 1; 3 unless told. */
  readonly years?: number;
  /** Another seed gives another school of the same kind. */
  readonly seed?: number;
}

/** What was made. The same options make the same rows on every engine. */
export interface SampleSchool {
  readonly asOf: Instant;
  readonly students: number;
  readonly groups: number;
  readonly enrolments: number;
  readonly sessions: number;
  readonly payments: number;
  readonly attendances: number;
  /** How often each trap was planted; none is 0. */
  readonly traps: Readonly<Record<SampleTrapCode, number>>;
}

const STUDENTS_MIN = 61;
/** Measured on the default school; a school of one year has fewer months per pupil. */
const FACTS_PER_STUDENT = 79;
const STUDENTS_PER_GROUP = 80;
const SECOND_GROUP_PERCENT = 20;
/** The day everything was imported anew, within the time that makes a pupil new. */
const IMPORT_AT = Instant.parse('2026-05-20T09:00:00Z');
const IMPORTED_EVERY = 4;

interface School {
  readonly writer: SampleWriter;
  readonly random: SampleRandom;
  readonly months: readonly SampleMonth[];
  readonly groups: readonly SampleGroup[];
  readonly traps: Record<SampleTrapCode, number>;
}

/**
 * Makes the old application's tables in an empty database and fills them with a school whose data has every trap that
 * `sampleTraps` lists. All people are numbers. Throws `INPUT_INVALID` for fewer than 61 students or no year.
 */
export async function createSampleSchool(database: Database, options: SampleSchoolOptions = {}): Promise<SampleSchool> {
  const { years = 3, seed = 1, facts } = options;
  const students = facts === undefined ? (options.students ?? 2_000) : Math.ceil(facts / FACTS_PER_STUDENT);
  atLeast('the number of students', students, STUDENTS_MIN);
  atLeast('the number of years', years, 1);
  await createLegacyTables(database);
  const random = sampleRandom(seed);
  const months = sampleMonths(years);
  const groups = sampleGroups(Math.max(6, Math.round(students / STUDENTS_PER_GROUP)), months, random);
  const traps = Object.fromEntries(sampleTraps.map(({ code }) => [code, 0])) as Record<SampleTrapCode, number>;
  const school: School = { writer: new SampleWriter(database, legacyTables), random, months, groups, traps };
  await writeGroups(school);
  for (let student = 1; student <= students; student += 1) {
    writeStudent(school, student);
    await school.writer.writeFull();
  }
  await school.writer.writeRest();
  const count = (table: string): number => school.writer.count(table);
  return {
    asOf: SAMPLE_AS_OF,
    students: count('students'),
    groups: groups.length,
    enrolments: count('student_group_enrollments'),
    sessions: count('sessions'),
    payments: count('payments'),
    attendances: count('attendances'),
    traps,
  };
}

async function writeGroups({ writer, groups, traps }: School): Promise<void> {
  for (const group of groups) {
    const start = `${Math.floor(group.startMinutes / 60)}`.padStart(2, '0');
    const time = `${start}:${`${group.startMinutes % 60}`.padStart(2, '0')}:00`;
    const teacher = BigInt(1 + (group.id % 8));
    const room = BigInt(1 + (group.id % 5));
    const day = WEEKDAYS[group.weekday] ?? 'Sunday';
    writer.add('groups', [
      `Group ${group.id}`,
      teacher,
      room,
      day,
      time,
      90n,
      BigInt(group.fee),
      3_000n,
      group.active ? 1n : 0n,
    ]);
    traps['eight-sessions'] += meetsTwice(group.id) ? 1 : 0;
    traps['uneven-fee'] += hasUnevenFee(group.id) ? 1 : 0;
    traps['inactive-group'] += group.active ? 0 : 1;
    for (const { id, date, cancelled } of group.sessions.flat()) {
      const reason = cancelled ? 'teacher did not come' : '';
      writer.addWithId('sessions', [
        BigInt(id),
        BigInt(group.id),
        date,
        cancelled ? 0n : 1n,
        cancelled ? 1n : 0n,
        reason,
      ]);
    }
    await writer.writeFull();
  }
}

function writeStudent(school: School, student: number): void {
  const { groups, months, random, writer } = school;
  const trap = pupilTrap(student);
  // The group that has ended takes ordinary pupils only, for a trap shows among active ones.
  const open = groups.slice(0, -1);
  const number = `${student}`.padStart(5, '0');
  if (trap === 'student-gone') school.traps['student-gone'] += 1;
  else {
    const name = student % 2 === 0 ? `Student ${number}` : `طالب ${number}`;
    const createdAt = schoolInstant(months[0]?.firstDay ?? '', 13 * 60);
    const active = trap === 'inactive-pupil' ? 0n : 1n;
    // No country has the code 999.
    writer.addWithId('students', [BigInt(student), number, name, `+9990000${number}`, active, createdAt, createdAt]);
  }
  const group = random.pick(trap === undefined ? groups : open);
  const first =
    trap === undefined
      ? ordinaryEnrolment({ studentId: student, group, trap, months }, random)
      : trappedEnrolment({ studentId: student, group, trap, months });
  writeEnrolment(school, first);
  const others = open.filter(({ id }) => id !== group.id);
  if (trap === 'credit-beside-debt')
    writeEnrolment(school, debtBeside({ studentId: student, group: random.pick(others), trap: undefined, months }));
  else if (random.percent(SECOND_GROUP_PERCENT)) {
    writeEnrolment(
      school,
      ordinaryEnrolment({ studentId: student, group: random.pick(others), trap: undefined, months }, random),
    );
  }
}

function writeEnrolment(school: School, enrolment: SampleEnrolment): void {
  const { months, random, traps, writer } = school;
  const { studentId, group, trap, customFee } = enrolment;
  const isNew = trap === 'new-payer' || trap === 'new-unpaid';
  const imported = studentId % IMPORTED_EVERY === 0 && !isNew;
  const enrolledAt = imported ? IMPORT_AT : schoolInstant(enrolment.startDay, 12 * 60);
  const fee = customFee === null ? null : BigInt(customFee);
  writer.add('student_group_enrollments', [
    BigInt(studentId),
    BigInt(group.id),
    enrolment.financialStatus,
    fee,
    enrolledAt,
    enrolment.active ? 1n : 0n,
  ]);
  traps['import-day'] += imported ? 1 : 0;
  if (trap !== undefined && trap !== 'student-gone') traps[trap] += 1;
  for (const month of months.slice(enrolment.fromMonth, enrolment.toMonth)) {
    const scans = monthAttendances(enrolment, month.index, random);
    for (const scan of scans) {
      const [color, reason] = scan.letIn ? ['green', ''] : ['red', scan.status];
      writer.add('attendances', [
        BigInt(studentId),
        BigInt(scan.sessionId),
        scan.scannedAt,
        scan.status,
        color,
        scan.letIn ? 1n : 0n,
        reason,
        BigInt(scan.minutesLate),
      ]);
      traps['scans-not-counted'] += scan.counted ? 0 : 1;
    }
    const attended = scans.filter(({ counted }) => counted).length;
    for (const payment of monthPayments(enrolment, month, { attended, random })) {
      writer.add('payments', [
        BigInt(studentId),
        BigInt(payment.groupId),
        payment.month,
        BigInt(payment.due),
        BigInt(payment.paid),
        payment.paidAt,
        BigInt(payment.attended),
        payment.status,
        '',
      ]);
    }
  }
}

function atLeast(what: string, found: number, expected: number): void {
  if (Number.isInteger(found) && found >= expected) return;
  throw new CarryoverError(inputInvalid, {
    what: `${what} of a sample school`,
    found: String(found),
    expected: `a whole number of at least ${expected}`,
  });
}
