import { sql } from 'kysely';
import { expect } from 'vitest';
import { createSampleSchool } from '../../../src/systems/tuition/sample-school/create-sample-school.ts';
import { sampleTraps } from '../../../src/systems/tuition/sample-school/sample-traps.ts';
import { test } from '../../sql/database-fixture.ts';
import { carry } from './carry-school.ts';
import { findingRows } from './legacy-queries.ts';

/** Every pupil-level trap twice, in a school that loads at once. */
const SMALL = { students: 122, years: 2, seed: 7 };

test('the sample school has every trap of its table, and each is found', async ({ db }) => {
  const { traps, asOf, ...counts } = await createSampleSchool(db, SMALL);
  expect(Object.keys(traps).toSorted()).toEqual(sampleTraps.map(({ code }) => code).toSorted());
  for (const { code, finding } of sampleTraps) {
    expect(traps[code], code).toBeGreaterThan(0);
    if (finding === null) continue;
    const rows = await findingRows(db, finding, { asOf });
    expect(rows.length, `${code} as ${finding}`).toBeGreaterThan(0);
    // One row tells of a whole group of scans, a day or a fee; of the others each pupil has one.
    const isTold = ['attendance-not-counted', 'attendance-status-unknown', 'enrolments-on-one-day'].includes(finding);
    if (!isTold) expect(rows.length, `${code} as ${finding}`).toBeGreaterThanOrEqual(traps[code]);
  }
  expect(counts).toMatchObject({ groups: 6, students: 122 - traps['student-gone'] });
});

test('the sample school is carried whole: nothing is lost and every invariant holds', async ({ db }) => {
  const { asOf, enrolments } = await createSampleSchool(db, SMALL);
  const { verification, analysis } = await carry(db, { asOf, context: { limits: { quarantineRowsMax: 100n } } });
  expect(verification?.accounts).toMatchObject({ compared: BigInt(2 * enrolments), different: 0n });
  expect(verification?.invariants.map(({ outcome }) => outcome)).not.toContain('different');
  const unaccounted = analysis.facts.filter(
    ({ rows, outcomes }) => rows !== outcomes.reduce((sum, outcome) => sum + outcome.rows, 0n),
  );
  expect(unaccounted).toEqual([]);
});

test('the same options make the same rows, and another seed makes another school', async ({ db, open }) => {
  const first = await createSampleSchool(db, { students: 61, years: 1 });
  const { rows } = await sql<
    Record<string, unknown>
  >`select sum(student_id * session_id) as attended from attendances`.execute(db.handle);
  for (const table of ['students', 'groups', 'student_group_enrollments', 'payments', 'sessions', 'attendances']) {
    await sql`drop table ${sql.table(table)}`.execute(db.handle);
  }
  const again = await open();
  expect(await createSampleSchool(again, { students: 61, years: 1 })).toEqual(first);
  const second = await sql<
    Record<string, unknown>
  >`select sum(student_id * session_id) as attended from attendances`.execute(db.handle);
  expect(second.rows).toEqual(rows);
  for (const table of ['students', 'groups', 'student_group_enrollments', 'payments', 'sessions', 'attendances']) {
    await sql`drop table ${sql.table(table)}`.execute(db.handle);
  }
  expect((await createSampleSchool(db, { students: 61, years: 1, seed: 2 })).attendances).not.toBe(first.attendances);
});

test('a sample school too small for its traps is refused', async ({ db }) => {
  await expect(createSampleSchool(db, { students: 60 })).rejects.toThrow(
    /found 60, against a whole number of at least 61/,
  );
});
