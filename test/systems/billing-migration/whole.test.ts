import { sql } from 'kysely';
import { expect } from 'vitest';
import { test } from '../../sql/database-fixture.ts';
import { carry, rowsOf } from './carry-saas.ts';
import { saas, type Saas } from './saas.ts';

test('U-11: more accounts than a page of a thousand are carried to the last, and counted against the table', async ({
  db,
}) => {
  await many(1_050).write(db);
  const { verification } = await carry(db, { context: { limits: { chunkKeysFirst: 600 } } });
  expect(verification?.accounts).toMatchObject({ compared: 1_050n, different: 0n });
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from carryover_billing_grants`.execute(db.handle);
  expect(rows[0]?.n).toBe(1_050n);
});

test('U-12, U-18: a run that is stopped in the middle says so, leaves only whole users, and goes on where it was', async ({
  db,
}) => {
  await many(60).write(db);
  const stop = new AbortController();
  const throttle = async (): Promise<undefined> => {
    const tables = await db.dialect.introspection.tables(db.handle);
    if (!tables.some(({ name }) => name === db.tableName('carryover_billing_users'))) return;
    const carried = await rowsOf(db, 'carryover_billing_users', 'user_id');
    if (carried.length >= 10) stop.abort();
  };
  const limits = { chunkKeysFirst: 5, chunkKeysMax: 5 };
  await expect(carry(db, { context: { throttle, limits, signal: stop.signal } })).rejects.toThrow(
    /it was asked to stop/,
  );
  const whole = async (): Promise<readonly string[]> => {
    const owners = (await rowsOf<{ owner: string }>(db, 'carryover_accounts', 'owner')).map(({ owner }) => owner);
    const users = await rowsOf<{ user_id: string }>(db, 'carryover_billing_users', 'user_id');
    const grants = await rowsOf<{ user_id: string }>(db, 'carryover_billing_grants', 'user_id');
    const entries = await sql<{ owner: string }>`
      select distinct a.owner as owner from carryover_entries n join carryover_accounts a on a.id = n.account_id order by a.owner`.execute(
      db.handle,
    );
    expect(users.map(({ user_id: id }) => id)).toEqual(owners);
    expect(grants.map(({ user_id: id }) => id)).toEqual(owners);
    expect(entries.rows.map(({ owner }) => owner)).toEqual(owners);
    return owners;
  };
  const before = (await whole()).length;
  expect([before > 0, before < 60]).toEqual([true, true]);
  const { verification } = await carry(db, { context: { limits } });
  expect(verification?.accounts).toMatchObject({ compared: 60n, different: 0n });
  expect(await whole()).toHaveLength(60);
});

function many(users: number): Saas {
  let built = saas();
  for (let number = 1; number <= users; number += 1) built = built.user(`u${String(number).padStart(5, '0')}`);
  return built;
}
