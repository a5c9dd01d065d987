// Three ways to note down which rows were written, each followed while two writers overlap. Two of them lose an update without a word;
// they are here so that nobody simplifies ours into one of them.

import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { followLegacy } from '../../../src/cutover/run/follow-legacy.ts';
import { openDatabase, type Database } from '../../../src/sql/database.ts';
import type { Trx } from '../../../src/sql/engine.ts';
import { assumedBackup } from '../../support/assumed-backup.ts';
import { openCafe, type Cafe } from '../../support/cafe.ts';
import { traits } from '../../sql/database-fixture.ts';
import { Till } from './till.ts';

const LIVE = { live: true };

let cafe: Cafe;
beforeEach(async () => {
  cafe = await openCafe({ members: 8, stampsPerMember: 3 });
});
afterEach(() => cafe.close());

/** Points of one member, and a copy of them that a follower keeps up to date. */
async function createPoints(database: Database, notes: string): Promise<void> {
  const { tableSuffix } = database.dialect.columnTypes;
  for (const statement of [
    `create table points (member integer not null primary key, points integer not null)${tableSuffix}`,
    `create table followed (member integer not null primary key, points integer not null)${tableSuffix}`,
    notes + tableSuffix,
    'insert into points values (1, 0)',
    'insert into followed values (1, 0)',
  ])
    await sql.raw(statement).execute(database.handle);
}

const write = (trx: Trx, points: number): Promise<unknown> => sql`update points set points = ${points}`.execute(trx);
const copy = (trx: Trx): Promise<unknown> =>
  sql`update followed set points = (select points from points where member = 1)`.execute(trx);

async function sides(): Promise<{ readonly points: bigint; readonly followed: bigint }> {
  const [row] = await cafe.rows(sql<{ points: bigint; followed: bigint }>`select
    (select points from points) as points, (select points from followed) as followed`);
  return row ?? { points: -1n, followed: -1n };
}

describe.runIf(traits.concurrentWriters)('an update is lost', () => {
  test('by keys that are inserted if absent: a second write while the first is followed leaves no key behind', async () => {
    await createPoints(cafe.database, 'create table dirty (member integer not null primary key)');
    const note = (trx: Trx): Promise<unknown> =>
      cafe.database.dialect.statements.insertIfAbsent(trx, {
        table: 'dirty',
        columns: ['member'],
        source: sql`select member from points`,
        conflict: ['member'],
      });
    await cafe.database.write(async (trx) => {
      await write(trx, 1);
      await note(trx);
    });
    await cafe.database.write(async (follower) => {
      const { rows } = await sql<{ member: bigint }>`select member from dirty`.execute(follower);
      expect(rows).toHaveLength(1);
      await copy(follower);
      await cafe.database.write(async (writer) => {
        await write(writer, 2);
        await note(writer);
      });
      await sql`delete from dirty where member = 1`.execute(follower);
    });
    expect(await cafe.rows(sql`select member from dirty`)).toEqual([]);
    expect(await sides()).toEqual({ points: 2n, followed: 1n });
  });

  test('by a cursor over numbers: a lower number that is committed later is never read', async () => {
    await createPoints(
      cafe.database,
      `create table log (id ${cafe.database.dialect.columnTypes.identity}, member integer not null)`,
    );
    const note = (trx: Trx): Promise<unknown> => sql`insert into log (member) values (1)`.execute(trx);
    let cursor = 0n;
    const follow = () =>
      cafe.database.write(async (trx) => {
        const { rows } = await sql<{ id: bigint }>`select id from log where id > ${cursor} order by id`.execute(trx);
        if (rows.length > 0) await copy(trx);
        cursor = rows.at(-1)?.id ?? cursor;
        return rows.length;
      });
    await cafe.database.write(async (slow) => {
      await note(slow);
      await cafe.database.write(note);
      expect(await follow()).toBe(1);
      await write(slow, 7);
    });
    expect(await follow()).toBe(0);
    expect(await sides()).toEqual({ points: 7n, followed: 0n });
  });
});

describe.runIf(traits.concurrentWriters)('no update is lost', () => {
  test('by marks that are deleted by the very numbers that were read: a write between reading and deleting leaves its mark', async () => {
    await cafe.migrate({}, LIVE);
    const till = await Till.open(cafe.url);
    const blocker = await openDatabase(cafe.url, { poolMax: 2 });
    try {
      const context = cafe.context({ backup: assumedBackup(), throttle: () => Promise.resolve(undefined) }, LIVE);
      await till.give(3, 5n);
      // The account's row is held, so the drain stands still after it has read marks and legacy, and before it deletes anything.
      const { following } = await blocker.write(async (trx) => {
        await sql`select id from ${sql.table('carryover_accounts')} where kind = 'stamps' and owner = '3' ${blocker.dialect.statements.lockRows()}`.execute(
          trx,
        );
        const started = followLegacy(context);
        started.catch(() => undefined);
        const { introspection } = cafe.database.dialect;
        await expect
          .poll(async () => (await introspection.pressure(cafe.database.handle)).lockWaiters, { timeout: 20_000 })
          .toBe(1);
        await till.give(3, 7n);
        return { following: started };
      });
      const first = await following;
      expect(first.sweep).toMatchObject({ different: 0n, unseen: [] });
      const second = await followLegacy(context);
      expect(first.drained.marks + second.drained.marks).toBeGreaterThanOrEqual(1n);
      expect(second.sweep).toMatchObject({ compared: 16n, different: 0n, inFlight: 0n, unseen: [] });
      const [{ balance } = { balance: -1n }] = await cafe.rows(
        sql<{
          balance: bigint;
        }>`select balance from ${sql.table('carryover_accounts')} where kind = 'stamps' and owner = '3'`,
      );
      const { sumText } = cafe.database.dialect.expressions;
      const [{ given } = { given: '' }] = await cafe.rows(
        sql<{
          given: string;
        }>`select ${sumText(sql`amount`)} as given from stamps where member_id = 3 and status <> 'void'`,
      );
      expect(balance).toBe(BigInt(given));
    } finally {
      await blocker.close();
      await till.close();
    }
  });
});
