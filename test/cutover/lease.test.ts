import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  cutoverStatus,
  pauseCutover,
  runCutover,
  unpauseCutover,
  type CutoverContext,
  type ProgressEvent,
} from '../../src/cutover/index.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';
import { failureOf } from '../support/failure-of.ts';

const SUBJECT = { instance: 'test', system: 'stamps' };
/** Small chunks, so that a run has many places to stop at. */
const SMALL_CHUNKS = { chunkKeysFirst: 10, chunkKeysMax: 10 };

let cafe: Cafe;
beforeEach(async () => {
  cafe = await openCafe({ members: 60, stampsPerMember: 3 });
});
afterEach(() => cafe.close());

/** Calls `then` once the run has committed a chunk, and holds the run until that is done. */
function afterFirstChunk(then: () => Promise<unknown>): Pick<CutoverContext, 'throttle'> {
  let asked = 0;
  return {
    throttle: async () => {
      asked += 1;
      if (asked === 2) await then();
      return undefined;
    },
  };
}

test('a second runner is refused and told who runs and for how long', async () => {
  let second: unknown;
  await cafe.migrate({
    holder: 'first',
    limits: SMALL_CHUNKS,
    ...afterFirstChunk(async () => {
      second = await failureOf(runCutover(cafe.context({ holder: 'second' })));
      expect(await cutoverStatus(cafe.database, SUBJECT)).toMatchObject({
        run: { stage: 'backfill', state: 'running' },
        runner: { holder: 'first', alive: true },
        summary: '"first" is at work on backfill (running).',
      });
    }),
  });
  expect(second).toMatchObject({ code: 'CUTOVER_LEASE_HELD', retryable: true, details: { holder: 'first' } });
  expect((second as Error).message).toMatch(/"first" holds the lease and gave a sign of life \d+ s ago/);
});

test('a lease that was taken over stops the old runner before its next chunk, and the new one finishes without redoing one', async () => {
  const error = await failureOf(
    cafe.migrate({
      holder: 'old',
      limits: SMALL_CHUNKS,
      ...afterFirstChunk(async () => {
        await runCutover(cafe.context({ holder: 'new', limits: SMALL_CHUNKS }), { takeover: true });
      }),
    }),
  );
  expect(error).toMatchObject({ code: 'CUTOVER_LEASE_LOST', details: { epoch: '1' } });
  const lines = await cafe.rows(sql<{ epoch: bigint; step: string }>`select epoch, step
    from ${sql.table('carryover_journal')} where step like 'chunk %' order by seq`);
  expect(lines.map(({ step }) => step)).toEqual(lines.map((_line, index) => `chunk ${index + 1}`));
  expect(new Set(lines.map(({ epoch }) => epoch))).toEqual(new Set([1n, 2n]));
  expect(await cutoverStatus(cafe.database, SUBJECT)).toMatchObject({ run: { stage: 'verify', state: 'done' } });
});

test('a lease without a sign of life is free after its time', async () => {
  const stopped = new AbortController();
  const limits = { ...SMALL_CHUNKS, leaseTtlMs: 1 };
  await failureOf(
    cafe.migrate({
      holder: 'gone',
      limits,
      signal: stopped.signal,
      ...afterFirstChunk(async () => stopped.abort()),
    }),
  );
  // As a kill leaves it: the holder is still written there.
  await sql`update ${sql.table('carryover_cutovers')} set holder = 'gone'`.execute(cafe.database.handle);
  const report = await cafe.migrate({ holder: 'next' });
  expect(report.verification?.accounts).toMatchObject({ compared: 120n, different: 0n });
});

test('a run that is asked to stop does so between two chunks, gives its lease back and goes on later', async () => {
  const stopped = new AbortController();
  const error = await failureOf(
    cafe.migrate({ limits: SMALL_CHUNKS, signal: stopped.signal, ...afterFirstChunk(async () => stopped.abort()) }),
  );
  expect(error).toMatchObject({ code: 'CUTOVER_STOPPED', retryable: true });
  expect(await cutoverStatus(cafe.database, SUBJECT)).toMatchObject({
    run: { stage: 'backfill', state: 'running' },
    summary: 'The run stopped in backfill, and nobody works on it.',
    nextCommand: 'carryover migrate --instance test --system stamps',
  });
  const report = await cafe.migrate({ limits: SMALL_CHUNKS });
  expect(report.verification?.accounts).toMatchObject({ compared: 120n, different: 0n });
  const steps = await cafe.rows(
    sql<{ step: string }>`select step from ${sql.table('carryover_journal')} where step like 'chunk %' order by seq`,
  );
  expect(steps.map(({ step }) => step)).toEqual(steps.map((_line, index) => `chunk ${index + 1}`));
});

test('a paused run stands still between two chunks and says why, until it is let go', async () => {
  const reasons: string[] = [];
  let summary: Promise<string> | undefined;
  await cafe.migrate({
    limits: SMALL_CHUNKS,
    ...afterFirstChunk(() => pauseCutover(cafe.database, SUBJECT, 'lunch rush')),
    onProgress: (event) => {
      if (event.type !== 'waiting') return;
      reasons.push(event.reason);
      // The run says again why it waits for as long as it does; it is let go once.
      summary ??= cutoverStatus(cafe.database, SUBJECT).then(async (status) => {
        await unpauseCutover(cafe.database, SUBJECT);
        return status.summary;
      });
    },
  });
  expect(new Set(reasons)).toEqual(new Set(['paused: lunch rush']));
  expect(await summary).toBe('The run stands still in backfill: paused (lunch rush).');
});

test('nothing can be paused where nothing runs', async () => {
  expect(await failureOf(pauseCutover(cafe.database, SUBJECT, 'why'))).toMatchObject({ code: 'CUTOVER_GATE_CLOSED' });
});

test('a throttle holds the run between two chunks and its reason is shown', async () => {
  const events: ProgressEvent[] = [];
  let asked = 0;
  await cafe.migrate({
    limits: SMALL_CHUNKS,
    throttle: () => Promise.resolve((asked += 1) === 3 ? 'replica lag 12 s' : undefined),
    onProgress: (event) => events.push(event),
  });
  expect(events).toContainEqual({ type: 'waiting', stage: 'backfill', reason: 'replica lag 12 s' });
});

test('legacy that changes behind the backfill is caught up with by another pass', async () => {
  let changed = 0;
  const report = await cafe.migrate({
    limits: SMALL_CHUNKS,
    throttle: async () => {
      changed += 1;
      // Member 1 was carried by the first chunk.
      if (changed === 4) await sql`update stamps set amount = 4 where stamp_id = 1`.execute(cafe.database.handle);
      return undefined;
    },
  });
  expect(report.verification?.accounts).toMatchObject({ compared: 120n, different: 0n });
  expect(await cafe.rows(sql`select pass from ${sql.table('carryover_cutovers')}`)).toEqual([{ pass: 2n }]);
});

test('legacy that never holds still fails verify after the last pass allowed, and is rolled back', async () => {
  let amount = 10;
  const error = await failureOf(
    cafe.migrate({
      limits: { ...SMALL_CHUNKS, catchUpPassesMax: 2 },
      throttle: async () => {
        amount += 1;
        await sql`update stamps set amount = ${BigInt(amount)} where stamp_id = 1`.execute(cafe.database.handle);
        return undefined;
      },
    }),
  );
  expect(error).toMatchObject({ code: 'CUTOVER_ROLLED_BACK' });
  expect((error as Error).message).toContain('legacy changed since the backfill: stamps');
});

test('verify asked for by itself tells of a difference and removes nothing', async () => {
  await cafe.migrate();
  await sql`update stamps set amount = 4 where stamp_id = 1`.execute(cafe.database.handle);
  const error = await failureOf(runCutover(cafe.context(), { from: 'verify', to: 'verify' }));
  expect(error).toMatchObject({ code: 'CUTOVER_VERIFY_FAILED' });
  expect((error as Error).message).toContain('1 accounts differ (stamps 1)');
  expect(await cutoverStatus(cafe.database, SUBJECT)).toMatchObject({
    run: { stage: 'verify', state: 'failed' },
    accounts: { legacy: 120n },
  });
  const report = await cafe.migrate();
  expect(report.verification?.accounts).toMatchObject({ different: 0n });
});
