import { describe, expect, it } from 'vitest';
import type { Command } from '../types.ts';
import { Lane } from './lane.ts';
import type { Parcel } from './parcel.ts';

/** A parcel of so many commands, named for the batches it turns up in. */
function parcel(name: string, count = 1): Parcel {
  const commands = Array.from({ length: count }, (_, index) => ({ key: `${name}${index}` }) as Command);
  return { commands, atomic: false, settle: () => undefined, fail: () => undefined };
}

/** A lane that notes the commands of its batches, and lets each of them end when told. */
function noted(commandsMax: number): { lane: Lane; batches: string[][]; endBatch: () => Promise<void> } {
  const batches: string[][] = [];
  const ends: (() => void)[] = [];
  const lane = new Lane(async (parcels) => {
    batches.push(parcels.flatMap(({ commands }) => commands.map(({ key }) => key)));
    await new Promise<void>((resolve) => ends.push(resolve));
  }, commandsMax);
  const endBatch = async (): Promise<void> => {
    while (ends.length === 0) await new Promise((resolve) => setImmediate(resolve));
    ends.shift()?.();
  };
  return { lane, batches, endBatch };
}

describe('a lane', () => {
  it('puts what comes in one turn into one batch, and what comes meanwhile into the next', async () => {
    const { lane, batches, endBatch } = noted(100);
    lane.add([parcel('a')]);
    lane.add([parcel('b')]);
    expect(batches).toEqual([]);
    await Promise.resolve();
    lane.add([parcel('c')]);
    lane.add([parcel('d')]);
    await endBatch();
    await endBatch();
    await lane.idle();
    expect(batches).toEqual([
      ['a0', 'b0'],
      ['c0', 'd0'],
    ]);
  });

  it('counts what waits and not what is under way', async () => {
    const { lane, endBatch } = noted(100);
    lane.add([parcel('a', 3)]);
    expect(lane.waitingCommands).toBe(3);
    await Promise.resolve();
    expect(lane.waitingCommands).toBe(0);
    lane.add([parcel('b', 2), parcel('c', 2)]);
    expect(lane.waitingCommands).toBe(4);
    await endBatch();
    await endBatch();
    await lane.idle();
    expect(lane.waitingCommands).toBe(0);
  });

  it('fills a batch with one parcel of each call in turn, in the order of each call', async () => {
    const { lane, batches, endBatch } = noted(4);
    lane.add([parcel('a', 2), parcel('b', 2), parcel('c', 2)]);
    lane.add([parcel('x')]);
    lane.add([parcel('y')]);
    for (let batch = 0; batch < 2; batch += 1) await endBatch();
    await lane.idle();
    expect(batches).toEqual([
      ['a0', 'a1', 'x0', 'y0'],
      ['b0', 'b1', 'c0', 'c1'],
    ]);
  });

  it('lets a parcel larger than a batch go alone', async () => {
    const { lane, batches, endBatch } = noted(2);
    lane.add([parcel('small')]);
    lane.add([parcel('large', 5)]);
    lane.add([parcel('last')]);
    for (let batch = 0; batch < 3; batch += 1) await endBatch();
    await lane.idle();
    expect(batches.map((batch) => batch.length)).toEqual([1, 5, 1]);
  });

  it('is idle at once when nothing was added', async () => {
    await expect(noted(1).lane.idle()).resolves.toBeUndefined();
  });
});
