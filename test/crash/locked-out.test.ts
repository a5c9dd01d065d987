import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cutoverStatus, rollbackCutover, type ProgressEvent } from '../../src/cutover/index.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';
import { failureOf } from '../support/failure-of.ts';
import { testEngine } from '../support/fresh-database.ts';
import { userDatabase } from '../support/user-database.ts';
import { afterFirstChunk } from './after-first-chunk.ts';
import { CRASH_LIMITS } from './crash-limits.ts';
import { holdLocks, type HeldLocks } from './hold-locks.ts';

const SUBJECT = { instance: 'test', system: 'stamps' };
const isEmbedded = testEngine() === 'sqlite';

let cafe: Cafe;
let untouched: unknown;
let locks: HeldLocks | undefined;
beforeEach(async () => {
  // Short waits, so that a run meets its own limit often while another session holds on.
  cafe = await openCafe({ members: 45, stampsPerMember: 3 }, { options: { lockTimeoutMs: 100 } });
  untouched = await userDatabase(cafe.database);
});
afterEach(async () => {
  await locks?.release();
  locks = undefined;
  await cafe.close();
});

/** Migrates while another process holds locks for that long after the first chunk, and returns what the run waited for. */
async function reasonsToWait(seconds: number): Promise<readonly string[]> {
  const events: ProgressEvent[] = [];
  let released: Promise<void> | undefined;
  const report = await cafe.migrate({
    limits: CRASH_LIMITS,
    onProgress: (event) => events.push(event),
    ...afterFirstChunk(async () => {
      const held = await holdLocks(cafe.url, 'legacy');
      locks = held;
      released = delay(seconds * 1000).then(() => held.release());
    }),
  });
  await released;
  expect(report.verification?.accounts).toMatchObject({ compared: 90n, different: 0n });
  const chunks = await cafe.rows(sql<{ step: string }>`select step from ${sql.table('carryover_journal')}
    where step like 'chunk %' order by seq`);
  expect(chunks.map(({ step }) => step)).toEqual(chunks.map((_chunk, index) => `chunk ${index + 1}`));
  return events.flatMap((event) => (event.type === 'waiting' ? [event.reason] : []));
}

test('locks that another process holds for 5 s are waited for in short slices, with the reason told, and no chunk is redone', async () => {
  const reasons = await reasonsToWait(5);
  expect(reasons.length).toBeGreaterThan(0);
  expect(reasons[0]).toContain('Cannot get a lock on');
});

test('a file that another process locks for 30 s is waited for', { timeout: 120_000 }, async ({ skip }) => {
  if (!isEmbedded) return skip('there is no file to lock, and a lock of 5 s is waited for in the same way');
  const reasons = await reasonsToWait(30);
  expect(new Set(reasons.map((reason) => reason.slice(0, 20)))).toEqual(new Set(['Cannot get a lock on']));
});

test('a legacy table that is never given back ends the chunk after its budget, and the run takes back what it made', async ({
  skip,
}) => {
  if (isEmbedded) return skip('a file has one lock, which the rollback needs as well');
  const error = await failureOf(
    cafe.migrate({
      limits: { ...CRASH_LIMITS, chunkBudgetMs: 4_000 },
      ...afterFirstChunk(async () => {
        locks = await holdLocks(cafe.url, 'legacy');
      }),
    }),
  );
  expect(error, (error as Error).message).toMatchObject({
    code: 'CUTOVER_ROLLED_BACK',
    details: { stage: 'backfill', code: 'CUTOVER_CHUNK_FAILED' },
  });
  expect((error as Error).message).toMatch(
    /^Cannot backfill stamps on "test": .*Cannot get a lock on ".*": others held it .*legacy is as it was\./,
  );
  await locks?.release();
  expect(await userDatabase(cafe.database)).toEqual(untouched);
  expect(await cutoverStatus(cafe.database, SUBJECT)).toMatchObject({
    run: { state: 'rolled-back' },
    nextCommand: 'carryover plan --instance test --system stamps',
  });
});

test('locks that are given back only after the run gave up leave a run whose rollback is named, and works', async () => {
  const error = await failureOf(
    cafe.migrate({
      limits: { ...CRASH_LIMITS, chunkBudgetMs: 1_000 },
      ...afterFirstChunk(async () => {
        locks = await holdLocks(cafe.url, 'cutover');
      }),
    }),
  );
  expect(error).toMatchObject({ code: 'CUTOVER_ROLLBACK_FAILED', retryable: true });
  expect((error as Error).message).toMatch(
    /Cannot get a lock on ".*".*run "carryover rollback --instance test --system stamps"; it goes on where it stopped\.$/,
  );
  await locks?.release();
  expect(await rollbackCutover(cafe.context(), { reason: 'locks were back' })).toMatchObject({ status: 'rolled-back' });
  expect(await userDatabase(cafe.database)).toEqual(untouched);
  expect(await cafe.migrate()).toMatchObject({ verification: { accounts: { compared: 90n, different: 0n } } });
});

test('a run that found locks taken rolls back once they are given back, without being asked', async () => {
  let released: Promise<void> | undefined;
  const error = await failureOf(
    cafe.migrate({
      limits: { ...CRASH_LIMITS, chunkBudgetMs: 3_000 },
      onProgress: (event) => {
        if (event.type === 'waiting' && event.stage === 'rollback') released ??= locks?.release();
      },
      ...afterFirstChunk(async () => {
        locks = await holdLocks(cafe.url, 'cutover');
      }),
    }),
  );
  await released;
  expect(error).toMatchObject({ code: 'CUTOVER_ROLLED_BACK' });
  expect(await userDatabase(cafe.database)).toEqual(untouched);
});
