import { expect } from 'vitest';
import { test } from '../../sql/database-fixture.ts';
import { enrolmentsOf, findingRows } from './legacy-queries.ts';
import { school, type School } from './school.ts';

/** The table of docs/systems/tuition.md, in its order. Money in minor units. */
const cases: readonly {
  readonly name: string;
  readonly build: (school: School) => School;
  readonly sessions: bigint;
  readonly money?: bigint;
  /** What the door says next: nothing when the pupil is let in, else the reason and whether the pupil is blocked already. */
  readonly refused?: { readonly reason: string; readonly state: 'open' | 'blocked' };
}[] = [
  { name: '61 days, nothing paid, never came: open', build: (s) => s.pupil({ days: 61 }), sessions: 0n },
  {
    name: '60 days, nothing paid, never came: refused at the door, not blocked',
    build: (s) => s.pupil({ days: 60 }),
    sessions: 0n,
    refused: { reason: 'new_student_no_payment', state: 'open' },
  },
  {
    name: '90 days, nothing paid, came twice: open, the next scan is refused',
    build: (s) => s.pupil({ days: 90 }).attended(2),
    sessions: -2n,
    refused: { reason: 'credit_exceeded_1', state: 'open' },
  },
  {
    name: '90 days, nothing paid, came three times: blocked with credit_exceeded_1',
    build: (s) => s.pupil({ days: 90 }).attended(3),
    sessions: -3n,
    refused: { reason: 'credit_exceeded_1', state: 'blocked' },
  },
  {
    name: '90 days, one month paid, came six times: the next scan is refused',
    build: (s) => s.pupil({ days: 90 }).paid('2026-04', 300).attended(6),
    sessions: -2n,
    refused: { reason: 'credit_exceeded_1', state: 'open' },
  },
  {
    name: '90 days, one month paid, came seven times: blocked with credit_exceeded_1',
    build: (s) => s.pupil({ days: 90 }).paid('2026-04', 300).attended(7),
    sessions: -3n,
    refused: { reason: 'credit_exceeded_1', state: 'blocked' },
  },
  {
    name: '30 days, 60 of 300 paid: no session, and the 60.00 are kept',
    build: (s) => s.pupil({ days: 30 }).paid('2026-06', 60),
    sessions: 0n,
    money: 6_000n,
  },
  {
    name: '450 of 300 paid: four sessions, and the 150.00 above are kept',
    build: (s) => s.pupil({ days: 90 }).paid('2026-04', 450, { status: 'partial' }),
    sessions: 4n,
    money: 15_000n,
  },
  {
    name: 'exempt, a partial row of nothing owed, came nine times: open',
    build: (s) =>
      s.pupil({ days: 90, financialStatus: 'exempt' }).paid('2026-04', 0, { due: 0, status: 'partial' }).attended(9),
    sessions: -5n,
  },
  {
    name: 'an unpaid row with 150 of 300: two sessions',
    build: (s) => s.pupil({ days: 90 }).paid('2026-04', 150, { status: 'unpaid' }),
    sessions: 2n,
  },
  {
    name: 'two paid rows in one month: four sessions where they are one plan',
    build: (s) => s.pupil({ days: 90 }).paid('2026-04', 300).paid('2026-04-15', 300),
    sessions: 4n,
    money: 30_000n,
  },
];

test('number table: each case has the documented balance and answer at the door', async ({ db }) => {
  const all = cases.reduce((built, { build }) => build(built), school());
  await all.write(db);
  const enrolments = await enrolmentsOf(db);
  const refusals = await findingRows(db, 'refused-at-the-door');
  const seen = cases.map(({ name }, index) => {
    const owner = `${index + 1}:1`;
    const { sessions, money } = enrolments[owner] ?? { sessions: undefined, money: undefined };
    const refusal = refusals.find(({ subject }) => subject === `enrolment ${owner}`)?.details;
    return { name, sessions, money, refused: refusal && { reason: refusal['reason'], state: refusal['state'] } };
  });
  expect(seen).toEqual(cases.map(({ name, sessions, money = 0n, refused }) => ({ name, sessions, money, refused })));
});

test('number table: two paid rows in one month are eight sessions where each row is a plan', async ({ db }) => {
  await school().pupil().paid('2026-04', 300).paid('2026-04-15', 300).write(db);
  const { '1:1': enrolment } = await enrolmentsOf(db, { policy: { duplicateMonths: 'each-row' } });
  expect(enrolment).toMatchObject({ sessions: 8n, money: 0n });
  expect(await findingRows(db, 'duplicate-month')).toHaveLength(1);
});

test('number table: the sessions a pupil may still attend are 0 new, 2 returning, 4 new with a month given, 6 returning with a month', async ({
  db,
}) => {
  await school()
    .pupil({ days: 30 })
    .pupil({ days: 90 })
    .pupil({ days: 30 })
    .paid('2026-06', 0, { due: 0 })
    .pupil({ days: 90 })
    .paid('2026-04', 300)
    .write(db);
  const enrolments = Object.values(await enrolmentsOf(db));
  expect(enrolments.map(({ sessions, floor }) => sessions - (floor ?? 0n))).toEqual([0n, 2n, 4n, 6n]);
});
