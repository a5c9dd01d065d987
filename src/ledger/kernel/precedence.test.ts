import { describe, expect, it } from 'vitest';
import { INT64_MAX, INT64_MIN } from '../../base/int64.ts';
import { account, hold, lot, minutes, NOW, sample, snapshot, verdictOf } from '../../../test/model/kernel-samples.ts';
import type { AccountState, Command, HoldState, LotState, RefusalCode } from '../types.ts';
import { decide } from './decide.ts';
import type { EntryState, UsedKey } from './kernel-types.ts';
import { refusalDefinitions } from './refusal-definitions.ts';
import { refusalError } from './refusal-error.ts';

/** A situation in which the command would be posted, until faults are put into it. */
interface Scene {
  command: Record<string, unknown>;
  from: Mutable<AccountState>;
  to: Mutable<AccountState>;
  accounts: AccountState[];
  hold: Mutable<HoldState>;
  holds: HoldState[];
  lot: Mutable<LotState>;
  lots: LotState[];
  entry: Mutable<EntryState>;
  entries: EntryState[];
  usedKeys: UsedKey[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Fault = (scene: Scene) => void;

const entry: EntryState = {
  accountId: 1n,
  seq: 1n,
  amount: 100n,
  contra: 'payments',
  counterAccountId: null,
  counterSeq: null,
  key: 'earlier',
  reversesSeq: null,
  reversedBySeq: null,
};

function sceneOf(type: Command['type']): Scene {
  const needsLots = type === 'grant-lot' || type === 'void-lot' || type === 'reverse';
  const balance = type === 'close' ? 0n : 100n;
  const from = account({ balance, lotted: needsLots, held: type === 'capture' || type === 'release' ? 10n : 0n });
  const scene = { from, to: account({ id: 2n }), hold: hold(), lot: lot(), entry: { ...entry } };
  return {
    ...scene,
    command: { ...sample[type]() },
    accounts: [scene.from, scene.to],
    holds: from.held > 0n ? [scene.hold] : [],
    lots: needsLots ? [scene.lot] : [],
    entries: [scene.entry],
    usedKeys: [],
  };
}

function decideScene(scene: Scene): string | undefined {
  const { accounts, holds, lots, entries, usedKeys } = scene;
  const command = scene.command as unknown as Command;
  const { outcomes, changes } = decide(snapshot({ accounts, holds, lots, entries, usedKeys }), [command], NOW);
  const [outcome] = outcomes;
  const verdict = verdictOf(outcome);
  if (outcome?.status === 'refused') expect(refusalError(command, outcome).message).not.toContain('undefined');
  if (verdict !== 'posted') {
    // What was refused may have expired a hold of the scene, but nothing else may have changed.
    expect({ ...changes, accounts: [], resolvedHolds: [] }).toEqual(NO_CHANGES);
    expect(changes.accounts.length).toBe(changes.resolvedHolds.length);
  }
  return verdict;
}

const NO_CHANGES = {
  accounts: [],
  entries: [],
  newHolds: [],
  resolvedHolds: [],
  newLots: [],
  changedLots: [],
  draws: [],
  audit: [],
};

const usedOn = (accountId: bigint): UsedKey => ({
  accountId,
  key: 'key',
  contentHash: 1n,
  seq: null,
  balanceAfter: null,
});

/** Faults that any command may have. */
const ANY: readonly (readonly [RefusalCode, Fault])[] = [
  ['LEDGER_COMMAND_INVALID', (scene) => (scene.command['key'] = '')],
  ['LEDGER_ACCOUNT_UNKNOWN', (scene) => (scene.accounts = scene.accounts.filter((one) => one.id !== 1n))],
  ['LEDGER_KEY_REUSED', (scene) => scene.usedKeys.push(usedOn(1n))],
  ['LEDGER_AUTHORITY_LEGACY', (scene) => (scene.from.authority = 'legacy')],
  ['LEDGER_ACCOUNT_CLOSED', (scene) => (scene.from.status = 'closed')],
];

const FROZEN: readonly [RefusalCode, Fault] = ['LEDGER_ACCOUNT_FROZEN', (scene) => (scene.from.status = 'frozen')];
const FUTURE: readonly [RefusalCode, Fault] = [
  'LEDGER_OCCURRED_IN_FUTURE',
  (scene) => (scene.command['occurredAt'] = minutes(1)),
];
const PASSED: readonly [RefusalCode, Fault] = ['LEDGER_EXPIRY_PASSED', (scene) => (scene.command['expiresAt'] = NOW)];
const FLOOR: readonly [RefusalCode, Fault] = ['LEDGER_FLOOR_BREACHED', (scene) => (scene.from.floor = 1_000n)];
const NOT_LOTTED: readonly [RefusalCode, Fault] = ['LEDGER_ACCOUNT_NOT_LOTTED', (scene) => (scene.from.lotted = false)];

/** No floor, and a balance so low that one more debit leaves 64 bits. */
const UNDERFLOW: readonly [RefusalCode, Fault] = [
  'LEDGER_OVERFLOW',
  (scene) => Object.assign(scene.from, { floor: null, balance: INT64_MIN }),
];

function holdIs(changes: Partial<HoldState>): Fault {
  return (scene) => {
    Object.assign(scene.hold, changes);
    scene.holds = [scene.hold];
  };
}

const HOLD: readonly (readonly [RefusalCode, Fault])[] = [
  ['LEDGER_HOLD_UNKNOWN', (scene) => (scene.holds = [])],
  ['LEDGER_HOLD_CAPTURED', holdIs({ status: 'captured' })],
  ['LEDGER_HOLD_RELEASED', holdIs({ status: 'released' })],
  // Open in the store, and found expired when the account is touched.
  ['LEDGER_HOLD_EXPIRED', holdIs({ expiresAt: NOW })],
];

/** For each command its refusals in the documented order, each with a fault that brings it about. */
const CHAINS: Record<Command['type'], readonly (readonly [RefusalCode, Fault])[]> = {
  post: [...ANY, FROZEN, FUTURE, FLOOR, UNDERFLOW],
  transfer: [
    ...ANY,
    FROZEN,
    ['LEDGER_UNIT_MISMATCH', (scene) => (scene.to.unit = 'point')],
    FUTURE,
    FLOOR,
    ['LEDGER_OVERFLOW', (scene) => (scene.to.balance = INT64_MAX)],
  ],
  hold: [...ANY, FROZEN, PASSED, FLOOR, UNDERFLOW],
  capture: [
    ...ANY,
    FROZEN,
    FUTURE,
    ...HOLD,
    ['LEDGER_CAPTURE_EXCEEDS_HOLD', (scene) => (scene.command['amount'] = 11n)],
  ],
  release: [...ANY, ...HOLD],
  'set-floor': ANY,
  freeze: ANY,
  unfreeze: ANY,
  close: [...ANY, ['LEDGER_ACCOUNT_NOT_EMPTY', (scene) => (scene.from.balance = 1n)]],
  reverse: [
    ...ANY,
    FROZEN,
    ['LEDGER_ENTRY_UNKNOWN', (scene) => (scene.entries = [])],
    ['LEDGER_ENTRY_REVERSED', (scene) => (scene.entry.reversedBySeq = 3n)],
    ['LEDGER_ENTRY_NOT_REVERSIBLE', (scene) => (scene.entry.reversesSeq = 2n)],
    ['LEDGER_LOT_SPENT', (scene) => (scene.lot.remaining = 99n)],
    FLOOR,
    UNDERFLOW,
  ],
  'grant-lot': [
    ...ANY,
    FROZEN,
    NOT_LOTTED,
    FUTURE,
    PASSED,
    ['LEDGER_OVERFLOW', (scene) => (scene.from.balance = INT64_MAX)],
  ],
  'void-lot': [
    ...ANY,
    FROZEN,
    NOT_LOTTED,
    FUTURE,
    ['LEDGER_LOT_UNKNOWN', (scene) => (scene.lots = [])],
    ['LEDGER_LOT_EMPTY', (scene) => (scene.lot.remaining = 0n)],
    FLOOR,
  ],
};

/** The documented order, as the registry of errors and the docs have it. */
const ORDER = Object.keys(refusalDefinitions) as RefusalCode[];

/** Each fault alone, and each two faults together: the one that stands first in the order must be told. */
const cases = Object.entries(CHAINS).flatMap(([type, chain]) =>
  chain.flatMap(([code, fault], index) => [
    { type: type as Command['type'], code, faults: [fault], name: 'alone' },
    // The later fault is put in first, so that where both write one field the earlier one stands.
    ...chain.slice(index + 1).map(([later, laterFault]) => ({
      type: type as Command['type'],
      code,
      faults: [laterFault, fault],
      name: `before ${later}`,
    })),
  ]),
);

describe('the order of refusals', () => {
  it.each(Object.keys(CHAINS) as Command['type'][])('%s is posted where nothing is wrong', (type) => {
    expect(decideScene(sceneOf(type))).toBe('posted');
  });

  it.each(cases)('$type is refused with $code, $name', ({ type, code, faults }) => {
    const scene = sceneOf(type);
    for (const fault of faults) fault(scene);
    expect(decideScene(scene)).toBe(code);
  });

  it('covers every refusal there is, each chain in the documented order', () => {
    const covered = new Set(Object.values(CHAINS).flatMap((chain) => chain.map(([code]) => code)));
    expect([...covered].toSorted()).toEqual(ORDER.toSorted());
    for (const chain of Object.values(CHAINS)) {
      const places = chain.map(([code]) => ORDER.indexOf(code));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
  });

  it.each(['LEDGER_AUTHORITY_LEGACY', 'LEDGER_ACCOUNT_CLOSED', 'LEDGER_ACCOUNT_FROZEN'] as const)(
    'a transfer is refused with %s for the account it goes to as well',
    (code) => {
      const scene = sceneOf('transfer');
      if (code === 'LEDGER_AUTHORITY_LEGACY') scene.to.authority = 'legacy';
      else scene.to.status = code === 'LEDGER_ACCOUNT_CLOSED' ? 'closed' : 'frozen';
      expect(decideScene(scene)).toBe(code);
    },
  );

  it('a closed destination is told before a frozen source, because codes have one order whatever the account', () => {
    const scene = sceneOf('transfer');
    scene.from.status = 'frozen';
    scene.to.status = 'closed';
    expect(decideScene(scene)).toBe('LEDGER_ACCOUNT_CLOSED');
  });

  it('a frozen account still takes release, set-floor, freeze, unfreeze and close', () => {
    for (const type of ['release', 'set-floor', 'freeze', 'unfreeze', 'close'] as const) {
      const scene = sceneOf(type);
      scene.from.status = 'frozen';
      expect([type, decideScene(scene)]).toEqual([type, 'posted']);
    }
  });
});
