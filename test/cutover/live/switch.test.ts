import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLedger, type Ledger } from '../../../src/ledger/ledger.ts';
import { followLegacy } from '../../../src/cutover/run/follow-legacy.ts';
import { rollbackCutover } from '../../../src/cutover/rollback/rollback-cutover.ts';
import { returnAccounts } from '../../../src/cutover/switch/return-accounts.ts';
import { switchAccounts } from '../../../src/cutover/switch/switch-accounts.ts';
import type { Selection } from '../../../src/cutover/switch/cohort.ts';
import { watchCutover } from '../../../src/cutover/watch/watch-cutover.ts';
import { openCafe, type Cafe } from '../../support/cafe.ts';
import { failureOf } from '../../support/failure-of.ts';
import { assumedBackup } from '../../support/assumed-backup.ts';
import { Till } from './till.ts';

const ACTOR = { kind: 'person', id: 'barista' } as const;
const LIVE = { live: true };

let cafe: Cafe;
let till: Till;
let ledger: Ledger;
beforeEach(async () => {
  cafe = await openCafe({ members: 20, stampsPerMember: 7 });
  till = await Till.open(cafe.url);
  await cafe.migrate({}, LIVE);
  ledger = createLedger(cafe.database);
});
afterEach(async () => {
  await ledger.close();
  await till.close();
  await cafe.close();
});

const context = (changes = {}) => cafe.context({ backup: assumedBackup(), ...changes }, LIVE);
const switchThem = (selection: Selection, cohort = 'first') => switchAccounts(context(), { selection, cohort });
const owners = (...members: number[]): Selection => ({ who: 'owners', owners: members.map(String) });
const watch = () => watchCutover(context(), { once: true });

async function account(
  member: number,
  kind = 'stamps',
): Promise<{ id: bigint; balance: bigint; authority: string; seq: bigint }> {
  const [row] = await cafe.rows(sql<{ id: bigint; balance: bigint; authority: string; seq: bigint }>`
    select a.id as id, a.balance as balance, a.authority as authority, a.seq as seq from ${sql.table('carryover_accounts')} a
    where a.kind = ${kind} and a.owner = ${String(member)}`);
  if (row === undefined) throw new Error(`no account of ${member}`);
  return row;
}

/** Coffees sold through the ledger. */
async function sell(member: number, amount: bigint, key: string): Promise<void> {
  const { id } = await account(member);
  await ledger.executeOrThrow([
    { type: 'post', accountId: id, amount, kind: 'coffee', contra: 'coffees', key, actor: ACTOR },
  ]);
}

/** A treat for ten stamps, through the ledger. */
async function treat(member: number, key: string): Promise<void> {
  const [stamps, treats] = [await account(member), await account(member, 'treats')];
  await ledger.executeOrThrow([
    { type: 'post', accountId: stamps.id, amount: -10n, kind: 'redemption', contra: 'exchange', key, actor: ACTOR },
    { type: 'post', accountId: treats.id, amount: 1n, kind: 'redemption', contra: 'exchange', key, actor: ACTOR },
  ]);
}

/** What the application would say a member has. */
async function legacyStamps(member: number): Promise<bigint> {
  const { sumText } = cafe.database.dialect.expressions;
  const [row] = await cafe.rows(sql<{ given: string; taken: string }>`
    select (select ${sumText(sql`amount`)} from stamps where member_id = ${BigInt(member)} and status <> 'void') as given,
      (select ${sumText(sql`treats`)} from redemptions where member_id = ${BigInt(member)}) as taken`);
  return BigInt(row?.given ?? 0) - 10n * BigInt(row?.taken ?? 0);
}

describe('a switch', () => {
  test('gives the authority over the chosen accounts to the ledger, and those of nobody else', async () => {
    const result = await switchThem(owners(3, 4));
    expect(result).toMatchObject({
      cohort: 'first',
      switched: 4n,
      sweep: { compared: 40n, different: 0n, inFlight: 0n },
    });
    expect(await account(3)).toMatchObject({ authority: 'ledger' });
    expect(await account(5)).toMatchObject({ authority: 'legacy' });
    expect((await switchThem(owners(3, 4))).switched).toBe(4n);
  });

  test('by percent takes the same owners each time and more as it grows, and by kind only that kind', async () => {
    await switchThem({ who: 'percent', percent: 30 }, 'some');
    const some = await cafe.rows(
      sql<{
        owner: string;
      }>`select owner from ${sql.table('carryover_accounts')} where authority = 'ledger' and kind = 'stamps' order by owner`,
    );
    expect(some.length).toBeGreaterThan(0);
    expect(some.length).toBeLessThan(20);
    await switchThem({ who: 'percent', percent: 30 }, 'again');
    await switchThem({ who: 'percent', percent: 100 }, 'rest');
    const [counts] = await cafe.rows(sql<{ some: bigint; again: bigint; rest: bigint }>`select
      count(case when cohort = 'some' then 1 end) as some, count(case when cohort = 'again' then 1 end) as again, count(case when cohort = 'rest' then 1 end) as rest
      from ${sql.table('carryover_switched')}`);
    expect(counts).toEqual({ some: BigInt(some.length * 2), again: 0n, rest: BigInt(40 - some.length * 2) });
    await returnAccounts(context(), { selection: { who: 'all' } });
    await switchThem({ who: 'kind', kind: 'treats' }, 'treats');
    expect((await account(3)).authority).toBe('legacy');
    expect((await account(3, 'treats')).authority).toBe('ledger');
  });

  test('has the application refused for switched accounts, with the call to use instead, and for no others', async () => {
    await switchThem(owners(3));
    const refused = await failureOf(till.give(3, 1n));
    expect(till.database.classify(refused)?.kind).toBe('guard');
    expect(String(refused)).toContain('carryover cafe stamps');
    await till.give(4, 1n);
    expect((await followLegacy(context())).sweep).toMatchObject({ different: 0n, unseen: [] });
  });

  test('takes along what was written a moment before', async () => {
    const before = await account(6);
    await till.give(6, 4n);
    await switchThem(owners(6));
    expect(await account(6)).toMatchObject({ authority: 'ledger', balance: before.balance + 4n });
  });

  test('refuses while an account differs, names it, and switches nobody', async () => {
    await sql`update ${sql.table('carryover_accounts')} set balance = balance + 1, floor = null where kind = 'stamps' and owner = '3'`.execute(
      cafe.database.handle,
    );
    const error = await failureOf(switchThem(owners(3, 4)));
    expect(error).toMatchObject({ code: 'CUTOVER_SWITCH_HALTED' });
    expect(String(error)).toContain('stamps 3');
    expect((await account(4)).authority).toBe('legacy');
  });

  test('stops by itself when it is told to halt, and keeps what it switched', async () => {
    await switchThem(owners(1, 2));
    const halt = async () => 'the application answers with errors';
    const error = await failureOf(switchAccounts(context(), { selection: { who: 'all' }, cohort: 'first', halt }));
    expect(error).toMatchObject({ code: 'CUTOVER_SWITCH_HALTED', details: { switched: '4' } });
    expect(String(error)).toContain('the application answers with errors');
    expect([(await account(2)).authority, (await account(3)).authority]).toEqual(['ledger', 'legacy']);
  });
});

test('a switch that is halted between two slices keeps and counts the first, and the next one goes on with the rest', async () => {
  const large = await openCafe({ members: 45, stampsPerMember: 1 });
  try {
    await large.migrate({}, LIVE);
    const all = { selection: { who: 'all' }, cohort: 'first' } as const;
    const on = large.context({ backup: assumedBackup() }, LIVE);
    const decided = async (): Promise<readonly string[]> => {
      const rows = await large.rows(sql<{ owner: string }>`select owner from ${sql.table('carryover_accounts')}
        where authority = 'ledger' group by owner having count(*) = 2`);
      return rows.map(({ owner }) => owner);
    };
    let slices = 0;
    const halt = async (): Promise<string | undefined> => {
      slices += 1;
      return slices > 1 ? 'the application answers with errors' : undefined;
    };
    const error = await failureOf(switchAccounts(on, { ...all, halt }));
    const first = await decided();
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(45);
    expect(error).toMatchObject({
      code: 'CUTOVER_SWITCH_HALTED',
      details: { switched: (first.length * 2).toString() },
    });
    expect(await switchAccounts(on, all)).toMatchObject({ switched: 90n });
    expect(await decided()).toHaveLength(45);
  } finally {
    await large.close();
  }
});

describe('the comparison before a switch', () => {
  const sweeps = async (): Promise<number> =>
    (
      await cafe.rows(
        sql`select seq from ${sql.table('carryover_journal')} where system_name = 'stamps' and step = 'sweep'`,
      )
    ).length;
  const switchWith = (limits: object, selection: Selection) =>
    switchAccounts(context({ limits }), { selection, cohort: 'first' });
  const giveUnseen = async (member: number): Promise<void> => {
    const { triggers } = till.database.dialect;
    await till.database.write(async (trx) => {
      await triggers.letPass(trx, 'carryover_mirroring');
      await till.giveWithin(trx, member, 3n);
      await triggers.endPass(trx, 'carryover_mirroring');
    });
  };

  test('is not made again while the last one is recent, and is once it is not', async () => {
    const before = await sweeps();
    expect((await switchThem(owners(3))).sweep).toMatchObject({ compared: 40n, different: 0n, inFlight: 0n });
    expect(await sweeps()).toBe(before);
    const { sweep } = await switchWith({ sweepValidSeconds: 0 }, owners(4));
    expect(sweep).toMatchObject({ compared: 38n, different: 0n });
    expect(await sweeps()).toBe(before + 1);
  });

  test('that is recent does not hide what was written past the triggers since: it is repaired, then switched', async () => {
    const { balance } = await account(5);
    await giveUnseen(5);
    const before = await sweeps();
    expect((await switchThem(owners(5))).switched).toBe(2n);
    expect(await account(5)).toMatchObject({ authority: 'ledger', balance: balance + 3n });
    expect(await sweeps()).toBe(before + 2);
  });

  test('counts no more once it found something', async () => {
    await giveUnseen(5);
    expect((await followLegacy(context())).sweep.unseen).toHaveLength(1);
    const before = await sweeps();
    await switchThem(owners(3));
    expect(await sweeps()).toBe(before + 1);
  });
});

describe('what happens under ledger authority', () => {
  test('is told to legacy, so that both sides go on saying the same', async () => {
    await switchThem({ who: 'all' });
    const before = await legacyStamps(3);
    await sell(3, 12n, 'coffee-1');
    await treat(3, 'treat-1');
    const round = await watch();
    expect(round).toMatchObject({
      mirrored: 3,
      followed: 0n,
      lag: { entries: 0n },
      marksWaiting: 0n,
      drift: { compared: 40n, drifted: 0n },
    });
    expect(await legacyStamps(3)).toBe(before + 2n);
    expect(await legacyStamps(3)).toBe((await account(3)).balance);
    expect((await watch()).mirrored).toBe(0);
  });

  test('is undone in legacy too: the reversal of a carried fact takes its row back', async () => {
    await switchThem(owners(3));
    const { id } = await account(3);
    await ledger.executeOrThrow([
      { type: 'reverse', accountId: id, seq: 1n, key: 'undo', actor: ACTOR, reason: 'a mistake' },
    ]);
    expect(await watch()).toMatchObject({ mirrored: 1, drift: { drifted: 0n } });
    expect(await legacyStamps(3)).toBe((await account(3)).balance);
  });

  test('is found where legacy says otherwise', async () => {
    await switchThem(owners(3));
    const { triggers } = cafe.database.dialect;
    await till.database.write(async (trx) => {
      await triggers.letPass(trx, 'carryover_mirroring');
      await till.giveWithin(trx, 3, 5n);
      await triggers.endPass(trx, 'carryover_mirroring');
    });
    const { drift } = await watch();
    expect(drift).toMatchObject({ drifted: 1n });
    expect(drift?.named[0]).toMatchObject({ kind: 'stamps', owner: '3' });
  });
});

describe('going back', () => {
  test('keeps what happened since, and a later switch posts only what changed', async () => {
    await switchThem({ who: 'all' });
    await sell(3, 12n, 'coffee-1');
    await treat(3, 'treat-1');
    await sell(4, 2n, 'coffee-2');
    const [third, fourth] = [await account(3), await account(4)];
    const result = await returnAccounts(context(), { selection: owners(3) });
    expect(result).toMatchObject({ returned: 2n, losses: [] });
    expect(await account(3)).toMatchObject({ authority: 'legacy', balance: third.balance, seq: third.seq });
    expect(await account(4)).toMatchObject({ authority: 'ledger' });
    expect(await legacyStamps(3)).toBe(third.balance);
    await till.give(3, 1n);
    await switchThem(owners(3), 'second');
    expect(await account(3)).toMatchObject({ authority: 'ledger', balance: third.balance + 1n, seq: third.seq + 1n });
    expect(await account(4)).toMatchObject({ balance: fourth.balance });
    expect((await watch()).drift).toMatchObject({ drifted: 0n });
  });

  test('of a cohort takes those who went over together', async () => {
    await switchThem(owners(1, 2), 'early');
    await switchThem(owners(3, 4), 'late');
    expect(await returnAccounts(context(), { selection: { who: 'cohort', cohort: 'late' } })).toMatchObject({
      returned: 4n,
    });
    expect((await account(1)).authority).toBe('ledger');
    expect((await account(3)).authority).toBe('legacy');
  });

  test('of everybody lets the whole cutover be rolled back, and legacy has everything', async () => {
    await switchThem({ who: 'all' });
    await sell(3, 12n, 'coffee-1');
    const { balance } = await account(3);
    expect(await failureOf(rollbackCutover(context(), { reason: 'no' }))).toMatchObject({
      code: 'CUTOVER_GATE_CLOSED',
    });
    await returnAccounts(context(), { selection: { who: 'all' } });
    await rollbackCutover(context(), { reason: 'enough' });
    expect(await legacyStamps(3)).toBe(balance);
    await till.give(3, 1n);
  });

  test('is refused for what legacy cannot hold, by name, until the exact list is accepted', async () => {
    await switchThem({ who: 'all' });
    await sell(3, 12n, 'coffee-1');
    const { id } = await account(3);
    await ledger.executeOrThrow([{ type: 'hold', accountId: id, amount: 1n, key: 'kept', actor: ACTOR }]);
    const error = await failureOf(returnAccounts(context(), { selection: { who: 'all' } }));
    expect(error).toMatchObject({ code: 'CUTOVER_RETURN_REFUSED' });
    const accounts = (error as { details: { accounts: readonly string[] } }).details.accounts;
    expect(accounts).toHaveLength(1);
    expect(accounts[0]).toMatch(/^stamps 3 holds /);
    expect((await account(3)).authority).toBe('ledger');
    const result = await returnAccounts(context(), { selection: { who: 'all' }, acceptedLosses: accounts });
    expect(result.losses).toEqual(accounts);
    expect((await account(3)).authority).toBe('legacy');
  });
});
