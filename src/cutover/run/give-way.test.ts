import { beforeEach, expect, test, vi } from 'vitest';
import type { CutoverRun } from '../stages/define-stage.ts';
import { giveWay, heldUpMs, ownMarks } from './give-way.ts';

const { pauses, marks } = vi.hoisted(() => ({ pauses: [] as number[], marks: { now: 0n } }));
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number): Promise<void> => {
    pauses.push(ms);
    return Promise.resolve();
  },
}));
vi.mock('../capture/count-marks.ts', () => ({ countMarks: (): Promise<bigint> => Promise.resolve(marks.now) }));

/** As much of a run as giving way asks for. */
function liveRun(concurrentWriters = false): CutoverRun {
  const database = { dialect: { traits: { concurrentWriters } } };
  return { context: { database, system: { name: 'stamps', live: {} } } } as unknown as CutoverRun;
}

beforeEach(() => {
  pauses.length = 0;
  marks.now = 0n;
});

test('the more the application has written since, the longer is the pause', async () => {
  const run = liveRun();
  await giveWay(run, { waitedForMs: 40 });
  for (const written of [1n, 3n, 100n]) {
    marks.now += written;
    await giveWay(run, { waitedForMs: 40 });
  }
  expect(pauses).toHaveLength(3);
  expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
  expect(pauses.at(-1)).toBe(160);
});

test('nobody is given way to who writes nothing, nor where writers do not wait for each other', async () => {
  const run = liveRun();
  marks.now = 5n;
  await giveWay(run, { waitedForMs: 40 });
  pauses.length = 0;
  await giveWay(run, { waitedForMs: 40 });
  expect(pauses).toEqual([]);
  await giveWay(liveRun(true), { waitedForMs: 40 });
  expect(pauses).toEqual([]);
});

test('marks that the run made or took itself are no writes of the application', async () => {
  const run = liveRun();
  await giveWay(run, { waitedForMs: 40 });
  marks.now = 30n;
  ownMarks(run, 30n);
  await giveWay(run, { waitedForMs: 40 });
  marks.now = 12n;
  ownMarks(run, -18n);
  await giveWay(run, { waitedForMs: 40 });
  expect(pauses).toEqual([]);
  marks.now = 32n;
  ownMarks(run, -80n);
  await giveWay(run, { waitedForMs: 40 });
  expect(pauses).toEqual([160]);
});

test('the time in which a transaction only reads is the turn of the application too', async () => {
  const run = liveRun();
  await giveWay(run, { waitedForMs: 40 });
  marks.now = 100n;
  await giveWay(run, { waitedForMs: 40, stagedMs: 100 });
  marks.now = 200n;
  await giveWay(run, { waitedForMs: 40, stagedMs: 160 });
  expect(pauses).toEqual([60]);
});

test('the more the application writes, the shorter it is held up at once', async () => {
  const run = liveRun();
  expect(heldUpMs(run)).toBe(6);
  await giveWay(run, { waitedForMs: 1_000 });
  expect(heldUpMs(run)).toBe(35);
  marks.now = 25n;
  await giveWay(run, { waitedForMs: 1_000 });
  expect(heldUpMs(run)).toBe(18);
  marks.now = 525n;
  await giveWay(run, { waitedForMs: 1_000 });
  expect(heldUpMs(run)).toBe(6);
});
