import { describe, expect, test, vi } from 'vitest';
import type { Ledger } from '../ledger/ledger.ts';
import type { Trx } from '../sql/engine.ts';
import { GatheredWrites, type GatheredWrite } from './gathered-writes.ts';

/** As much of a ledger as gathering asks for; its transactions are what the test says. */
function ledgerOver(write: (work: (trx: Trx) => Promise<unknown>) => Promise<unknown>) {
  const tellFailed = vi.fn<(error: unknown) => void>();
  const dialect = { traits: { concurrentWriters: true } };
  const ledger = { database: { dialect, write }, follow: () => undefined, tellFailed };
  return { ledger: ledger as unknown as Ledger, tellFailed };
}

const writeOf = (number: number): GatheredWrite => ({ key: `key-${number}`, owner: `owner-${number}` });

describe('gathered writes', () => {
  test('of a transaction that fails are given back to be made alone, and the failure is told once', async () => {
    const failure = new Error('the server went away');
    const { ledger, tellFailed } = ledgerOver(() => Promise.reject(failure));
    const gathered = new GatheredWrites<GatheredWrite, string>(ledger, () => Promise.resolve([]));
    const owner = 'the-same';
    const made = [1, 2, 3].map((number) => gathered.make({ ...writeOf(number), owner }));
    expect(await Promise.all(made)).toEqual([undefined, undefined, undefined]);
    expect(tellFailed.mock.calls).toEqual([[failure]]);
  });

  test('that take turns are made in their order, each in a batch of its own, beside those of others', async () => {
    const { ledger } = ledgerOver((work) => work(undefined as unknown as Trx));
    const batches: string[][] = [];
    const gathered = new GatheredWrites<GatheredWrite, string>(ledger, (_trx, writes) => {
      batches.push(writes.map(({ key }) => key));
      return Promise.resolve(writes.map(({ key }) => key));
    });
    const write = (key: string, takesTurns: boolean): Promise<string | undefined> =>
      gathered.make({ key, owner: 'ann', takesTurns });
    const turns = ['t-1', 't-2', 't-3'].map((key) => write(key, true));
    const plain = ['p-1', 'p-2'].map((key) => write(key, false));
    expect(await Promise.all([...turns, ...plain])).toEqual(['t-1', 't-2', 't-3', 'p-1', 'p-2']);
    expect(batches).toEqual([['t-1', 'p-1', 'p-2'], ['t-2'], ['t-3']]);
    expect(await write('t-4', true)).toBe('t-4');
  });

  test('are refused while too many wait, and taken again once they are served', async () => {
    const held = Promise.withResolvers<undefined>();
    const { ledger } = ledgerOver(async (work) => {
      await held.promise;
      return work(undefined as unknown as Trx);
    });
    const gathered = new GatheredWrites<GatheredWrite, string>(ledger, (_trx, writes) =>
      Promise.resolve(writes.map(({ key }) => key)),
    );
    const waiting: Promise<string | undefined>[] = [gathered.make(writeOf(0)), gathered.make(writeOf(1))];
    // What the first batches took does not wait any more.
    await new Promise((resolve) => setImmediate(resolve));
    for (let number = 2; number < 20_002; number += 1) waiting.push(gathered.make(writeOf(number)));
    await expect(gathered.make(writeOf(-1))).rejects.toMatchObject({
      code: 'LEDGER_QUEUE_FULL',
      details: { waiting: 20_000, waitingMax: 20_000 },
    });
    held.resolve(undefined);
    const results = await Promise.all(waiting);
    expect(results).toEqual(Array.from({ length: 20_002 }, (_, number) => `key-${number}`));
    expect(await gathered.make(writeOf(-1))).toBe('key--1');
  });
});
