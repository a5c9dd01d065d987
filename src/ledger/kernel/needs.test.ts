import { describe, expect, it } from 'vitest';
import { account, reversal, sample, snapshot } from '../../../test/model/kernel-samples.ts';
import type { EntryState } from './kernel-types.ts';
import { missingAccountIds, needs } from './needs.ts';

const leg: EntryState = {
  accountId: 1n,
  seq: 4n,
  amount: -5n,
  contra: null,
  counterAccountId: 8n,
  counterSeq: 3n,
  key: 'gift',
  reversesSeq: null,
  reversedBySeq: null,
};

describe('needs', () => {
  it('names each account once, in the order to lock them in', () => {
    const commands = [
      sample.post({ accountId: 10n }),
      sample.transfer({ fromAccountId: 9n, toAccountId: 2n }),
      sample.hold({ accountId: 10n }),
    ];
    expect(needs(commands).accountIds).toEqual([2n, 9n, 10n]);
  });

  it('looks a key up once on each account that it is claimed on', () => {
    const commands = [sample.transfer({ key: 'a' }), sample.post({ key: 'a' }), sample.post({ key: 'b' })];
    expect(needs(commands).keys).toEqual([
      { accountId: 1n, key: 'a' },
      { accountId: 1n, key: 'b' },
      { accountId: 2n, key: 'a' },
    ]);
  });

  it('names holds to resolve, lots to void and entries to reverse', () => {
    const found = needs([sample.capture(), sample.release(), sample['void-lot'](), reversal(), reversal({ key: 'x' })]);
    expect(found.holdKeys).toEqual([{ accountId: 1n, key: 'hold-1' }]);
    expect(found.lotSeqs).toEqual([{ accountId: 1n, seq: 1n }]);
    expect(found.entriesToReverse).toEqual([{ accountId: 1n, seq: 1n }]);
  });

  it('knows the other leg of a transfer once the entry is given, with its account and the key there', () => {
    const found = needs([reversal({ seq: 4n })], [leg]);
    expect(found.accountIds).toEqual([1n, 8n]);
    expect(found.keys).toEqual([
      { accountId: 1n, key: 'key' },
      { accountId: 8n, key: 'key' },
    ]);
    expect(found.entriesToReverse).toEqual([
      { accountId: 1n, seq: 4n },
      { accountId: 8n, seq: 3n },
    ]);
  });

  it('looks the key of a reversal up on the other side of every transfer of the batch', () => {
    const found = needs([sample.transfer({ key: 'gift', toAccountId: 3n }), reversal({ key: 'back', seq: 99n })]);
    expect(found.keys).toContainEqual({ accountId: 3n, key: 'back' });
    expect(found.entriesToReverse).toEqual([{ accountId: 1n, seq: 99n }]);
  });

  it('is empty for commands that are invalid in themselves', () => {
    const found = needs([sample.post({ amount: 0n }), sample.transfer({ toAccountId: 1n })]);
    expect(Object.values(found).flat()).toEqual([]);
  });
});

describe('missingAccountIds', () => {
  const commands = [reversal({ seq: 4n })];

  it('names the account of another leg that was not loaded', () => {
    expect(missingAccountIds(commands, snapshot({ accounts: [account()], entries: [leg] }))).toEqual([8n]);
  });

  it('names it also where only the leg was not loaded', () => {
    expect(
      missingAccountIds(commands, snapshot({ accounts: [account(), account({ id: 8n })], entries: [leg] })),
    ).toEqual([8n]);
  });

  it('is empty where both are there, where the entry is unknown and where it has no other leg', () => {
    const accounts = [account(), account({ id: 8n })];
    const other = { ...leg, accountId: 8n, seq: 3n, counterAccountId: 1n, counterSeq: 4n };
    expect(missingAccountIds(commands, snapshot({ accounts, entries: [leg, other] }))).toEqual([]);
    expect(missingAccountIds(commands, snapshot({ accounts: [account()] }))).toEqual([]);
    const plain = { ...leg, contra: 'usage', counterAccountId: null, counterSeq: null };
    expect(missingAccountIds(commands, snapshot({ accounts: [account()], entries: [plain] }))).toEqual([]);
  });
});
