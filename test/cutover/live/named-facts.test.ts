// Marks that name the one fact that was written. The sweep judges each drain: it compares by a path that shares nothing with them, and tells
// as `unseen` what a drain should have brought along.

import { sql, type RawBuilder } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { followLegacy, type Followed } from '../../../src/cutover/run/follow-legacy.ts';
import { returnAccounts } from '../../../src/cutover/switch/return-accounts.ts';
import { switchAccounts } from '../../../src/cutover/switch/switch-accounts.ts';
import { watchCutover } from '../../../src/cutover/watch/watch-cutover.ts';
import { createLedger } from '../../../src/ledger/ledger.ts';
import { verifyLedger } from '../../../src/ledger/verify/verify-ledger.ts';
import { sampleRandom } from '../../../src/systems/sample-random.ts';
import { assumedBackup } from '../../support/assumed-backup.ts';
import { openCafe, type Cafe } from '../../support/cafe.ts';
import { traits } from '../../sql/database-fixture.ts';
import { Till } from './till.ts';

const LIVE = { live: true };
const MEMBERS = 12;

let cafe: Cafe;
let till: Till;
beforeEach(async () => {
  cafe = await openCafe({ members: MEMBERS, stampsPerMember: 7 });
  till = await Till.open(cafe.url);
});
afterEach(async () => {
  await till.close();
  await cafe.close();
});

const context = (variant = LIVE) => cafe.context({ backup: assumedBackup() }, variant);

/** Follows what was written, and holds all accounts against legacy: no drain may leave anything to the sweep. */
async function follow(variant = LIVE): Promise<Followed> {
  const followed = await followLegacy(context(variant));
  expect(followed.sweep).toMatchObject({ different: 0n, inFlight: 0n, unseen: [] });
  return followed;
}

async function write(statement: RawBuilder<unknown>): Promise<void> {
  await till.database.write((trx) => statement.execute(trx));
}

/** The entries of a source, in order, of whatever account. */
async function entriesOf(source: string): Promise<readonly string[]> {
  const rows = await cafe.rows(sql<{ kind: string; owner: string; amount: bigint; entry_key: string }>`
    select a.kind as kind, a.owner as owner, p.amount as amount, p.idempotency_key as entry_key from ${sql.table('carryover_entries')} p
    join ${sql.table('carryover_accounts')} a on a.id = p.account_id where p.source = ${source} order by a.id, p.seq`);
  return rows.map(
    ({ kind, owner, amount, entry_key: key }) => `${kind} ${owner}: ${amount} as ${key.replace(/~\d+$/, '~n')}`,
  );
}

/** What the marks name, in order. */
async function named(): Promise<readonly string[]> {
  const rows = await cafe.rows(sql<{ source: string | null }>`select source from ${sql.table('carryover_marks')}`);
  return rows.map(({ source }) => source ?? 'anything').toSorted();
}

/** Writes to legacy that no trigger notes down. */
async function unseen(statement: RawBuilder<unknown>): Promise<void> {
  const { triggers } = cafe.database.dialect;
  await till.database.write(async (trx) => {
    await triggers.letPass(trx, 'carryover_mirroring');
    await statement.execute(trx);
    await triggers.endPass(trx, 'carryover_mirroring');
  });
}

const given = (id: bigint, member: number, amount: bigint): RawBuilder<unknown> => sql`insert into stamps
  (stamp_id, member_id, card_code, amount, status, stamped_at)
  select ${id}, member_id, card_code, ${amount}, 'given', joined_at from members where member_id = ${BigInt(member)}`;

describe('a fact that was written', () => {
  beforeEach(async () => {
    await cafe.migrate({}, LIVE);
  });

  test('is named by its mark, where the row is one by itself', async () => {
    const id = await till.give(3, 5n);
    await till.redeem(3);
    await write(sql`update members set is_active = not is_active where member_id = 5`);
    expect(await named()).toEqual(['anything', `redemptions:${id + 1n}`, `stamps:${id}`]);
  });

  test('is derived alone: what no trigger saw of the same account is left to the sweep', async () => {
    await unseen(given(900n, 5, 3n));
    await till.give(5, 1n);
    const { drained, sweep } = await followLegacy(context());
    expect(drained).toEqual({ marks: 1n, entries: 1n });
    expect(sweep).toMatchObject({ different: 0n, unseen: [{ kind: 'stamps', owner: '5' }] });
    await follow();
  });

  test('twice between two drains is posted as it is at last, and again when it is changed after that', async () => {
    const id = await till.give(3, 5n);
    await till.change(3, id, { from: 5n, to: 7n });
    expect((await follow()).drained).toEqual({ marks: 2n, entries: 1n });
    for (const [from, to] of [
      [7n, 2n],
      [2n, 9n],
    ] as const) {
      await till.change(3, id, { from, to });
      expect((await follow()).drained).toEqual({ marks: 1n, entries: 1n });
    }
    expect(await entriesOf(`stamps:${id}`)).toEqual([
      `stamps 3: 7 as stamps:${id}`,
      `stamps 3: -5 as stamps:${id}~n`,
      `stamps 3: 7 as stamps:${id}~n`,
    ]);
    await till.takeBack(3, id, 9n);
    expect((await follow()).drained).toEqual({ marks: 1n, entries: 1n });
    expect((await entriesOf(`stamps:${id}`)).at(-1)).toBe(`stamps 3: -9 as stamps:${id}~n`);
  });

  test('without a change of what counts posts nothing', async () => {
    const id = await till.give(3, 5n);
    await follow();
    await write(sql`update stamps set status = 'gift' where stamp_id = ${id}`);
    expect((await follow()).drained).toEqual({ marks: 1n, entries: 0n });
  });

  test('and deleted is reversed, also one that the backfill carried', async () => {
    const id = await till.give(4, 5n);
    await follow();
    await write(sql`delete from stamps where stamp_id in (${id}, 22)`);
    expect((await follow()).drained).toEqual({ marks: 2n, entries: 2n });
    expect(await entriesOf(`stamps:${id}`)).toEqual([`stamps 4: 5 as stamps:${id}`, `stamps 4: -5 as stamps:${id}~n`]);
    expect(await entriesOf('stamps:22')).toHaveLength(2);
  });

  test('and deleted before it was followed leaves nothing behind', async () => {
    const id = await till.give(4, 5n);
    await till.takeBack(4, id, 5n);
    expect((await follow()).drained).toEqual({ marks: 2n, entries: 0n });
    expect(await entriesOf(`stamps:${id}`)).toEqual([]);
  });

  test('and moved to another account is taken from the one and given to the other', async () => {
    const id = await till.give(3, 5n);
    await follow();
    const code = sql`(select card_code from members where member_id = 4)`;
    await write(sql`update stamps set member_id = 4, card_code = ${code} where stamp_id = ${id}`);
    expect((await follow()).drained).toEqual({ marks: 2n, entries: 2n });
    expect(await entriesOf(`stamps:${id}`)).toEqual([
      `stamps 3: 5 as stamps:${id}`,
      `stamps 3: -5 as stamps:${id}~n`,
      `stamps 4: 5 as stamps:${id}`,
    ]);
    await write(sql`update stamps set member_id = 3, card_code = (select card_code from members where member_id = 3), amount = 6
      where stamp_id = ${id}`);
    await follow();
    expect((await entriesOf(`stamps:${id}`)).slice(2)).toEqual([
      `stamps 3: 6 as stamps:${id}~n`,
      `stamps 4: 5 as stamps:${id}`,
      `stamps 4: -5 as stamps:${id}~n`,
    ]);
  });

  test('under another number is another fact', async () => {
    const id = await till.give(3, 5n);
    await follow();
    await write(sql`update stamps set stamp_id = ${id + 50n} where stamp_id = ${id}`);
    expect(await named()).toEqual([`stamps:${id}`, `stamps:${id + 50n}`]);
    expect((await follow()).drained).toEqual({ marks: 2n, entries: 2n });
    expect(await entriesOf(`stamps:${id + 50n}`)).toEqual([`stamps 3: 5 as stamps:${id + 50n}`]);
  });

  test('whose number begins as that of another one is told from it', async () => {
    await write(given(90n, 3, 2n));
    await write(given(900n, 3, 4n));
    await write(given(9001n, 3, 8n));
    await follow();
    await write(sql`update stamps set amount = 3 where stamp_id in (90, 900)`);
    await write(sql`delete from stamps where stamp_id = 9001`);
    await follow();
    await write(sql`update stamps set amount = 5 where stamp_id = 90`);
    expect((await follow()).drained).toEqual({ marks: 1n, entries: 1n });
    expect(await entriesOf('stamps:90')).toHaveLength(3);
    expect(await entriesOf('stamps:900')).toHaveLength(2);
  });

  test('that moves two accounts is followed on both', async () => {
    await till.redeem(6);
    const { drained } = await follow();
    expect(drained).toEqual({ marks: 1n, entries: 2n });
    await write(sql`update redemptions set treats = 3 where redemption_id > 500000`);
    expect((await follow()).drained).toEqual({ marks: 1n, entries: 2n });
  });

  test('by a transaction that is rolled back leaves no mark and no entry', async () => {
    const rolledBack = till.database.write(async (trx) => {
      await till.giveWithin(trx, 3, 5n);
      throw new Error('The barista thinks again.');
    });
    await expect(rolledBack).rejects.toThrow('thinks again');
    expect((await follow()).drained).toEqual({ marks: 0n, entries: 0n });
  });

  test('of nobody who is known is passed over, and followed once there is somebody', async () => {
    await write(sql`insert into stamps (stamp_id, member_id, card_code, amount, status, stamped_at)
      select 900, 77, 'c-77', 6, 'given', joined_at from members where member_id = 1`);
    expect((await follow()).drained).toEqual({ marks: 1n, entries: 0n });
    await write(sql`insert into members (member_id, card_code, joined_at, is_active)
      select 77, 'c-77', joined_at, is_active from members where member_id = 1`);
    await follow();
    expect(await entriesOf('stamps:900')).toEqual(['stamps 77: 6 as stamps:900']);
  });
});

describe('a key is derived whole', () => {
  beforeEach(async () => {
    await cafe.migrate({}, LIVE);
  });

  test('where one of its marks names no fact, together with those that do', async () => {
    await unseen(given(900n, 5, 3n));
    await till.give(5, 1n);
    await till.give(6, 2n);
    await write(sql`update members set is_active = not is_active where member_id = 5`);
    expect((await follow()).drained).toEqual({ marks: 3n, entries: 3n });
  });

  test('where the ledger has no account of it yet', async () => {
    await unseen(sql`insert into members (member_id, card_code, joined_at, is_active)
      select 88, 'c-88', joined_at, is_active from members where member_id = 1`);
    await unseen(given(901n, 88, 4n));
    await write(given(902n, 88, 6n));
    expect((await follow()).drained).toEqual({ marks: 1n, entries: 2n });
  });

  test('and closed, where its owner is gone', async () => {
    const id = await till.give(5, 1n);
    await follow();
    await unseen(sql`delete from members where member_id = 5`);
    await write(sql`delete from stamps where stamp_id = ${id}`);
    await follow();
    const rows = await cafe.rows(
      sql`select status, balance from ${sql.table('carryover_accounts')} where owner = '5' group by status, balance`,
    );
    expect(rows).toEqual([{ status: 'closed', balance: 0n }]);
  });

  test.runIf(traits.concurrentWriters)('before a fact of it is committed that was written earlier', async () => {
    let id = 0n;
    await till.database.handle.transaction().execute(async (trx) => {
      id = await till.giveWithin(trx, 8, 4n);
      await write(sql`update members set is_active = not is_active where member_id = 8`);
      expect((await followLegacy(context())).drained).toEqual({ marks: 1n, entries: 0n });
    });
    expect((await follow()).drained).toEqual({ marks: 1n, entries: 1n });
    expect(await entriesOf(`stamps:${id}`)).toEqual([`stamps 8: 4 as stamps:${id}`]);
  });
});

test('facts that legacy was told by the ledger are followed from there when the accounts are back', async () => {
  await cafe.migrate({}, LIVE);
  const ledger = createLedger(cafe.database);
  try {
    const selection = { who: 'owners', owners: ['3'] } as const;
    await switchAccounts(context(), { selection, cohort: 'first' });
    const [accountId] = await ledger.findAccounts([{ system: 'stamps', kind: 'stamps', owner: '3' }]);
    const coffee = { type: 'post', kind: 'coffee', contra: 'coffees', amount: 4n, key: 'w1' } as const;
    const actor = { kind: 'person', id: 'barista' } as const;
    await ledger.executeOrThrow([{ ...coffee, accountId: accountId ?? 0n, actor }]);
    await watchCutover(context(), { once: true });
    await returnAccounts(context(), { selection });
    await follow();
    for (const [amount, entries] of [
      [9n, 1n],
      [2n, 1n],
      [2n, 0n],
    ] as const) {
      await write(sql`update stamps set amount = ${amount}, status = ${`at ${amount}`} where stamp_id = 1000000`);
      expect((await follow()).drained.entries).toBe(entries);
    }
    await write(sql`delete from stamps where stamp_id = 1000000`);
    expect((await follow()).drained).toEqual({ marks: 1n, entries: 1n });
    const source = 'stamps:1000000';
    expect(await entriesOf(source)).toEqual([
      `stamps 3: 5 as ${source}~n`,
      `stamps 3: -7 as ${source}~n`,
      `stamps 3: -2 as ${source}~n`,
    ]);
  } finally {
    await ledger.close();
  }
});

test('facts are named beside keys of text too', async () => {
  const byText = { live: true, walk: 'text' } as const;
  await cafe.migrate({}, byText);
  const id = await till.give(3, 5n);
  await till.give(4, 2n);
  expect((await follow(byText)).drained).toEqual({ marks: 2n, entries: 2n });
  await till.takeBack(3, id, 5n);
  expect((await follow(byText)).drained).toEqual({ marks: 1n, entries: 1n });
});

test('facts of accounts that keep lots go through the rules of lots one by one', async () => {
  const lotted = { live: true, lotted: true };
  await cafe.migrate({}, lotted);
  const id = await till.give(3, 5n);
  await follow(lotted);
  await till.change(3, id, { from: 5n, to: 8n });
  await till.redeem(4);
  await follow(lotted);
  await till.takeBack(3, id, 8n);
  await follow(lotted);
  expect(await verifyLedger(cafe.database, { system: 'stamps' })).toMatchObject({ outcome: 'clean' });
});

test(
  'whatever is written, in whatever order, each drain brings along what the sweep expects',
  { timeout: 120_000 },
  async () => {
    await cafe.migrate({}, LIVE);
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = sampleRandom(seed);
    const ids: bigint[] = [];
    let next = 2_000n;
    const someId = (): bigint => ids[random.below(Math.max(1, ids.length))] ?? 1n;
    const someMember = (): number => 1 + random.below(MEMBERS);
    const amount = (): bigint => BigInt(1 + random.below(9));
    const writes: readonly (() => RawBuilder<unknown>)[] = [
      () => {
        next += 1n;
        ids.push(next);
        return given(next, someMember(), amount());
      },
      () => sql`update stamps set amount = ${amount()} where stamp_id = ${someId()}`,
      () =>
        sql`update stamps set status = case when status = 'void' then 'given' else 'void' end where stamp_id = ${someId()}`,
      () => sql`delete from stamps where stamp_id = ${someId()}`,
      () => sql`update stamps set member_id = ${BigInt(someMember())} where stamp_id = ${someId()}`,
      () => {
        next += 1n;
        ids.push(next);
        return sql`update stamps set stamp_id = ${next} where stamp_id = ${someId()}`;
      },
      () => sql`update members set is_active = not is_active where member_id = ${BigInt(someMember())}`,
      () => sql`update stamps set amount = amount + 1 where member_id = ${BigInt(someMember())}`,
    ];
    for (let drain = 0; drain < 12; drain += 1) {
      const count = 1 + random.below(12);
      for (let nth = 0; nth < count; nth += 1) await write(random.pick(writes)());
      const { sweep } = await followLegacy(context());
      expect(sweep, `seed ${seed}, drain ${drain}`).toMatchObject({ different: 0n, inFlight: 0n, unseen: [] });
    }
    expect(await verifyLedger(cafe.database, { system: 'stamps' })).toMatchObject({ outcome: 'clean' });
  },
);
