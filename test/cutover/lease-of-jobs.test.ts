import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  cutoverStatus,
  previewSwitch,
  returnAccounts,
  rollbackCutover,
  runCutover,
  switchAccounts,
  type CutoverContext,
  type HolderKind,
  type ProgressEvent,
} from '../../src/cutover/index.ts';
import { acquireLease, checkLease, releaseLease, type Lease } from '../../src/cutover/record/lease.ts';
import { openDatabase, type Database } from '../../src/sql/database.ts';
import { assumedBackup } from '../support/assumed-backup.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';
import { failureOf } from '../support/failure-of.ts';

const SUBJECT = { instance: 'test', system: 'stamps' };
const LIVE = { live: true };
const ALL = { selection: { who: 'all' }, cohort: 'all' } as const;

let cafe: Cafe;
let elsewhere: Database;
beforeEach(async () => {
  cafe = await openCafe({ members: 12, stampsPerMember: 3 });
  await cafe.migrate({}, LIVE);
  elsewhere = await openDatabase(cafe.url, { poolMax: 2 });
});
afterEach(async () => {
  await elsewhere.close();
  await cafe.close();
});

/** Somebody at work on another connection. */
function held(kind: HolderKind, holder: string = kind, takeover = false): Promise<Lease> {
  return acquireLease(elsewhere, { ...SUBJECT, holder, kind, ttlMs: 60_000, takeover });
}

type Waiting = Extract<ProgressEvent, { type: 'waiting' }>;

/** A context, and the times it was told to wait; `onWait` is called at each. */
function listening(
  changes: Partial<CutoverContext> = {},
  onWait: (times: number) => void = () => undefined,
): { readonly context: CutoverContext; readonly waits: Waiting[] } {
  const waits: Waiting[] = [];
  const onProgress = (event: ProgressEvent): void => {
    if (event.type === 'waiting') onWait(waits.push(event));
  };
  return { context: cafe.context({ backup: assumedBackup(), onProgress, ...changes }, LIVE), waits };
}

describe('a run that finds a job on the lease', () => {
  const PARTS: readonly (readonly [
    name: string,
    stage: Waiting['stage'],
    run: (context: CutoverContext) => Promise<unknown>,
  ])[] = [
    ['a switch', 'switch', (context) => switchAccounts(context, ALL)],
    ['a return', 'switch', (context) => returnAccounts(context, { selection: { who: 'all' } })],
    ['a rollback', 'rollback', (context) => rollbackCutover(context, { reason: 'a test' })],
    ['a migration that goes on', 'capture', (context) => runCutover(context)],
  ];

  test.each(PARTS)('waits for its end, says so, and goes on: %s', async (_name, stage, run) => {
    await switchAccounts(cafe.context({}, LIVE), { selection: { who: 'owners', owners: [] }, cohort: 'nobody' });
    const job = await held('job');
    let given: Promise<void> | undefined;
    const { context, waits } = listening({}, (times) => {
      if (times === 2) given = releaseLease(elsewhere, job);
    });
    await run(context);
    await given;
    const ofLease = waits.filter(({ reason }) => reason.includes('has the lease'));
    expect(ofLease.length).toBeGreaterThanOrEqual(2);
    expect(ofLease[0]).toEqual({
      type: 'waiting',
      stage,
      reason: 'the job "job" has the lease; trying again for 8 s at most',
    });
  });

  test('waits no longer than it may, and is then told to try again', async () => {
    await held('job', 'mirror:1');
    const { context, waits } = listening({ limits: { jobLeaseWaitMs: 400 } });
    const startedMs = performance.now();
    const error = await failureOf(switchAccounts(context, ALL));
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(390);
    expect(error).toMatchObject({ code: 'CUTOVER_LEASE_HELD', retryable: true, details: { holderKind: 'job' } });
    expect(String(error)).toContain('the job "mirror:1" holds the lease');
    expect((error as { hint: string }).hint).toContain('Try again in a moment');
    // 50, 100 and 200 ms, and what is left: pauses that grow, so that a long pass is not asked for twenty times a second.
    expect(waits.length).toBeGreaterThanOrEqual(2);
    expect(waits.length).toBeLessThanOrEqual(5);
  });

  test('stops waiting when it is asked to', async () => {
    await held('job');
    const stopped = new AbortController();
    const { context } = listening({ signal: stopped.signal }, () => stopped.abort());
    expect(await failureOf(switchAccounts(context, ALL))).toMatchObject({ code: 'CUTOVER_STOPPED' });
  });

  test('may take the lease over instead, and the job writes nothing more', async () => {
    const job = await held('job');
    const { context, waits } = listening();
    await runCutover(context, { takeover: true });
    expect(waits.filter(({ reason }) => reason.includes('has the lease'))).toEqual([]);
    const late = elsewhere.write((trx) => checkLease(elsewhere, trx, job));
    expect(await failureOf(late)).toMatchObject({ code: 'CUTOVER_LEASE_LOST' });
  });

  test('does not wait for the run that was quicker than it', async () => {
    await held('job');
    let run: Promise<Lease> | undefined;
    const { context } = listening({}, (times) => {
      // At one stroke: of a lease that is free for a moment it depends on chance who gets it.
      if (times === 1) run = held('run', 'quicker', true);
    });
    expect(await failureOf(switchAccounts(context, ALL))).toMatchObject({
      code: 'CUTOVER_LEASE_HELD',
      details: { holder: 'quicker', holderKind: 'run' },
    });
    await run;
  });
});

test('a run that finds another run on the lease is refused at once', async () => {
  await held('run', 'watcher');
  const { context, waits } = listening();
  const error = await failureOf(switchAccounts(context, ALL));
  expect(error).toMatchObject({ code: 'CUTOVER_LEASE_HELD', details: { holder: 'watcher', holderKind: 'run' } });
  expect(waits).toEqual([]);
});

test('of a run and a job that ask at one moment one has the lease, and the other is told which', async () => {
  for (let round = 0; round < 10; round += 1) {
    const wanted = { ...SUBJECT, ttlMs: 60_000 };
    const asked = await Promise.allSettled([
      acquireLease(cafe.database, { ...wanted, holder: 'run', kind: 'run' }),
      acquireLease(elsewhere, { ...wanted, holder: 'job', kind: 'job' }),
    ]);
    const leases = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(leases).toHaveLength(1);
    const holder = leases[0]?.holder;
    const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(refused).toMatchObject([{ code: 'CUTOVER_LEASE_HELD', details: { holder, holderKind: holder } }]);
    for (const lease of leases) await releaseLease(elsewhere, lease);
  }
});

test.each(['run', 'job'] as const)('a job that finds a %s on the lease is refused at once', async (kind) => {
  await held(kind);
  const { context, waits } = listening({ holderKind: 'job', holder: 'mirror:2' });
  expect(await failureOf(switchAccounts(context, ALL))).toMatchObject({ code: 'CUTOVER_LEASE_HELD' });
  expect(waits).toEqual([]);
});

test('a job at work closes no gate and hides no next command; a run does both', async () => {
  const look = async (): Promise<unknown> => {
    const { gates } = await previewSwitch(cafe.context({}, LIVE), { who: 'all' }, { compares: false });
    const { runner, nextCommand } = await cutoverStatus(cafe.database, SUBJECT, { isLive: true });
    return [gates.find(({ name }) => name === 'runner')?.open, runner?.kind, nextCommand];
  };
  const job = await held('job');
  expect(await look()).toEqual([true, 'job', 'carryover switch --percent 5 --instance test --system stamps']);
  await releaseLease(elsewhere, job);
  await held('run');
  expect(await look()).toEqual([false, 'run', undefined]);
});

test('a run that waited looks again at what another did meanwhile', async () => {
  await held('job');
  let gone: Promise<unknown> | undefined;
  const { context } = listening({}, (times) => {
    // As a rollback leaves it that had the lease between two looks.
    const rolledBack = sql`update ${sql.table('carryover_cutovers')} set state = 'rolled-back', holder = null`;
    if (times === 1) gone = elsewhere.write((trx) => rolledBack.execute(trx));
  });
  const error = await failureOf(switchAccounts(context, ALL));
  await gone;
  expect(error).toMatchObject({ code: 'CUTOVER_GATE_CLOSED', details: { found: 'no run is under way' } });
});
