import { sql } from 'kysely';
import { expect } from 'vitest';
import { createSampleSaas } from '../../../src/systems/billing/sample-saas/create-sample-saas.ts';
import { saasTables } from '../../../src/systems/billing/sample-saas/saas-tables.ts';
import { saasTraps } from '../../../src/systems/billing/sample-saas/saas-traps.ts';
import { writeAsTheOldApp } from '../../../src/systems/billing/sample-saas/write-as-the-old-app.ts';
import { sampleRandom } from '../../../src/systems/sample-random.ts';
import { test } from '../../sql/database-fixture.ts';
import { carry } from './carry-saas.ts';
import { findingRows, usersOf } from './legacy-queries.ts';

/** Every trap twice, in a SaaS that loads at once. */
const SMALL = { users: 106, seed: 7 };
const ROOM_FOR_TRAPS = { quarantineRowsMax: 100n };

test('the sample SaaS has every trap of its table, and each is found', async ({ db }) => {
  const { traps, asOf, ...counts } = await createSampleSaas(db, SMALL);
  for (const { code, finding } of saasTraps) {
    expect(traps[code], code).toBe(2);
    const rows = await findingRows(db, finding, { asOf });
    expect(rows.length, `${code} as ${finding}`).toBeGreaterThanOrEqual(traps[code]);
  }
  expect(counts).toMatchObject({ accounts: 104 });
});

test('the sample SaaS is carried whole: nothing is lost and every invariant holds', async ({ db }) => {
  const { asOf } = await createSampleSaas(db, SMALL);
  const { verification, analysis } = await carry(db, { asOf, context: { limits: ROOM_FOR_TRAPS } });
  expect(verification?.accounts).toMatchObject({ compared: 102n, different: 0n });
  expect(verification?.invariants.filter(({ outcome }) => outcome !== 'equal')).toEqual([]);
  const unaccounted = analysis.facts.filter(
    ({ rows, outcomes }) => rows !== outcomes.reduce((sum, outcome) => sum + outcome.rows, 0n),
  );
  expect(unaccounted).toEqual([]);
});

test('what the old application writes meanwhile keeps both paths agreed, and the next run carries it', async ({
  db,
}) => {
  const { asOf } = await createSampleSaas(db, SMALL);
  await carry(db, { asOf, context: { limits: ROOM_FOR_TRAPS } });
  const random = sampleRandom(42);
  const actions = new Set<string>();
  for (let write = 0; write < 300; write += 1)
    actions.add((await writeAsTheOldApp(db, random, asOf.plusMillis(write * 1_000))).action);
  expect([...actions].toSorted()).toEqual([
    'credits-used',
    'message',
    'purchase-completed',
    'purchase-started',
    'signed-up',
    'subscription-changed',
  ]);
  // Fails unless both paths agree on every balance.
  await usersOf(db, { asOf });
  const { verification } = await carry(db, { asOf, context: { limits: ROOM_FOR_TRAPS } });
  expect(verification?.accounts.different).toBe(0n);
  expect(verification?.invariants.filter(({ outcome }) => outcome !== 'equal')).toEqual([]);
});

test('the same options make the same rows, and another seed makes another SaaS', async ({ db, open }) => {
  const first = await createSampleSaas(db, SMALL);
  const sums = async (): Promise<unknown> =>
    (await sql`select sum(amount_dollars) as bought, count(*) as n from credit_purchases`.execute(db.handle)).rows;
  const before = await sums();
  const drop = async (): Promise<void> => {
    for (const { name } of saasTables) await sql`drop table ${sql.table(name)}`.execute(db.handle);
  };
  await drop();
  expect(await createSampleSaas(await open(), SMALL)).toEqual(first);
  expect(await sums()).toEqual(before);
  await drop();
  await createSampleSaas(db, { ...SMALL, seed: 8 });
  expect(await sums()).not.toEqual(before);
});

test('a sample SaaS too small for its traps is refused', async ({ db }) => {
  await expect(createSampleSaas(db, { users: 52 })).rejects.toThrow(/found 52, against a whole number of at least 53/);
});
