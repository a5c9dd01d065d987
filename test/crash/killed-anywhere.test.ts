import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CRASH_POINTS, type CrashPoint } from '../../src/cutover/crash-points.ts';
import { cutoverStatus } from '../../src/cutover/index.ts';
import { followLegacy } from '../../src/cutover/run/follow-legacy.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';
import { userDatabase } from '../support/user-database.ts';
import { CRASH_LIMITS, FOLLOWED } from './crash-limits.ts';
import { ledgerContent } from './ledger-content.ts';
import { runChild } from './run-child.ts';

const SIZE = { members: 45, stampsPerMember: 4 };
const BEFORE_EXPAND: readonly CrashPoint[] = ['backup:before', 'backup:proven', 'rehearse:copy-open', 'rehearse:after'];
const MIGRATING = CRASH_POINTS.filter((point) => /^(expand|capture|backfill|verify):/.test(point));
const FOLLOWING = CRASH_POINTS.filter((point) => point.startsWith('drain:'));
/** See live-killed.test.ts. */
const LIVE = CRASH_POINTS.filter((point) => /^(switch|mirror|return|contract):/.test(point));
const ROLLING_BACK = CRASH_POINTS.filter((point) => point.startsWith('rollback:'));

let cafe: Cafe;
let whole: Cafe;
let untouched: unknown;
let expected: unknown;

beforeAll(async () => {
  [cafe, whole] = await Promise.all([openCafe(SIZE), openCafe(SIZE)]);
  untouched = await userDatabase(cafe.database);
  await whole.migrate({ limits: CRASH_LIMITS }, FOLLOWED);
  expected = await ledgerContent(whole.database);
});
afterAll(async () => {
  await Promise.all([cafe.close(), whole.close()]);
});

async function killAt(what: Parameters<typeof runChild>[0]['what'], crashAt: CrashPoint): Promise<void> {
  const end = await runChild({ url: cafe.url, folder: cafe.folder, what, crashAt });
  expect(end, `${crashAt}: ${end.stderr}`).toMatchObject({ signal: 'SIGKILL' });
}

test('every point belongs to one of these tests', () => {
  expect([...BEFORE_EXPAND, ...MIGRATING, ...FOLLOWING, ...LIVE, ...ROLLING_BACK].toSorted()).toEqual(
    [...CRASH_POINTS].toSorted(),
  );
});

test('killed at each point of backup and rehearsal, a run has changed nothing', { timeout: 120_000 }, async () => {
  for (const point of BEFORE_EXPAND) {
    await killAt('migrate-with-backup', point);
    expect(await userDatabase(cafe.database), point).toEqual(untouched);
    expect((await cutoverStatus(cafe.database, { instance: 'test', system: 'stamps' })).summary).toBe(
      'Nothing was changed yet.',
    );
  }
});

test(
  'killed at each point from expand to verify in turn, a run ends as if nobody had killed it',
  { timeout: 240_000 },
  async () => {
    for (const point of MIGRATING) {
      await killAt('migrate', point);
      await expectWholeChunks();
    }
    const end = await runChild({ url: cafe.url, folder: cafe.folder, what: 'migrate' });
    expect(end, end.stderr).toMatchObject({ code: 0 });
    expect(await ledgerContent(cafe.database)).toEqual(expected);
    expect(await cutoverStatus(cafe.database, { instance: 'test', system: 'stamps' })).toMatchObject({
      run: { stage: 'verify', state: 'done', runId: 'stamps-run-1' },
    });
    // One pass more for the kill after "verify done", which leaves a run that is over.
    const steps = await chunkSteps();
    expect(steps.every(({ entries }, index) => index < 5 || entries === 0n)).toBe(true);
  },
);

test('killed at each point of following legacy, every write is followed once', { timeout: 120_000 }, async () => {
  const give = (at: Cafe, stamp: number, amount: bigint): Promise<unknown> =>
    sql`update stamps set amount = amount + ${amount} where stamp_id = ${BigInt(stamp)}`.execute(at.database.handle);
  for (const [index, point] of FOLLOWING.entries()) {
    await Promise.all([cafe, whole].map((at) => give(at, index + 1, 1n)));
    await killAt('follow', point);
  }
  const end = await runChild({ url: cafe.url, folder: cafe.folder, what: 'follow' });
  expect(end, end.stderr).toMatchObject({ code: 0 });
  const { drained, sweep } = await followLegacy(whole.context({ limits: CRASH_LIMITS }, FOLLOWED));
  expect({ drained, sweep }).toMatchObject({
    drained: { marks: BigInt(FOLLOWING.length), entries: BigInt(FOLLOWING.length) },
    sweep: { compared: 90n, different: 0n, unseen: [] },
  });
  expect(await ledgerContent(cafe.database)).toEqual(await ledgerContent(whole.database));
  // For the rollback after this, which is held to legacy as it was at first.
  for (const index of FOLLOWING.keys()) await give(cafe, index + 1, -1n);
});

test(
  'killed at each point of a rollback in turn, the rollback ends with legacy as it was',
  { timeout: 120_000 },
  async () => {
    for (const point of ROLLING_BACK) {
      await killAt('rollback', point);
      // The killed holder counts as alive until its lease runs out.
      await expect
        .poll(() => cutoverStatus(cafe.database, { instance: 'test', system: 'stamps' }), {
          message: point,
          timeout: 10_000,
        })
        .toMatchObject({
          run: { state: 'rolling-back' },
          nextCommand: 'carryover rollback --instance test --system stamps',
        });
    }
    const end = await runChild({ url: cafe.url, folder: cafe.folder, what: 'rollback' });
    expect(end, end.stderr).toMatchObject({ code: 0 });
    expect(await userDatabase(cafe.database)).toEqual(untouched);
    for (const table of ['carryover_accounts', 'carryover_entries', 'carryover_erasures']) {
      expect(await cafe.rows(sql`select count(*) as n from ${sql.table(table)}`), table).toEqual([{ n: 0n }]);
    }
  },
);

/** Chunks of the journal in order, with the entries each posted. */
async function chunkSteps(): Promise<readonly { readonly step: string; readonly entries: bigint }[]> {
  const journal = await cafe.database.dialect.introspection.table(
    cafe.database.handle,
    cafe.database.tableName('carryover_journal'),
  );
  if (journal === undefined) return [];
  return cafe.rows(sql<{ step: string; entries: bigint }>`select step, row_count as entries
    from ${sql.table('carryover_journal')} where step like 'chunk %' order by seq`);
}

/** No chunk is there by half or twice: the numbers of a pass have no gap, and every balance is the sum of its entries. */
async function expectWholeChunks(): Promise<void> {
  const steps = await chunkSteps();
  const numbers = steps.map(({ step }) => Number(step.slice('chunk '.length)));
  expect(numbers.every((number, index) => number === 1 || number === (numbers[index - 1] ?? 0) + 1)).toBe(true);
  if (steps.length === 0) return;
  const torn = await cafe.rows(sql`select a.id from ${sql.table('carryover_accounts')} a
    where a.balance <> (select coalesce(sum(p.amount), 0) from ${sql.table('carryover_entries')} p where p.account_id = a.id)
      or a.seq <> (select count(*) from ${sql.table('carryover_entries')} p where p.account_id = a.id)`);
  expect(torn).toEqual([]);
}
