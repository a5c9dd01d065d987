import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { Lane } from './lane.ts';

/** Named for the batches it turns up in. */
interface Item {
  readonly name: string;
  readonly size: number;
}

function item(name: string, size = 1): Item {
  return { name, size };
}

/** A lane that notes the items of its batches, and lets each of them end when told. */
function noted(max: number): { lane: Lane<Item>; batches: string[][]; endBatch: () => Promise<void> } {
  const batches: string[][] = [];
  const ends: (() => void)[] = [];
  const lane = new Lane<Item>(
    async (items) => {
      batches.push(items.map(({ name }) => name));
      await new Promise<void>((resolve) => ends.push(resolve));
    },
    { max, of: ({ size }) => size },
  );
  const endBatch = async (): Promise<void> => {
    while (ends.length === 0) await new Promise((resolve) => setImmediate(resolve));
    ends.shift()?.();
  };
  return { lane, batches, endBatch };
}

describe('a lane', () => {
  it('puts what comes in one turn into one batch, and what comes meanwhile into the next', async () => {
    const { lane, batches, endBatch } = noted(100);
    lane.add([item('a')]);
    lane.add([item('b')]);
    expect(batches).toEqual([]);
    await Promise.resolve();
    lane.add([item('c')]);
    lane.add([item('d')]);
    await endBatch();
    await endBatch();
    await lane.idle();
    expect(batches).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('counts what waits and not what is under way', async () => {
    const { lane, endBatch } = noted(100);
    lane.add([item('a', 3)]);
    expect(lane.waitingSize).toBe(3);
    await Promise.resolve();
    expect(lane.waitingSize).toBe(0);
    lane.add([item('b', 2), item('c', 2)]);
    expect(lane.waitingSize).toBe(4);
    await endBatch();
    await endBatch();
    await lane.idle();
    expect(lane.waitingSize).toBe(0);
  });

  it('fills a batch with one item of each call in turn, in the order of each call', async () => {
    const { lane, batches, endBatch } = noted(4);
    lane.add([item('a', 2), item('b', 2), item('c', 2)]);
    lane.add([item('x')]);
    lane.add([item('y')]);
    for (let batch = 0; batch < 2; batch += 1) await endBatch();
    await lane.idle();
    expect(batches).toEqual([
      ['a', 'x', 'y'],
      ['b', 'c'],
    ]);
  });

  it('lets an item larger than a batch go alone', async () => {
    const { lane, batches, endBatch } = noted(2);
    lane.add([item('small')]);
    lane.add([item('large', 5)]);
    lane.add([item('last')]);
    for (let batch = 0; batch < 3; batch += 1) await endBatch();
    await lane.idle();
    expect(batches).toEqual([['small'], ['large'], ['last']]);
  });

  it('is idle at once when nothing was added', async () => {
    await expect(noted(1).lane.idle()).resolves.toBeUndefined();
  });

  it('a batch is the work of nobody, whoever woke the lane', async () => {
    const caller = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const run = async (): Promise<void> => {
      await Promise.resolve();
      seen.push(caller.getStore());
    };
    const lane = new Lane<string>(run, { max: 1, of: () => 1 });
    caller.run('the first', () => lane.add(['one', 'two']));
    await lane.idle();
    expect(seen).toEqual([undefined, undefined]);
  });
});
