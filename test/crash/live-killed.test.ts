import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CRASH_POINTS, type CrashPoint } from '../../src/cutover/crash-points.ts';
import { createLedger, type Ledger } from '../../src/ledger/ledger.ts';
import { verifyLedger } from '../../src/ledger/verify/verify-ledger.ts';
import { Till } from '../cutover/live/till.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';
import { CRASH_LIMITS, FOLLOWED } from './crash-limits.ts';
import { runChild, type LivePart } from './run-child.ts';

const MEMBERS = 45;
const ACTOR = { kind: 'person', id: 'barista' } as const;

let cafe: Cafe;
let till: Till;
let ledger: Ledger;
let opening: ReadonlyMap<string, bigint>;
/** What was given to each member since, on whichever side took it. */
const given = new Map<string, bigint>();
const refused = { till: 0, ledger: 0 };

beforeAll(async () => {
  cafe = await openCafe({ members: MEMBERS, stampsPerMember: 4 }, { options: { lockTimeoutMs: 30_000 } });
  till = await Till.open(cafe.url);
  await cafe.migrate({ limits: CRASH_LIMITS }, FOLLOWED);
  ledger = createLedger(cafe.database);
  opening = await balances();
});
afterAll(async () => {
  await ledger.close();
  await till.close();
  await cafe.close();
});

async function balances(): Promise<ReadonlyMap<string, bigint>> {
  const rows = await cafe.rows(sql<{ owner: string; balance: bigint }>`select owner, balance
    from ${sql.table('carryover_accounts')} where kind = 'stamps'`);
  return new Map(rows.map(({ owner, balance }) => [owner, balance]));
}

const pointsOf = (part: string): readonly CrashPoint[] => CRASH_POINTS.filter((point) => point.startsWith(`${part}:`));

/** Somebody gives stamps to everybody all the time, at the till and through the ledger: one of the two is refused each time. */
async function whileBusy(work: () => Promise<void>): Promise<void> {
  const shop = { open: true, turn: given.size };
  const busy = (async () => {
    for (; shop.open; shop.turn += 1) {
      const member = 1 + (shop.turn % MEMBERS);
      await giveSomewhere(member, `turn-${shop.turn}`);
      await delay(3);
    }
  })();
  try {
    await work();
  } finally {
    shop.open = false;
    await busy;
  }
}

let turns = 0;

async function giveSomewhere(member: number, name: string): Promise<void> {
  turns += 1;
  const note = (): void => void given.set(String(member), (given.get(String(member)) ?? 0n) + 1n);
  try {
    await till.give(member, 1n);
    return note();
  } catch (error) {
    if (till.database.classify(error)?.kind !== 'guard') throw error;
    refused.till += 1;
  }
  const [accountId] = await ledger.findAccounts([{ system: 'stamps', kind: 'stamps', owner: String(member) }]);
  const [outcome] = await ledger.execute([
    {
      type: 'post',
      accountId: accountId ?? 0n,
      amount: 1n,
      kind: 'coffee',
      contra: 'coffees',
      key: `${name}-${turns}`,
      actor: ACTOR,
    },
  ]);
  if (outcome?.status === 'posted') note();
  else refused.ledger += 1;
}

async function killAtEach(part: string, what: LivePart): Promise<void> {
  for (const point of pointsOf(part)) {
    const end = await runChild({ url: cafe.url, folder: cafe.folder, what, crashAt: point });
    // A point that the work has passed in an earlier try is not reached again, and then the work is done.
    expect(end.signal === 'SIGKILL' || end.code === 0, `${point}: ${end.stderr}`).toBe(true);
    await expectNothingLost(point);
  }
  const end = await runChild({ url: cafe.url, folder: cafe.folder, what });
  expect(end, end.stderr).toMatchObject({ code: 0 });
}

/** The sums of entries, of accounts under ledger authority, hold what was given to them; the others are the till's to hold. */
async function expectNothingLost(at: string): Promise<void> {
  const torn = await cafe.rows(sql`select a.id from ${sql.table('carryover_accounts')} a
    where a.balance <> (select coalesce(sum(p.amount), 0) from ${sql.table('carryover_entries')} p where p.account_id = a.id)
      or (a.authority = 'ledger') <> (exists (select 1 from ${sql.table('carryover_switched')} w where w.account_id = a.id))`);
  expect(torn, at).toEqual([]);
}

async function expectOracle(): Promise<void> {
  const expected = [...opening].map(([owner, balance]) => [owner, balance + (given.get(owner) ?? 0n)] as const);
  expect(await balances()).toEqual(new Map(expected));
}

async function legacySays(): Promise<ReadonlyMap<string, bigint>> {
  const { sumText } = cafe.database.dialect.expressions;
  const rows = await cafe.rows(sql<{ owner: bigint; stamps: string; treats: string }>`select m.member_id as owner,
      (select ${sumText(sql`amount`)} from stamps s where s.member_id = m.member_id and s.status <> 'void') as stamps,
      (select ${sumText(sql`treats`)} from redemptions r where r.member_id = m.member_id) as treats from members m`);
  return new Map(rows.map(({ owner, stamps, treats }) => [String(owner), BigInt(stamps) - 10n * BigInt(treats)]));
}

test(
  'killed at each point of a switch, with a writer on both sides, everybody goes over once and nothing is lost',
  { timeout: 240_000 },
  async () => {
    await whileBusy(() => killAtEach('switch', 'switch'));
    expect(await cafe.rows(sql`select count(*) as n from ${sql.table('carryover_switched')}`)).toEqual([
      { n: BigInt(MEMBERS * 2) },
    ]);
    await expectOracle();
    expect(refused.till).toBeGreaterThan(0);
  },
);

test('killed at each point of telling legacy, legacy is told everything once', { timeout: 240_000 }, async () => {
  await whileBusy(() => killAtEach('mirror', 'watch'));
  const end = await runChild({ url: cafe.url, folder: cafe.folder, what: 'watch' });
  expect(end, end.stderr).toMatchObject({ code: 0 });
  await expectOracle();
  expect(await legacySays()).toEqual(await balances());
});

test(
  'killed at each point of going back, everybody is back with everything that happened since',
  { timeout: 240_000 },
  async () => {
    await whileBusy(() => killAtEach('return', 'return'));
    expect(await cafe.rows(sql`select count(*) as n from ${sql.table('carryover_switched')}`)).toEqual([{ n: 0n }]);
    const expected = [...opening].map(([owner, balance]) => [owner, balance + (given.get(owner) ?? 0n)] as const);
    expect(await legacySays()).toEqual(new Map(expected));
  },
);

test(
  'killed at each point of a contract, it ends with the triggers gone and the ledger whole',
  { timeout: 240_000 },
  async () => {
    const over = await runChild({ url: cafe.url, folder: cafe.folder, what: 'switch' });
    expect(over, over.stderr).toMatchObject({ code: 0 });
    await killAtEach('contract', 'contract');
    await expectOracle();
    const stamps = await cafe.database.dialect.introspection.table(cafe.database.handle, 'stamps');
    expect(stamps?.triggers).toEqual([]);
    expect(await verifyLedger(cafe.database, { system: 'stamps' })).toMatchObject({ outcome: 'clean' });
  },
);
