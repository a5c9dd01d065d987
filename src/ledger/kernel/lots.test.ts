import { describe, expect, it } from 'vitest';
import { ledgerBreaches } from '../../../test/model/ledger-breaches.ts';
import { minutes, newAccount, NOW, post, reversal, sample, verdictOf } from '../../../test/model/kernel-samples.ts';
import { MemoryLedger } from '../../../test/model/memory-ledger.ts';
import type { AccountState, LotState } from '../types.ts';
import { compareDrawOrder } from './lot-order.ts';

/** A lotted account without a floor, so that deficits can be made. */
function open(changes: Partial<AccountState> = {}): MemoryLedger {
  return new MemoryLedger([
    newAccount({ lotted: true, floor: null, ...changes }),
    newAccount({ id: 2n, lotted: true }),
  ]);
}

/** What remains in each lot by seq, spent ones included. */
function remains(ledger: MemoryLedger, accountId: bigint = 1n): Record<string, bigint> {
  expect(ledgerBreaches(ledger)).toEqual([]);
  return Object.fromEntries(ledger.lotsOf(accountId).map((lot) => [lot.seq.toString(), lot.remaining]));
}

const credit = (amount: bigint): ReturnType<typeof sample.post> => sample.post({ amount });
const debit = (amount: bigint): ReturnType<typeof sample.post> => sample.post({ amount: -amount });

describe('credits of a lotted account', () => {
  it('a post becomes a paid lot in the middle of the priorities that never expires', () => {
    const ledger = open();
    post(ledger, NOW, credit(5n));
    expect(ledger.lotsOf(1n)).toEqual([
      { accountId: 1n, seq: 1n, amount: 5n, remaining: 5n, funding: 'paid', priority: 500_000n, expiresAt: null },
    ]);
  });

  it('a granted lot is as told', () => {
    const ledger = open();
    post(ledger, NOW, sample['grant-lot']({ amount: 3n, priority: 7n, expiresAt: minutes(1) }));
    expect(ledger.lotsOf(1n)).toEqual([
      { accountId: 1n, seq: 1n, amount: 3n, remaining: 3n, funding: 'granted', priority: 7n, expiresAt: minutes(1) },
    ]);
  });

  it('a credit makes good a deficit before anything remains in its lot, and records that draw as its own', () => {
    const ledger = open();
    post(ledger, NOW, debit(3n), credit(2n), credit(5n));
    expect(remains(ledger)).toEqual({ 2: 0n, 3: 4n });
    expect([...ledger.draws.values()]).toEqual([
      { accountId: 1n, entrySeq: 2n, lotSeq: 2n, amount: 2n },
      { accountId: 1n, entrySeq: 3n, lotSeq: 3n, amount: 1n },
    ]);
  });

  it('a transfer makes a paid lot where it arrives and draws lots where it leaves', () => {
    const ledger = open();
    post(ledger, NOW, sample['grant-lot']({ amount: 8n }), sample.transfer({ amount: 5n }));
    expect(remains(ledger)).toEqual({ 1: 3n });
    expect(ledger.lotsOf(2n)).toEqual([
      { accountId: 2n, seq: 1n, amount: 5n, remaining: 5n, funding: 'paid', priority: 500_000n, expiresAt: null },
    ]);
  });

  it('an account without lots makes none', () => {
    const ledger = open({ lotted: false });
    post(ledger, NOW, credit(5n), debit(6n));
    expect([ledger.lots.size, ledger.draws.size]).toEqual([0, 0]);
  });
});

describe('debits draw lots', () => {
  const base: LotState = {
    accountId: 1n,
    seq: 5n,
    amount: 1n,
    remaining: 1n,
    funding: 'paid',
    priority: 5n,
    expiresAt: minutes(5),
  };
  it.each<[string, Partial<LotState>, Partial<LotState>]>([
    ['the lower priority number first', { priority: 4n, expiresAt: null, funding: 'paid', seq: 9n }, {}],
    ['then the soonest expiry', { expiresAt: minutes(4), seq: 9n }, { funding: 'granted' }],
    ['an expiry before none', { seq: 9n }, { expiresAt: null, funding: 'granted' }],
    ['then granted before paid', { funding: 'granted', seq: 9n }, {}],
    ['then the oldest', { seq: 4n }, {}],
  ])('X-05: %s', (_rule, earlier, later) => {
    const [first, second] = [
      { ...base, ...earlier },
      { ...base, ...later },
    ];
    expect(compareDrawOrder(first, second)).toBeLessThan(0);
    expect(compareDrawOrder(second, first)).toBeGreaterThan(0);
    expect(compareDrawOrder(first, first)).toBe(0);
  });

  it('in that order whatever the order of grants, over as many lots as it takes, and records each draw', () => {
    const ledger = open();
    post(
      ledger,
      NOW,
      credit(4n),
      sample['grant-lot']({ amount: 4n, priority: 100n }),
      sample['grant-lot']({ amount: 4n, priority: 100n, funding: 'paid' }),
      sample['grant-lot']({ amount: 4n, priority: 0n }),
      debit(10n),
    );
    expect(remains(ledger)).toEqual({ 1: 4n, 2: 0n, 3: 2n, 4: 0n });
    expect([...ledger.draws.values()].map(({ entrySeq, lotSeq, amount }) => [entrySeq, lotSeq, amount])).toEqual([
      [5n, 4n, 4n],
      [5n, 2n, 4n],
      [5n, 3n, 2n],
    ]);
  });

  it('a capture draws like any debit', () => {
    const ledger = open();
    post(ledger, NOW, credit(4n), sample.hold({ key: 'h', amount: 3n }), sample.capture({ key: 'c', holdKey: 'h' }));
    expect(remains(ledger)).toEqual({ 1: 1n });
  });
});

describe('voiding a lot', () => {
  it('takes what remains of that lot and of no other', () => {
    const ledger = open();
    post(ledger, NOW, credit(4n), credit(6n), debit(5n), sample['void-lot']({ lotSeq: 2n }));
    expect(remains(ledger)).toEqual({ 1: 0n, 2: 0n });
    expect(ledger.entriesOf(1n).at(-1)).toMatchObject({ amount: -5n, kind: 'void', contra: 'grants' });
  });

  it('is refused where open holds need the lot', () => {
    const ledger = open({ floor: 0n });
    post(ledger, NOW, credit(4n), credit(6n), sample.hold({ key: 'h', amount: 5n }));
    expect(verdictOf(ledger.execute([sample['void-lot']({ lotSeq: 2n })], NOW)[0])).toBe('LEDGER_FLOOR_BREACHED');
    post(ledger, NOW, sample['void-lot']({ key: 'v', lotSeq: 1n }));
  });
});

describe('reversing a debit', () => {
  it('gives back to the lots it drew', () => {
    const ledger = open();
    post(ledger, NOW, credit(4n), credit(6n), debit(7n), reversal({ seq: 3n }));
    expect(remains(ledger)).toEqual({ 1: 4n, 2: 6n });
    expect(ledger.entriesOf(1n).at(-1)).toMatchObject({
      amount: 7n,
      kind: 'reversal',
      contra: 'usage',
      reversesSeq: 3n,
    });
  });

  it('gives back to the lots drawn last first, where a deficit made since takes a part', () => {
    const ledger = open();
    post(ledger, NOW, credit(4n), credit(6n), debit(10n), debit(7n), reversal({ seq: 3n }));
    // Of 10 that come back, 7 make good the deficit; 3 return as if the debit had been 7.
    expect(remains(ledger)).toEqual({ 1: 0n, 2: 3n });
  });

  it('gives nothing back to lots where the deficit takes it all', () => {
    const ledger = open();
    post(ledger, NOW, credit(4n), debit(4n), debit(9n), reversal({ seq: 2n }));
    expect(remains(ledger)).toEqual({ 1: 0n });
    expect(ledger.accounts.get(1n)?.balance).toBe(-5n);
  });

  it('returns what the debit took below zero as a credit does: a paid lot that never expires', () => {
    const ledger = open();
    post(ledger, NOW, sample['grant-lot']({ amount: 3n }), debit(5n), credit(2n), reversal({ seq: 2n }));
    expect(remains(ledger)).toEqual({ 1: 3n, 3: 0n, 4: 2n });
    expect(ledger.lotsOf(1n).at(-1)).toMatchObject({ seq: 4n, amount: 2n, funding: 'paid', expiresAt: null });
  });

  it('an expired lot loses at once what it gets back, dated when it got it', () => {
    const ledger = open();
    post(ledger, NOW, sample['grant-lot']({ amount: 3n, expiresAt: minutes(5) }), debit(2n));
    const [outcome] = ledger.execute([reversal({ seq: 2n })], minutes(9));
    expect(remains(ledger)).toEqual({ 1: 0n });
    expect(ledger.entriesOf(1n).map((entry) => [entry.amount, entry.kind, entry.occurredAt])).toEqual([
      [3n, 'grant', NOW],
      [-2n, 'usage', NOW],
      [-1n, 'expiry', minutes(5)],
      [2n, 'reversal', minutes(9)],
      [-2n, 'expiry', minutes(9)],
    ]);
    expect(outcome?.after).toEqual([{ accountId: 1n, balance: 2n, held: 0n, available: 0n, seq: 4n }]);
  });

  it('a voided lot comes back by reversing the void', () => {
    const ledger = open();
    post(ledger, NOW, credit(4n), sample['void-lot']({ lotSeq: 1n }), reversal({ seq: 2n }));
    expect(remains(ledger)).toEqual({ 1: 4n });
  });
});

describe('reversing a credit', () => {
  it('takes its own lot, though others would be drawn before it', () => {
    const ledger = open();
    post(ledger, NOW, credit(4n), credit(6n), reversal({ seq: 2n }));
    expect(remains(ledger)).toEqual({ 1: 4n, 2: 0n });
  });

  it('is refused with what remains where part of the lot was spent, expired or made good a deficit', () => {
    const spent = open();
    post(spent, NOW, credit(4n), debit(1n));
    const [outcome] = spent.execute([reversal({ seq: 1n })], NOW);
    expect(outcome).toMatchObject({
      code: 'LEDGER_LOT_SPENT',
      detail: { accountId: '1', seq: '1', amount: '4', remaining: '3' },
    });
    const expired = open();
    post(expired, NOW, sample['grant-lot']({ expiresAt: minutes(1) }));
    expect(verdictOf(expired.execute([reversal({ seq: 1n })], minutes(2))[0])).toBe('LEDGER_LOT_SPENT');
    const covering = open();
    post(covering, NOW, debit(1n), credit(4n));
    expect(verdictOf(covering.execute([reversal({ seq: 2n })], NOW)[0])).toBe('LEDGER_LOT_SPENT');
  });

  it('is refused where open holds need it', () => {
    const ledger = open({ floor: 0n });
    post(ledger, NOW, credit(4n), sample.hold({ key: 'h', amount: 1n }));
    expect(verdictOf(ledger.execute([reversal({ seq: 1n })], NOW)[0])).toBe('LEDGER_FLOOR_BREACHED');
  });

  it('a credit that a cutover carried without a lot is drawn like any debit', () => {
    const ledger = open();
    post(ledger, NOW, credit(4n), credit(6n));
    ledger.lots.delete('1:1');
    ledger.lots.set('1:2', { ...(ledger.lots.get('1:2') as LotState), amount: 10n, remaining: 10n });
    post(ledger, NOW, reversal({ seq: 1n }));
    expect(ledger.lots.get('1:2')?.remaining).toBe(6n);
  });

  it('a debit that a cutover carried without draws comes back as a paid lot', () => {
    const ledger = open();
    post(ledger, NOW, credit(4n), debit(1n));
    ledger.draws.clear();
    post(ledger, NOW, reversal({ seq: 2n }));
    expect(ledger.lots.get('1:3')).toMatchObject({ amount: 1n, remaining: 1n, funding: 'paid' });
  });
});

describe('reversing a transfer', () => {
  it.each([
    ['the leg it left by', 1n, 2n],
    ['the leg it arrived by', 2n, 1n],
  ])('by %s undoes both legs, with lots on both sides, under the key on both accounts', (_leg, accountId, seq) => {
    const ledger = open();
    post(ledger, NOW, credit(9n), sample.transfer({ amount: 5n }), reversal({ key: 'back', accountId, seq }));
    expect([remains(ledger), remains(ledger, 2n)]).toEqual([{ 1: 9n }, { 1: 0n }]);
    expect(ledger.entriesOf(1n).at(-1)).toMatchObject({
      amount: 5n,
      counterAccountId: 2n,
      transferId: '2:2',
      reversesSeq: 2n,
      key: 'back',
    });
    expect(ledger.entriesOf(2n).at(-1)).toMatchObject({
      amount: -5n,
      counterAccountId: 1n,
      transferId: '2:2',
      reversesSeq: 1n,
      key: 'back',
    });
    const again = accountId === 1n ? reversal({ accountId: 2n, seq: 1n }) : reversal({ accountId: 1n, seq: 2n });
    expect(verdictOf(ledger.execute([again], NOW)[0])).toBe('LEDGER_ENTRY_REVERSED');
  });

  it('is refused where the other side has spent it, whichever leg is named', () => {
    const ledger = open();
    post(ledger, NOW, credit(9n), sample.transfer({ amount: 5n }), sample.post({ accountId: 2n, amount: -1n }));
    expect(verdictOf(ledger.execute([reversal({ seq: 2n })], NOW)[0])).toBe('LEDGER_LOT_SPENT');
    expect(verdictOf(ledger.execute([reversal({ accountId: 2n, seq: 1n })], NOW)[0])).toBe('LEDGER_LOT_SPENT');
  });

  it.each([
    ['frozen', 'LEDGER_ACCOUNT_FROZEN'],
    ['closed', 'LEDGER_ACCOUNT_CLOSED'],
  ] as const)('is refused where the account of the other leg is %s', (status, code) => {
    const ledger = open();
    post(ledger, NOW, credit(9n), sample.transfer({ amount: 5n }), sample.post({ accountId: 2n, amount: -5n }));
    post(ledger, NOW, status === 'frozen' ? sample.freeze({ accountId: 2n }) : sample.close({ accountId: 2n }));
    expect(verdictOf(ledger.execute([reversal({ seq: 2n })], NOW)[0])).toBe(code);
  });

  it('a reversal and an expiry cannot be reversed', () => {
    const ledger = open();
    post(ledger, NOW, sample['grant-lot']({ expiresAt: minutes(1) }), debit(2n), reversal({ seq: 2n }));
    expect(ledger.execute([reversal({ seq: 3n })], minutes(2))[0]).toMatchObject({
      code: 'LEDGER_ENTRY_NOT_REVERSIBLE',
      detail: { found: 'a reversal' },
    });
    expect(ledger.execute([reversal({ seq: 4n })], minutes(2))[0]).toMatchObject({
      code: 'LEDGER_ENTRY_NOT_REVERSIBLE',
      detail: { found: 'an expiry' },
    });
  });

  it('half of a transfer cannot be reversed alone', () => {
    const ledger = open();
    post(ledger, NOW, credit(9n), sample.transfer({ key: 'gift', amount: 5n }));
    ledger.entries.delete('2:1');
    expect(verdictOf(ledger.execute([reversal({ seq: 2n })], NOW)[0])).toBe('LEDGER_ENTRY_NOT_REVERSIBLE');
  });
});
