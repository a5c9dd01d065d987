import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Throttle } from '../../../src/cutover/run/throttle.ts';
import { pauseCutover, unpauseCutover } from '../../../src/cutover/run/control.ts';
import { openCafe, type Cafe } from '../../support/cafe.ts';
import { traits } from '../../sql/database-fixture.ts';
import { Till } from './till.ts';

const LIVE = { live: true };
const SUBJECT = { instance: 'test', system: 'stamps' };

let cafe: Cafe;
let till: Till;
beforeEach(async () => {
  cafe = await openCafe({ members: 40, stampsPerMember: 3 });
  till = await Till.open(cafe.url);
});
afterEach(async () => {
  await till.close();
  await cafe.close();
});

test('lets a run go on while nobody suffers, and says why it stands still when its own small write takes too long', async () => {
  await cafe.migrate({}, LIVE);
  const calm = new Throttle(cafe.database, 'stamps', { canaryMsMax: 60_000, canaryFactorMax: 1_000_000 });
  expect(await calm.reason()).toBeUndefined();
  const strict = new Throttle(cafe.database, 'stamps', { canaryMsMax: 0 });
  expect(await strict.reason()).toMatch(/^a small write takes \d+ ms, against at most 0 ms$/);
});

describe.runIf(traits.concurrentWriters)('sessions that wait for locks', () => {
  test('make it stand still', async () => {
    await cafe.migrate({}, LIVE);
    const throttle = new Throttle(cafe.database, 'stamps', {
      canaryMsMax: 60_000,
      canaryFactorMax: 1_000_000,
      lockWaitersMax: 0,
    });
    await till.database.write(async (trx) => {
      await sql`update members set is_active = is_active where member_id = 1`.execute(trx);
      await sql`select member_id from members where member_id = 1 ${till.database.dialect.statements.lockRows()}`.execute(
        trx,
      );
      const waiting = cafe.database.write(async (other) => {
        await sql`select member_id from members where member_id = 1 ${cafe.database.dialect.statements.lockRows()}`.execute(
          other,
        );
      });
      const { introspection } = cafe.database.dialect;
      await expect
        .poll(async () => (await introspection.pressure(cafe.database.handle)).lockWaiters, { timeout: 10_000 })
        .toBe(1);
      expect(await throttle.reason()).toMatch(/^1 sessions wait for locks, against at most 0$/);
      setImmediate(() => void waiting.catch(() => undefined));
    });
  });
});

test('a pause is honoured within one chunk, and the run says why it stands still until it may go on', async () => {
  const seen = { chunks: 0, asked: 0, chunksAtPause: -1 };
  const waits: string[] = [];
  const report = await cafe.migrate(
    {
      limits: { chunkKeysFirst: 10, chunkKeysMax: 10 },
      throttle: async () => {
        seen.asked += 1;
        if (seen.asked === 2) {
          await pauseCutover(cafe.database, SUBJECT, 'lunch');
          seen.chunksAtPause = seen.chunks;
        }
        return undefined;
      },
      onProgress: (event) => {
        if (event.type === 'rows' && event.stage === 'backfill') seen.chunks += 1;
        if (event.type !== 'waiting') return;
        waits.push(`${event.reason}, ${seen.chunks - seen.chunksAtPause} chunk later`);
        void unpauseCutover(cafe.database, SUBJECT);
      },
    },
    LIVE,
  );
  expect(report.verification?.accounts.different).toBe(0n);
  expect(waits[0]).toBe('paused: lunch, 1 chunk later');
});
