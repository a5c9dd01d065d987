import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CRASH_POINTS, type CrashPoint } from '../../src/cutover/crash-points.ts';
import { verifyLedger } from '../../src/ledger/verify/verify-ledger.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';
import { BusyShop, ledgerBalances, legacyBalances } from './busy-shop.ts';
import { CRASH_LIMITS, FOLLOWED } from './crash-limits.ts';
import { runChild, type LivePart } from './run-child.ts';

const MEMBERS = 45;

let cafe: Cafe;
let shop: BusyShop;

beforeAll(async () => {
  cafe = await openCafe({ members: MEMBERS, stampsPerMember: 4 }, { options: { lockTimeoutMs: 30_000 } });
  shop = await BusyShop.open(cafe, MEMBERS);
  await cafe.migrate({ limits: CRASH_LIMITS }, FOLLOWED);
});
afterAll(async () => {
  await shop.close();
  await cafe.close();
});

const pointsOf = (part: string): readonly CrashPoint[] => CRASH_POINTS.filter((point) => point.startsWith(`${part}:`));

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
  expect(await ledgerBalances(cafe)).toEqual(shop.expected);
}

test(
  'killed at each point of a switch, with a writer on both sides, everybody goes over once and nothing is lost',
  { timeout: 240_000 },
  async () => {
    await shop.while(() => killAtEach('switch', 'switch'));
    expect(await cafe.rows(sql`select count(*) as n from ${sql.table('carryover_switched')}`)).toEqual([
      { n: BigInt(MEMBERS * 2) },
    ]);
    await expectOracle();
    expect(shop.refused.till).toBeGreaterThan(0);
  },
);

test('killed at each point of telling legacy, legacy is told everything once', { timeout: 240_000 }, async () => {
  await shop.while(() => killAtEach('mirror', 'watch'));
  const end = await runChild({ url: cafe.url, folder: cafe.folder, what: 'watch' });
  expect(end, end.stderr).toMatchObject({ code: 0 });
  await expectOracle();
  expect(await legacyBalances(cafe)).toEqual(await ledgerBalances(cafe));
});

test(
  'killed at each point of going back, everybody is back with everything that happened since',
  { timeout: 240_000 },
  async () => {
    await shop.while(() => killAtEach('return', 'return'));
    expect(await cafe.rows(sql`select count(*) as n from ${sql.table('carryover_switched')}`)).toEqual([{ n: 0n }]);
    expect(await legacyBalances(cafe)).toEqual(shop.expected);
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
