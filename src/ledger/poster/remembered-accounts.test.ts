import { describe, expect, it } from 'vitest';
import type { AccountState } from '../types.ts';
import { RememberedAccounts } from './remembered-accounts.ts';

function account(id: bigint, other: Partial<AccountState> = {}): AccountState {
  const numbers = { balance: 10n, held: 0n, floor: 0n, seq: 1n };
  return { id, unit: 'point', ...numbers, status: 'open', authority: 'ledger', lotted: false, ...other };
}

describe('remembered accounts', () => {
  it('guesses all of them or none', () => {
    const remembered = new RememberedAccounts();
    remembered.remember([account(1n), account(2n, { balance: 7n })]);
    expect(remembered.guess([2n, 1n])).toEqual([account(2n, { balance: 7n }), account(1n)]);
    expect(remembered.guess([1n, 3n])).toBeUndefined();
  });

  it('keeps the newest state, and none of an account that changes by itself with time', () => {
    const remembered = new RememberedAccounts();
    remembered.remember([account(1n), account(2n), account(3n)]);
    remembered.remember([account(1n, { seq: 2n }), account(2n, { held: 1n }), account(3n, { lotted: true })]);
    expect(remembered.guess([1n])).toEqual([account(1n, { seq: 2n })]);
    expect(remembered.guess([2n])).toBeUndefined();
    expect(remembered.guess([3n])).toBeUndefined();
  });

  it('forgets the oldest when there are too many', () => {
    const remembered = new RememberedAccounts();
    const ids = Array.from({ length: 20_001 }, (_, index) => BigInt(index + 1));
    remembered.remember(ids.map((id) => account(id)));
    expect(remembered.guess([1n])).toBeUndefined();
    expect(remembered.guess([2n, 20_001n])).toHaveLength(2);
  });

  it('pauses after a wrong guess, twice as long after each further one, until one is right', () => {
    const remembered = new RememberedAccounts();
    const pauseAfterWrong = (): number => {
      remembered.forget([1n]);
      remembered.remember([account(1n)]);
      let refusals = 0;
      while (remembered.guess([1n]) === undefined) refusals += 1;
      return refusals;
    };
    expect([1, 2, 3, 4].map(pauseAfterWrong)).toEqual([1, 2, 4, 8]);
    for (let wrong = 0; wrong < 10; wrong += 1) pauseAfterWrong();
    expect(pauseAfterWrong()).toBe(64);
    remembered.confirm();
    expect(pauseAfterWrong()).toBe(1);
  });
});
