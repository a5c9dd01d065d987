import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { acquireLease } from '../../../src/cutover/record/lease.ts';
import { followLegacy } from '../../../src/cutover/run/follow-legacy.ts';
import { rollbackCutover } from '../../../src/cutover/rollback/rollback-cutover.ts';
import { userObjects } from '../../../src/cutover/record/own-views.ts';
import { openCafe, type Cafe } from '../../support/cafe.ts';
import { failureOf } from '../../support/failure-of.ts';
import { assumedBackup } from '../../support/assumed-backup.ts';
import { traits } from '../../sql/database-fixture.ts';
import { Till } from './till.ts';

let cafe: Cafe;
let till: Till;
beforeEach(async () => {
  cafe = await openCafe({ members: 20, stampsPerMember: 7 });
  till = await Till.open(cafe.url);
});
afterEach(async () => {
  await till.close();
  await cafe.close();
});

const LIVE = { live: true };
const migrate = () => cafe.migrate({}, LIVE);
const follow = () => followLegacy(cafe.context({ backup: assumedBackup() }, LIVE));

/** The balance of a member's stamps, and its entries. */
async function stampsOf(
  member: number,
): Promise<{ readonly balance: bigint; readonly entries: bigint; readonly status: string }> {
  const [row] = await cafe.rows(sql<{ balance: bigint; entries: bigint; status: string }>`
    select a.balance as balance, a.seq as entries, a.status as status from ${sql.table('carryover_accounts')} a
    where a.kind = 'stamps' and a.owner = ${String(member)}`);
  return row ?? { balance: -1n, entries: -1n, status: 'none' };
}

async function marks(): Promise<bigint> {
  const [row] = await cafe.rows(sql<{ n: bigint }>`select count(*) as n from ${sql.table('carryover_marks')}`);
  return row?.n ?? -1n;
}

/** Has the application write each time a transaction has read what it needs and is about to write, for the first of them. */
function writeBetween(...writes: readonly (() => Promise<unknown>)[]): void {
  const { statements } = cafe.database.dialect;
  const beginWriting = statements.beginWriting.bind(statements);
  const waiting = [...writes];
  vi.spyOn(statements, 'beginWriting').mockImplementation(async (trx) => {
    await waiting.shift()?.();
    await beginWriting(trx);
  });
}

describe('writes between what a transaction read and what it writes', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('keep their marks, and are followed by the next', async () => {
    await migrate();
    const [third, fourth] = [await stampsOf(3), await stampsOf(4)];
    await till.give(3, 5n);
    writeBetween(
      () => till.give(3, 7n),
      () => till.give(4, 2n),
    );
    const { sweep } = await follow();
    expect(sweep).toMatchObject({ compared: 40n, different: 0n, inFlight: 0n, unseen: [] });
    expect(await stampsOf(3)).toMatchObject({ balance: third.balance + 12n });
    expect(await stampsOf(4)).toMatchObject({ balance: fourth.balance + 2n });
    expect(await marks()).toBe(0n);
  });

  test('change nothing where another runner took the lease by then: what was read is given up, and its marks stay', async () => {
    await migrate();
    const before = await stampsOf(3);
    await till.give(3, 5n);
    const request = { instance: 'test', system: 'stamps', holder: 'another', ttlMs: 60_000, takeover: true };
    writeBetween(() => acquireLease(till.database, request));
    expect(await failureOf(follow())).toMatchObject({ code: 'CUTOVER_LEASE_LOST' });
    expect(await stampsOf(3)).toEqual(before);
    expect(await marks()).toBe(1n);
  });

  test('are carried where a chunk has read their member already', async () => {
    const members = [1, 2, 3, 8, 9, 15];
    writeBetween(...members.map((member) => () => till.give(member, 4n)));
    await cafe.migrate({ limits: { chunkKeysFirst: 5, chunkKeysMax: 5 } }, LIVE);
    expect((await follow()).sweep).toMatchObject({ compared: 40n, different: 0n, unseen: [] });
    for (const member of members) {
      const [row] = await cafe.rows(sql<{ n: bigint }>`
        select count(*) as n from ${sql.table('carryover_entries')} p join ${sql.table('carryover_accounts')} a on a.id = p.account_id
        where a.kind = 'stamps' and a.owner = ${String(member)} and p.amount = 4 and p.source like 'stamps:5000%'`);
      expect(row?.n).toBe(1n);
    }
  });
});

describe('writes after the backfill', () => {
  beforeEach(async () => {
    await migrate();
  });

  test('are followed: a new row, a changed one, a deleted one, one that changes its owner', async () => {
    const [third, fourth] = [await stampsOf(3), await stampsOf(4)];
    const id = await till.give(3, 5n);
    await till.change(3, id, { from: 5n, to: 4n });
    await till.takeBack(4, await till.give(4, 9n), 9n);
    expect(await marks()).toBe(4n);
    const { drained, sweep } = await follow();
    expect(drained).toEqual({ marks: 4n, entries: 1n });
    expect(sweep).toMatchObject({ compared: 40n, different: 0n, inFlight: 0n, unseen: [] });
    expect(await stampsOf(3)).toMatchObject({ balance: third.balance + 4n });
    expect(await stampsOf(4)).toEqual(fourth);
    await sql`update stamps set member_id = 4, card_code = (select card_code from members where member_id = 4) where stamp_id = ${id}`.execute(
      till.database.handle,
    );
    expect((await follow()).sweep).toMatchObject({ compared: 40n, different: 0n, unseen: [] });
    expect(await stampsOf(3)).toMatchObject({ balance: third.balance });
    expect(await stampsOf(4)).toMatchObject({ balance: fourth.balance + 4n });
  });

  test('that make and remove members open and close their accounts', async () => {
    const joined = cafe.database.dialect.expressions.now();
    await sql`insert into members (member_id, card_code, joined_at, is_active) select 99, 'c-99', ${joined}, is_active from members where member_id = 1`.execute(
      till.database.handle,
    );
    await sql`insert into stamps (stamp_id, member_id, card_code, amount, status, stamped_at) values (900, 99, 'c-99', 6, 'given', ${joined})`.execute(
      till.database.handle,
    );
    expect((await follow()).sweep).toMatchObject({ compared: 42n, different: 0n });
    expect(await stampsOf(99)).toMatchObject({ balance: 6n, status: 'open' });
    await sql`delete from stamps where member_id = 99`.execute(till.database.handle);
    await sql`delete from members where member_id = 99`.execute(till.database.handle);
    expect((await follow()).sweep).toMatchObject({ compared: 40n, different: 0n, unseen: [] });
    expect(await stampsOf(99)).toMatchObject({ balance: 0n, status: 'closed' });
  });

  test('that no trigger saw are found by the sweep, named and repaired', async () => {
    const before = await stampsOf(5);
    const { triggers } = cafe.database.dialect;
    await till.database.write(async (trx) => {
      await triggers.letPass(trx, 'carryover_mirroring');
      await till.giveWithin(trx, 5, 3n);
      await triggers.endPass(trx, 'carryover_mirroring');
    });
    expect(await marks()).toBe(0n);
    const { sweep } = await follow();
    expect(sweep).toMatchObject({ different: 0n, inFlight: 0n });
    expect(sweep.unseen).toEqual([
      { kind: 'stamps', owner: '5', expected: (before.balance + 3n).toString(), ledger: before.balance.toString() },
    ]);
    expect(await stampsOf(5)).toMatchObject({ balance: before.balance + 3n });
    expect((await follow()).sweep.unseen).toEqual([]);
  });

  test('make a migrate that is run again post only what changed, and prove it', async () => {
    const before = await stampsOf(6);
    await till.give(6, 2n);
    const report = await migrate();
    expect(report.verification?.accounts).toMatchObject({ compared: 40n, different: 0n });
    expect(await stampsOf(6)).toMatchObject({ balance: before.balance + 2n, entries: before.entries + 1n });
  });

  test('are not trusted once a trigger is gone, until it is made again', async () => {
    const [name = ''] = cafe.database.dialect.triggers.triggerNames('carryover_capture_stamps_stamps', 'capture');
    for (const statement of cafe.database.dialect.triggers.drop('carryover_capture_stamps_stamps', 'stamps'))
      await sql.raw(statement).execute(cafe.database.handle);
    const error = await failureOf(follow());
    expect(error).toMatchObject({ code: 'CUTOVER_CAPTURE_BROKEN' });
    expect(String(error)).toContain(`stamps.${name}`);
    await till.give(7, 3n);
    expect((await migrate()).verification?.accounts).toMatchObject({ compared: 40n, different: 0n });
    expect((await follow()).sweep).toMatchObject({ different: 0n, unseen: [] });
  });
});

describe('a rollback', () => {
  test('removes the triggers, and leaves the schema of the application as it was', async () => {
    const { introspection } = cafe.database.dialect;
    const schema = async () =>
      introspection.schemaText(cafe.database.handle, userObjects(cafe.database, new Set(['stamp_balances'])));
    const before = await schema();
    await migrate();
    const own = await introspection.schemaText(cafe.database.handle, (name) => name !== 'stamp_balances');
    expect(own).toContain('carryover_capture_stamps_stamps');
    await rollbackCutover(cafe.context({}, LIVE), { reason: 'a test' });
    expect(await schema()).toBe(before);
    const after = await introspection.schemaText(cafe.database.handle, (name) => name !== 'stamp_balances');
    expect(after).not.toContain('carryover_capture');
    await till.give(3, 5n);
    expect(await marks()).toBe(0n);
  });
});

describe.runIf(traits.concurrentWriters)('transactions that are open', () => {
  test('before the triggers are made are waited for, and what they wrote is carried', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let written = (): void => undefined;
    const isWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const writing = till.database.handle.transaction().execute(async (trx) => {
      await till.giveWithin(trx, 7, 8n);
      written();
      await held;
    });
    await isWritten;
    const waits: string[] = [];
    const report = await cafe.migrate(
      {
        onProgress: (event) => {
          if (event.type !== 'waiting' || event.stage !== 'capture') return;
          waits.push(event.reason);
          if (waits.length === 2) release();
        },
      },
      LIVE,
    );
    await writing;
    expect(waits.length).toBeGreaterThanOrEqual(2);
    expect(report.verification?.accounts).toMatchObject({ compared: 40n, different: 0n });
  });

  test('while marks are drained leave their marks for a later drain, whatever numbers these have', async () => {
    await migrate();
    const before = await stampsOf(8);
    await till.database.handle.transaction().execute(async (trx) => {
      await till.giveWithin(trx, 8, 1n);
      await till.give(8, 2n);
      expect((await follow()).drained.marks).toBe(1n);
    });
    expect(await stampsOf(8)).toMatchObject({ balance: before.balance + 2n });
    expect((await follow()).drained).toEqual({ marks: 1n, entries: 1n });
    expect(await stampsOf(8)).toMatchObject({ balance: before.balance + 3n });
  });
});

describe('a café that goes on', () => {
  test('is carried while it is written to, and nothing is lost or doubled', async () => {
    const opening = new Map<number, bigint>();
    const shop = { open: true };
    const writing = (async () => {
      for (let turn = 0; shop.open; turn += 1) {
        const member = 1 + ((turn * 7) % 20);
        const id = await till.give(member, BigInt(1 + (turn % 4)));
        if (turn % 3 === 0) await till.change(member, id, { from: BigInt(1 + (turn % 4)), to: 6n });
        if (turn % 5 === 0) await till.redeem(member);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    })();
    for (let member = 1; member <= 20; member += 1) opening.set(member, 0n);
    const report = await cafe.migrate({ limits: { chunkKeysFirst: 10, chunkKeysMax: 10 } }, LIVE);
    shop.open = false;
    await writing;
    expect(report.verification?.accounts.different).toBe(0n);
    expect((await follow()).sweep).toMatchObject({ compared: 40n, different: 0n, inFlight: 0n, unseen: [] });
    expect(till.stamps.size).toBeGreaterThan(0);
    const rows = await cafe.rows(sql<{
      owner: string;
      amount: bigint;
    }>`select a.owner as owner, ${cafe.database.dialect.expressions.sumInt64(sql`p.amount`)} as amount
      from ${sql.table('carryover_entries')} p join ${sql.table('carryover_accounts')} a on a.id = p.account_id
      where a.kind = 'stamps' and exists (select 1 from stamps s where ${cafe.database.dialect.expressions.concat(sql`'stamps:'`, cafe.database.dialect.expressions.text(sql`s.stamp_id`))} = p.source and s.stamp_id > 500000)
        or a.kind = 'stamps' and exists (select 1 from redemptions r where ${cafe.database.dialect.expressions.concat(sql`'redemptions:'`, cafe.database.dialect.expressions.text(sql`r.redemption_id`))} = p.source and r.redemption_id > 500000)
      group by a.owner`);
    expect(new Map(rows.map(({ owner, amount }) => [Number(owner), amount]))).toEqual(till.stamps);
  });
});
