import { sql, type RawBuilder } from 'kysely';
import { Instant } from '../src/base/instant.ts';
import { checkValue } from '../src/base/check-value.ts';
import type { Database } from '../src/sql/database.ts';
import { insertSampleRows, type SampleTableShape, type SampleValue } from '../src/systems/sample-tables.ts';
import { tuitionPolicySchema, type TuitionPolicy } from '../src/systems/tuition/policy.ts';
import { insertLegacyRows } from '../src/systems/tuition/sample-school/insert-legacy-rows.ts';
import { createLegacyTables, legacyTable } from '../src/systems/tuition/sample-school/legacy-tables.ts';

/** What each enrolment of the school has, about as much as those of the sample school: a year of fees, and four sessions a month. */
const MONTHS: readonly string[] = Array.from(
  { length: 12 },
  (_, index) => `2025-${String(index + 1).padStart(2, '0')}-01`,
);
const SESSIONS = 48;
/** Legacy facts of one enrolment. */
export const FACTS_PER_ENROLMENT: number = MONTHS.length + SESSIONS;
const STUDENTS_PER_GROUP = 80;
const FEE = 20_000n;
const YEAR_BEGAN = Instant.parse('2025-01-04T15:00:00Z');
const WEEK_MS = 7 * 86_400_000;
const ROWS_PER_INSERT = 5_000;
/** The present of a run over the school: after its year. */
export const YEAR_AS_OF: Instant = Instant.parse('2026-01-01T12:00:00Z');

/** The policy of a school that sets nothing. */
export function defaultPolicy(): TuitionPolicy {
  const checked = checkValue<TuitionPolicy>(tuitionPolicySchema, {});
  if ('flaw' in checked) throw new Error(`The policy has no default for "${checked.flaw.path}".`);
  return checked.value;
}

/**
 * Makes a school after one year, with as many legacy facts as asked for, rounded to whole enrolments. Payments and attendances are written
 * set-based in order of time, as the application would have: the rows of one pupil lie far apart.
 */
export async function createYearSchool(database: Database, factsWanted: number): Promise<{ readonly facts: number }> {
  const students = Math.round(factsWanted / FACTS_PER_ENROLMENT);
  const groups = Math.ceil(students / STUDENTS_PER_GROUP);
  await createLegacyTables(database);
  await insertNumbered(database, { table: 'groups', count: groups }, (id) => [
    id,
    `Group ${id}`,
    1n,
    1n,
    'Saturday',
    '17:00:00',
    90n,
    FEE,
    3_000n,
    1n,
  ]);
  await insertNumbered(database, { table: 'sessions', count: groups * SESSIONS }, (id) => {
    const week = Number(id - 1n) % SESSIONS;
    return [id, (id - 1n) / BigInt(SESSIONS) + 1n, sessionAt(week).toString().slice(0, 10), 1n, 0n, null];
  });
  const began = YEAR_BEGAN.plusMillis(-WEEK_MS);
  await insertNumbered(database, { table: 'students', count: students }, (id) => [
    id,
    `S${id}`,
    `Pupil ${id}`,
    '+201000000000',
    1n,
    began,
    began,
  ]);
  await insertNumbered(database, { table: 'student_group_enrollments', count: students }, (id) => {
    return [id, id, (id % BigInt(groups)) + 1n, 'normal', null, began, 1n];
  });
  await insertPayments(database, students);
  await insertAttendances(database, students);
  return { facts: students * FACTS_PER_ENROLMENT };
}

function sessionAt(week: number): Instant {
  return YEAR_BEGAN.plusMillis(week * WEEK_MS);
}

async function insertNumbered(
  database: Database,
  { table, count }: { readonly table: string; readonly count: number },
  row: (id: bigint) => readonly SampleValue[],
): Promise<void> {
  for (let start = 1; start <= count; start += ROWS_PER_INSERT) {
    const length = Math.min(ROWS_PER_INSERT, count - start + 1);
    const rows = Array.from({ length }, (_, index) => row(BigInt(start + index)));
    await insertLegacyRows(database, database.handle, { table, rows });
  }
}

/** One payment a month of every enrolment, from a model row of each month. Every tenth paid half. */
async function insertPayments(database: Database, students: number): Promise<void> {
  const rows = MONTHS.map((month, index): readonly SampleValue[] => {
    const paidAt = sessionAt(index * 4).plusMillis(3_600_000);
    return [BigInt(index), 0n, 0n, month, FEE, FEE, paidAt, null, 'paid', null];
  });
  await withModels(database, { ...legacyTable('payments'), rows }, async (model) => {
    await sql`insert into payments
      select t.payment_id * ${sql.lit(students)} + e.id, e.student_id, e.group_id, t.month, t.amount_due,
        case when e.id % 10 = 0 then t.amount_paid / 2 else t.amount_paid end, t.payment_date, t.sessions_attended,
        case when e.id % 10 = 0 then 'partial' else 'paid' end, t.notes
      from ${model} t cross join student_group_enrollments e order by t.payment_id, e.id`.execute(database.handle);
  });
}

/** One attendance of every session of each enrolment. Every seventeenth is an absence, which is no use of a session. */
async function insertAttendances(database: Database, students: number): Promise<void> {
  const rows = Array.from({ length: SESSIONS }, (_, week): readonly SampleValue[] => {
    return [BigInt(week), 0n, 0n, sessionAt(week), 'present', 'green', 1n, '', 0n];
  });
  await withModels(database, { ...legacyTable('attendances'), rows }, async (model) => {
    await sql`insert into attendances
      select t.attendance_id * ${sql.lit(students)} + e.id, e.student_id, (e.group_id - 1) * ${sql.lit(SESSIONS)} + t.attendance_id + 1,
        t.scan_time, case when (e.id + t.attendance_id) % 17 = 0 then 'absent' else t.status end, t.color_code, t.allow_entry,
        t.rejection_reason, t.minutes_late
      from ${model} t cross join student_group_enrollments e order by t.attendance_id, e.id`.execute(database.handle);
  });
}

/** Gives the work a table of model rows, which have the types of the legacy table they are for. */
async function withModels(
  database: Database,
  models: SampleTableShape & { readonly rows: readonly (readonly SampleValue[])[] },
  work: (table: RawBuilder<unknown>) => Promise<void>,
): Promise<void> {
  const { handle } = database;
  const name = `bench_models_of_${models.name}`;
  await sql`create table ${sql.table(name)} as select * from ${sql.table(models.name)} where 1 = 0`.execute(handle);
  await insertSampleRows(database, handle, { shape: { ...models, name }, rows: models.rows });
  await work(sql.table(name));
  await sql`drop table ${sql.table(name)}`.execute(handle);
}
