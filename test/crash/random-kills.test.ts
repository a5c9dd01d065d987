import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyLedger } from '../../src/ledger/verify/verify-ledger.ts';
import { sampleRandom } from '../../src/systems/sample-random.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';
import { BusyShop, ledgerBalances, legacyBalances } from './busy-shop.ts';
import { runChild } from './run-child.ts';

const MEMBERS = 45;
/** What a live cutover goes through, there and back and there again. */
const PARTS = ['migrate', 'switch', 'watch', 'return', 'switch', 'watch'] as const;
const KILLS_PER_PART = 2;
/** From before a process has loaded its modules until after it is done with its part. */
const KILL_AFTER_MS = { min: 300, max: 2_000 };

let cafe: Cafe;
let shop: BusyShop;

beforeAll(async () => {
  cafe = await openCafe({ members: MEMBERS, stampsPerMember: 4 }, { options: { lockTimeoutMs: 30_000 } });
  shop = await BusyShop.open(cafe, MEMBERS);
});
afterAll(async () => {
  await shop.close();
  await cafe.close();
});

test(
  'killed at any moment of a live cutover that is written to on both sides, nothing is lost or doubled',
  { timeout: 240_000 },
  async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = sampleRandom(seed);
    await shop.while(async () => {
      for (const what of PARTS) {
        for (let kill = 0; kill < KILLS_PER_PART; kill += 1) {
          const killAfterMs = KILL_AFTER_MS.min + random.below(KILL_AFTER_MS.max - KILL_AFTER_MS.min);
          const end = await runChild({ url: cafe.url, folder: cafe.folder, what, killAfterMs });
          expect(end.signal === 'SIGKILL' || end.code === 0, `seed ${seed}, ${what}: ${end.stderr}`).toBe(true);
        }
        const end = await runChild({ url: cafe.url, folder: cafe.folder, what });
        expect(end, `seed ${seed}, ${what}: ${end.stderr}`).toMatchObject({ code: 0 });
      }
    });
    const end = await runChild({ url: cafe.url, folder: cafe.folder, what: 'watch' });
    expect(end, `seed ${seed}: ${end.stderr}`).toMatchObject({ code: 0 });
    expect(await ledgerBalances(cafe), `seed ${seed}`).toEqual(shop.expected);
    expect(await legacyBalances(cafe), `seed ${seed}`).toEqual(shop.expected);
    expect(shop.refused.till, `seed ${seed}`).toBeGreaterThan(0);
    expect(await verifyLedger(cafe.database, { system: 'stamps' })).toMatchObject({ outcome: 'clean' });
  },
);
