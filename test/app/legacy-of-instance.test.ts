import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { legacyOfInstance, type SystemOnInstance } from '../../src/app/legacy-of-instance.ts';
import { openDatabase } from '../../src/sql/database.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';
import { failureOf } from '../support/failure-of.ts';
import { stampsSystem } from '../support/stamps-system.ts';

let cafe: Cafe;
let on: SystemOnInstance;
beforeEach(async () => {
  cafe = await openCafe({ members: 1, stampsPerMember: 1 });
  on = { instance: 'test', database: cafe.database, system: { descriptor: stampsSystem(), config: {} } };
});
afterEach(() => cafe.close());

async function rename(from: string, to: string): Promise<void> {
  await sql`alter table ${sql.table(from)} rename to ${sql.table(to)}`.execute(cafe.database.handle);
}

test('legacy is looked at once per opened database and configured system', async () => {
  const first = await legacyOfInstance(on);
  expect(first.present.get('members')?.has('vip')).toBe(true);
  await rename('stamps', 'marks');
  expect(await legacyOfInstance(on)).toBe(first);

  const other = await openDatabase(cafe.url);
  try {
    const error = await failureOf(legacyOfInstance({ ...on, database: other }));
    expect(error).toMatchObject({ code: 'CUTOVER_LEGACY_MISMATCH', details: { instance: 'test', system: 'stamps' } });
  } finally {
    await other.close();
  }
  const config = { tables: { stamps: { table: 'marks' } } };
  const mapped = await legacyOfInstance({ ...on, system: { ...on.system, config } });
  expect(mapped.tables.find(({ name }) => name === 'stamps')?.physical).toBe('marks');
});

test('legacy that is not as described names the closest table, and is looked at again once it was corrected', async () => {
  await rename('stamps', 'stampz');
  const error = await failureOf(legacyOfInstance(on));
  expect((error as Error).message).toContain('table "stamps" is missing (the closest is "stampz")');
  await rename('stampz', 'stamps');
  expect((await legacyOfInstance(on)).problems).toEqual([]);
});
