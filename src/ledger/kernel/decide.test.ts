import { describe, expect, it } from 'vitest';
import { INT64_MAX, INT64_MIN } from '../../base/int64.ts';
import {
  account,
  hold,
  lot,
  minutes,
  newAccount,
  NOW,
  post,
  reversal,
  sample,
  snapshot,
  verdictOf,
} from '../../../test/model/kernel-samples.ts';
import { MemoryLedger } from '../../../test/model/memory-ledger.ts';
import type { Command } from '../types.ts';
import { decide } from './decide.ts';

describe('what a command writes', () => {
  it('a post writes one entry with every column, and its account', () => {
    const command = sample.post({
      key: 'order-1',
      amount: -30n,
      reason: 'two hours',
      occurredAt: minutes(-5),
      details: { minutes: 120, desk: 'b', free: false, note: null },
    });
    const { outcomes, changes } = decide(snapshot({ accounts: [account()] }), [command], NOW);
    expect(outcomes).toEqual([
      { status: 'posted', after: [{ accountId: 1n, balance: 70n, held: 0n, available: 70n, seq: 6n }] },
    ]);
    expect(changes.accounts).toEqual([account({ balance: 70n, seq: 6n })]);
    expect(changes.entries).toEqual([
      {
        accountId: 1n,
        seq: 6n,
        amount: -30n,
        balanceAfter: 70n,
        kind: 'usage',
        contra: 'usage',
        counterAccountId: null,
        transferId: null,
        key: 'order-1',
        contentHash: expect.any(BigInt),
        source: null,
        reversesSeq: null,
        reason: 'two hours',
        actor: 'person:7',
        details: '{"desk":"b","free":false,"minutes":120,"note":null}',
        occurredAt: minutes(-5),
        recordedAt: NOW,
      },
    ]);
  });

  it('a transfer writes two entries that name each other under one transfer id', () => {
    const accounts = [account(), account({ id: 2n, seq: 9n })];
    const { outcomes, changes } = decide(snapshot({ accounts }), [sample.transfer({ amount: 40n })], NOW);
    expect(outcomes[0]?.after.map(({ accountId, balance, seq }) => [accountId, balance, seq])).toEqual([
      [1n, 60n, 6n],
      [2n, 140n, 10n],
    ]);
    expect(changes.entries).toMatchObject([
      { accountId: 1n, amount: -40n, contra: null, counterAccountId: 2n, transferId: '1:6', key: 'key' },
      { accountId: 2n, amount: 40n, contra: null, counterAccountId: 1n, transferId: '1:6', key: 'key' },
    ]);
  });

  it('a hold writes the hold and raises held; no entry', () => {
    const command = sample.hold({ amount: 100n, expiresAt: minutes(1), reason: 'door' });
    const { outcomes, changes } = decide(snapshot({ accounts: [account()] }), [command], NOW);
    expect(outcomes[0]?.after).toEqual([{ accountId: 1n, balance: 100n, held: 100n, available: 0n, seq: 5n }]);
    expect(changes.entries).toEqual([]);
    expect(changes.newHolds).toEqual([
      {
        accountId: 1n,
        key: 'key',
        amount: 100n,
        amountCaptured: 0n,
        status: 'open',
        expiresAt: minutes(1),
        contentHash: expect.any(BigInt),
        resolutionKey: null,
        resolutionHash: null,
        reason: 'door',
        actor: 'person:7',
        createdAt: NOW,
        resolvedAt: null,
      },
    ]);
  });

  it('a capture of a part debits it and releases the remainder', () => {
    const given = snapshot({ accounts: [account({ held: 10n })], holds: [hold()] });
    const { outcomes, changes } = decide(given, [sample.capture({ amount: 4n })], NOW);
    expect(outcomes[0]?.after).toEqual([{ accountId: 1n, balance: 96n, held: 0n, available: 96n, seq: 6n }]);
    expect(changes.resolvedHolds).toEqual([
      {
        accountId: 1n,
        key: 'hold-1',
        status: 'captured',
        amountCaptured: 4n,
        resolutionKey: 'key',
        resolutionHash: changes.entries[0]?.contentHash,
        resolvedAt: NOW,
      },
    ]);
  });

  it('a capture passes though the floor was raised since: the hold reserved it', () => {
    const given = snapshot({ accounts: [account({ held: 10n, floor: 1_000n })], holds: [hold()] });
    expect(verdictOf(decide(given, [sample.capture()], NOW).outcomes[0])).toBe('posted');
  });

  it('a release frees the whole amount', () => {
    const given = snapshot({ accounts: [account({ held: 10n })], holds: [hold()] });
    const { changes } = decide(given, [sample.release()], NOW);
    expect(changes.accounts).toEqual([account({ held: 0n })]);
    expect(changes.resolvedHolds).toMatchObject([{ status: 'released', amountCaptured: 0n, resolutionKey: 'key' }]);
  });

  it('a hold made and resolved in one batch is one row to insert', () => {
    const commands = [sample.hold({ key: 'h', amount: 5n }), sample.release({ holdKey: 'h' })];
    const { changes } = decide(snapshot({ accounts: [account()] }), commands, NOW);
    expect(changes.resolvedHolds).toEqual([]);
    expect(changes.newHolds).toMatchObject([{ key: 'h', status: 'released', resolutionKey: 'key', resolvedAt: NOW }]);
    expect(changes.accounts).toEqual([]);
  });

  it('a lot made and drawn in one batch is one row to insert', () => {
    const commands = [sample.post({ key: 'in', amount: 5n }), sample.post({ amount: -2n })];
    const { changes } = decide(snapshot({ accounts: [newAccount({ lotted: true })] }), commands, NOW);
    expect(changes.changedLots).toEqual([]);
    expect(changes.newLots).toMatchObject([{ seq: 1n, amount: 5n, remaining: 3n }]);
  });

  it('a stored lot that is drawn is set to what remains', () => {
    const given = snapshot({ accounts: [account({ lotted: true })], lots: [lot()] });
    const { changes } = decide(given, [sample.post({ amount: -2n })], NOW);
    expect(changes.newLots).toEqual([]);
    expect(changes.changedLots).toEqual([{ accountId: 1n, seq: 1n, remaining: 98n }]);
  });

  it.each<[Command, string, string, object]>([
    [sample['set-floor']({ floor: null }), '{"floor":"0"}', '{"floor":null}', { floor: null }],
    [sample['set-floor']({ floor: 500n }), '{"floor":"0"}', '{"floor":"500"}', { floor: 500n }],
    [sample.freeze(), '{"status":"open"}', '{"status":"frozen"}', { status: 'frozen' }],
    [sample.close(), '{"status":"open"}', '{"status":"closed"}', { status: 'closed' }],
  ])('$0.type is audited with the states before and after', (...[command, beforeState, afterState, changed]) => {
    const given = newAccount();
    const { changes } = decide(snapshot({ accounts: [given] }), [{ ...command, reason: 'asked' }], NOW);
    expect(changes.accounts).toEqual([{ ...given, ...changed }]);
    expect(changes.audit).toEqual([
      {
        accountId: 1n,
        action: command.type,
        key: 'key',
        contentHash: expect.any(BigInt),
        actor: 'person:7',
        reason: 'asked',
        beforeState,
        afterState,
        recordedAt: NOW,
      },
    ]);
  });

  it('freezing a frozen account is posted without a change, and audited so that its key is taken', () => {
    const { outcomes, changes } = decide(
      snapshot({ accounts: [account({ status: 'frozen' })] }),
      [sample.freeze()],
      NOW,
    );
    expect(verdictOf(outcomes[0])).toBe('posted');
    expect(changes.accounts).toEqual([]);
    expect(changes.audit).toMatchObject([{ beforeState: '{"status":"frozen"}', afterState: '{"status":"frozen"}' }]);
  });

  it('nothing is written for an account that no command touched, though it was loaded', () => {
    const given = snapshot({
      accounts: [account(), account({ id: 2n, held: 10n })],
      holds: [hold({ accountId: 2n, expiresAt: NOW })],
    });
    expect(decide(given, [sample.post()], NOW).changes.accounts.map(({ id }) => id)).toEqual([1n]);
  });
});

describe('a batch', () => {
  it('decides each command on what the ones before it left; a refusal leaves the others as they are', () => {
    const commands = [
      sample.post({ key: 'a', amount: -60n }),
      sample.post({ key: 'b', amount: -60n }),
      sample.post({ key: 'c', amount: 30n }),
      sample.post({ key: 'd', amount: -60n }),
    ];
    const { outcomes, changes } = decide(snapshot({ accounts: [account()] }), commands, NOW);
    expect(outcomes.map(verdictOf)).toEqual(['posted', 'LEDGER_FLOOR_BREACHED', 'posted', 'posted']);
    expect(outcomes.map(({ after }) => after[0]?.balance)).toEqual([40n, 40n, 70n, 10n]);
    expect(changes.entries.map(({ key, seq }) => [key, seq])).toEqual([
      ['a', 6n],
      ['c', 7n],
      ['d', 8n],
    ]);
  });

  it('can reverse an entry that it made', () => {
    const ledger = new MemoryLedger([newAccount(), newAccount({ id: 2n })]);
    const outcomes = ledger.execute(
      [
        sample.post({ key: 'in', amount: 5n }),
        sample.transfer({ key: 'gift', amount: 5n }),
        reversal({ key: 'back', seq: 2n }),
        reversal({ key: 'twice', accountId: 2n, seq: 1n }),
      ],
      NOW,
    );
    expect(outcomes.map(verdictOf)).toEqual(['posted', 'posted', 'posted', 'LEDGER_ENTRY_REVERSED']);
    expect([...ledger.accounts.values()].map(({ balance }) => balance)).toEqual([5n, 0n]);
  });

  it('of nothing changes nothing', () => {
    const { outcomes, changes } = decide(snapshot({ accounts: [account()] }), [], NOW);
    expect(outcomes).toEqual([]);
    expect(Object.values(changes).flat()).toEqual([]);
  });

  it('leaves what it was given as it was', () => {
    const given = snapshot({
      accounts: [account({ lotted: true, held: 20n }), account({ id: 2n })],
      holds: [hold(), hold({ key: 'old', expiresAt: NOW })],
      lots: [lot({ amount: 50n, remaining: 50n }), lot({ seq: 2n, amount: 50n, remaining: 50n, expiresAt: NOW })],
    });
    const copy = structuredClone(
      JSON.stringify(given, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
    );
    const commands = [sample.capture({ key: 'c' }), sample.transfer({ key: 't' }), sample.freeze({ key: 'f' })].map(
      (one) => Object.freeze(one),
    );
    for (const rows of Object.values(given)) for (const row of rows as object[]) Object.freeze(row);
    expect(decide(given, commands, NOW).outcomes.map(verdictOf)).toEqual(['posted', 'posted', 'posted']);
    expect(JSON.stringify(given, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))).toBe(
      copy,
    );
  });

  it('throws where a reversal was decided without the account of the other leg: deciding on half would break a sum', () => {
    const leg = {
      accountId: 1n,
      seq: 1n,
      amount: -5n,
      contra: null,
      counterAccountId: 2n,
      counterSeq: 1n,
      key: 'gift',
      reversesSeq: null,
      reversedBySeq: null,
    };
    expect(() => decide(snapshot({ accounts: [account()], entries: [leg] }), [reversal()], NOW)).toThrow(
      'lacks account 2',
    );
    const accounts = [account(), account({ id: 2n })];
    expect(() => decide(snapshot({ accounts, entries: [leg] }), [reversal()], NOW)).toThrow(
      'lacks entry 1 of account 2',
    );
  });

  it('throws where a reversal was decided without a lot that the entry drew', () => {
    const debit = {
      accountId: 1n,
      seq: 2n,
      amount: -5n,
      contra: 'usage',
      counterAccountId: null,
      counterSeq: null,
      key: 'k',
      reversesSeq: null,
      reversedBySeq: null,
    };
    const draws = [{ accountId: 1n, entrySeq: 2n, lotSeq: 1n, amount: 5n }];
    const given = snapshot({ accounts: [account({ lotted: true })], entries: [debit], draws });
    expect(() => decide(given, [reversal({ seq: 2n })], NOW)).toThrow('lacks lot 1 of account 1');
  });
});

describe('the floor', () => {
  const at = (floor: bigint | null, command: Command, held: bigint = 0n): string | undefined =>
    verdictOf(decide(snapshot({ accounts: [account({ balance: 10n, floor, held })] }), [command], NOW).outcomes[0]);

  it.each<[bigint | null, bigint, string]>([
    [0n, -10n, 'posted'],
    [0n, -11n, 'LEDGER_FLOOR_BREACHED'],
    [-2n, -12n, 'posted'],
    [-2n, -13n, 'LEDGER_FLOOR_BREACHED'],
    [3n, -7n, 'posted'],
    [3n, -8n, 'LEDGER_FLOOR_BREACHED'],
    [null, -999n, 'posted'],
    [99n, 1n, 'posted'],
  ])('of %s: a post of %s on 10 is %s', (floor, amount, verdict) => {
    expect(at(floor, sample.post({ amount }))).toBe(verdict);
  });

  it('counts what is held: debits, transfers and holds share what is available', () => {
    expect(at(0n, sample.post({ amount: -5n }), 5n)).toBe('posted');
    expect(at(0n, sample.post({ amount: -6n }), 5n)).toBe('LEDGER_FLOOR_BREACHED');
    expect(at(0n, sample.hold({ amount: 6n }), 5n)).toBe('LEDGER_FLOOR_BREACHED');
    expect(at(0n, sample.hold({ amount: 5n }), 5n)).toBe('posted');
  });

  it('tells what is available, what was asked for and what is allowed', () => {
    const { outcomes } = decide(snapshot({ accounts: [account({ held: 30n })] }), [sample.post({ amount: -80n })], NOW);
    expect(outcomes[0]).toEqual({
      status: 'refused',
      code: 'LEDGER_FLOOR_BREACHED',
      detail: { accountId: '1', available: '70', amount: '80', availableAfter: '-10', floor: '0' },
      after: [{ accountId: 1n, balance: 100n, held: 30n, available: 70n, seq: 5n }],
    });
  });
});

describe('64 bits', () => {
  const none = { floor: null } as const;
  it.each<[string, Parameters<typeof account>[0], Command, string]>([
    ['a credit up to the largest balance', { balance: INT64_MAX - 1n }, sample.post({ amount: 1n }), 'posted'],
    ['a credit beyond it', { balance: INT64_MAX }, sample.post({ amount: 1n }), 'LEDGER_OVERFLOW'],
    [
      'a credit beyond it, though available could bear it',
      { balance: INT64_MAX, held: 9n },
      sample.post({ amount: 1n }),
      'LEDGER_OVERFLOW',
    ],
    ['a debit down to the smallest balance', { balance: 0n, ...none }, sample.post({ amount: INT64_MIN }), 'posted'],
    ['a debit beyond it', { balance: -1n, ...none }, sample.post({ amount: INT64_MIN }), 'LEDGER_OVERFLOW'],
    [
      'a hold up to the largest held',
      { balance: 0n, held: INT64_MAX - 1n, ...none },
      sample.hold({ amount: 1n }),
      'posted',
    ],
    ['a hold beyond it', { balance: 0n, held: INT64_MAX, ...none }, sample.hold({ amount: 1n }), 'LEDGER_OVERFLOW'],
    [
      'a hold that only available cannot bear',
      { balance: -2n, held: INT64_MAX - 1n, ...none },
      sample.hold({ amount: 1n }),
      'LEDGER_OVERFLOW',
    ],
    [
      'a debit that only available cannot bear',
      { balance: 0n, held: INT64_MAX, ...none },
      sample.post({ amount: -2n }),
      'LEDGER_OVERFLOW',
    ],
  ])('%s', (...[_name, changes, command, verdict]) => {
    const { outcomes } = decide(snapshot({ accounts: [account(changes)] }), [command], NOW);
    expect(verdictOf(outcomes[0])).toBe(verdict);
  });

  it('the smallest amount cannot be reversed, because its opposite is no 64-bit number', () => {
    const ledger = new MemoryLedger([newAccount(none)]);
    post(ledger, NOW, sample.post({ amount: INT64_MIN }));
    expect(verdictOf(ledger.execute([reversal({ seq: 1n })], NOW)[0])).toBe('LEDGER_OVERFLOW');
  });
});
