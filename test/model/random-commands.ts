import fc from 'fast-check';
import type { Actor } from '../../src/base/actor.ts';
import { Instant } from '../../src/base/instant.ts';
import type { AccountState, Command } from '../../src/ledger/types.ts';

/** One command at its time. `startsBatch` cuts the sequence there when it is run in batches. */
export interface Step {
  readonly command: Command;
  readonly now: Instant;
  readonly startsBatch: boolean;
}

/** Accounts that random commands are about; one more id has no account. */
export const ACCOUNT_IDS: readonly bigint[] = [1n, 2n, 3n, 4n, 5n, 6n];
const UNKNOWN_ID = 7n;
const START = Instant.parse('2026-03-01T00:00:00Z');
const MINUTE_MS = 60_000;

/** Accounts with and without lots on floors of 0, -2 and none, one of another unit, one under legacy authority. */
export function accountsArbitrary(): fc.Arbitrary<AccountState[]> {
  const floors = fc.tuple(...ACCOUNT_IDS.map(() => fc.constantFrom(0n, -2n, null)));
  return floors.map((chosen) =>
    ACCOUNT_IDS.map((id, index) => ({
      id,
      unit: id === 5n ? 'point' : 'session',
      balance: 0n,
      held: 0n,
      // Account 3 may always go below zero, because a deficit between a debit and its reversal is rare otherwise.
      floor: id === 3n ? null : (chosen[index] ?? null),
      seq: 0n,
      status: 'open',
      authority: id === 6n ? 'legacy' : 'ledger',
      lotted: id === 2n || id === 3n || id === 5n,
    })),
  );
}

/** What a step does before it is known when it happens and what came before it. */
interface Draft {
  readonly make: (context: Context) => Command;
  readonly advanceMinutes: number;
  readonly startsBatch: boolean;
}

interface Context {
  readonly now: Instant;
  readonly before: readonly Command[];
}

/**
 * Sequences of commands in which later ones often name what earlier ones made: the same key again with the same or other
 * content, holds to resolve, entries to reverse, lots to void. Time stands still or jumps; it goes back only where asked.
 */
export function stepsArbitrary(options: { readonly timeMayGoBack?: boolean } = {}): fc.Arbitrary<Step[]> {
  const minutes = options.timeMayGoBack === true ? fc.integer({ min: -8, max: 8 }) : fc.integer({ min: 1, max: 8 });
  const draft: fc.Arbitrary<Draft> = fc.record({
    make: commandArbitrary(),
    advanceMinutes: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: minutes }),
    startsBatch: fc.boolean(),
  });
  const drafts = fc.array(draft, { minLength: 1, maxLength: 40, size: 'max' });
  return fc.tuple(fc.subarray([...OPENING]), drafts).map(([opening, rest]) => {
    const before: Command[] = [];
    let now = START;
    return [...opening, ...rest].map(({ make, advanceMinutes, startsBatch }): Step => {
      now = now.plusMillis(advanceMinutes * MINUTE_MS);
      const command = make({ now, before });
      before.push(command);
      return { command, now, startsBatch: startsBatch || advanceMinutes !== 0 };
    });
  });
}

/** Cuts a sequence into batches; every batch has one time. */
export function batchesOf(steps: readonly Step[]): Step[][] {
  const batches: Step[][] = [];
  for (const step of steps) {
    const last = batches.at(-1);
    if (last === undefined || step.startsBatch) batches.push([step]);
    else last.push(step);
  }
  return batches;
}

type Maker = (context: Context) => Command;

const clerk = { kind: 'person', id: '1' } as const;
const firstCredits: readonly Maker[] = [
  () => ({ type: 'post', key: 'first', actor: clerk, accountId: 1n, amount: 12n, kind: 'payment', contra: 'payments' }),
  () => ({ type: 'post', key: 'first', actor: clerk, accountId: 2n, amount: 5n, kind: 'payment', contra: 'payments' }),
  ({ now }) => ({
    type: 'grant-lot',
    key: 'second',
    actor: clerk,
    accountId: 2n,
    amount: 9n,
    kind: 'payment',
    contra: 'payments',
    funding: 'granted',
    priority: 100n,
    expiresAt: at(now, 5),
  }),
  () => ({ type: 'post', key: 'first', actor: clerk, accountId: 3n, amount: 4n, kind: 'payment', contra: 'payments' }),
  () => ({ type: 'post', key: 'second', actor: clerk, accountId: 3n, amount: 3n, kind: 'payment', contra: 'payments' }),
  () => ({ type: 'post', key: 'first', actor: clerk, accountId: 4n, amount: 12n, kind: 'payment', contra: 'payments' }),
];

/** Credits that a sequence may begin with; without them most random debits would find nothing to take. */
const OPENING: readonly Draft[] = firstCredits.map((make) => ({ make, advanceMinutes: 0, startsBatch: false }));

function commandArbitrary(): fc.Arbitrary<Maker> {
  return fc.oneof(
    { weight: 8, arbitrary: postArbitrary() },
    { weight: 4, arbitrary: transferArbitrary() },
    { weight: 6, arbitrary: grantArbitrary() },
    { weight: 6, arbitrary: holdArbitrary() },
    { weight: 6, arbitrary: resolveArbitrary() },
    { weight: 6, arbitrary: reverseArbitrary() },
    { weight: 3, arbitrary: voidArbitrary() },
    { weight: 3, arbitrary: changeArbitrary() },
    { weight: 3, arbitrary: againArbitrary() },
  );
}

const accountId = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(1n, 2n, 2n, 3n, 3n, 4n, 5n) },
  { weight: 1, arbitrary: fc.constantFrom(6n, UNKNOWN_ID) },
);
const amount = fc.oneof({ weight: 30, arbitrary: fc.bigInt(1n, 7n) }, { weight: 1, arbitrary: fc.bigInt(-1n, 0n) });
const key = fc.oneof(
  { weight: 40, arbitrary: fc.integer({ min: 1, max: 150 }).map((number) => `key-${number}`) },
  { weight: 1, arbitrary: fc.constantFrom('', 'expiry:1') },
);
const actor: fc.Arbitrary<Actor> = fc.record({
  kind: fc.constantFrom('person', 'job'),
  id: fc.constantFrom('1', '2'),
});
const base = { key, actor };
const kind = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom('payment', 'usage') },
  { weight: 1, arbitrary: fc.constant('Usage') },
);
const contra = fc.constantFrom('payments', 'usage');
const seq = fc.oneof({ weight: 3, arbitrary: fc.bigInt(1n, 4n) }, { weight: 2, arbitrary: fc.bigInt(1n, 12n) });
const none = Symbol('none');
/** Minutes from now, or `none` for absent. */
const offset = fc.oneof(
  { weight: 3, arbitrary: fc.constant(none) },
  { weight: 4, arbitrary: fc.integer({ min: -1, max: 12 }) },
);

function at(now: Instant, minutes: number): Instant {
  return now.plusMillis(minutes * MINUTE_MS);
}

function optional<Name extends string>(
  name: Name,
  minutes: number | typeof none,
  now: Instant,
): { readonly [K in Name]?: Instant } {
  return (typeof minutes === 'number' ? { [name]: at(now, minutes) } : {}) as { readonly [K in Name]?: Instant };
}

const occurred = fc.oneof(
  { weight: 6, arbitrary: fc.constant(none) },
  { weight: 2, arbitrary: fc.integer({ min: -30, max: 0 }) },
  { weight: 1, arbitrary: fc.constant(1) },
);

function postArbitrary(): fc.Arbitrary<Maker> {
  return fc
    .record({
      ...base,
      accountId,
      amount,
      isDebit: fc.boolean(),
      isLarge: fc.nat({ max: 3 }).map((number) => number === 0),
      kind,
      contra,
      minutes: occurred,
    })
    .map(({ isDebit, isLarge, amount: size, minutes, ...rest }) => ({ now }) => ({
      type: 'post',
      ...rest,
      amount: (isDebit ? -size : size) * (isLarge ? 5n : 1n),
      ...optional('occurredAt', minutes, now),
    }));
}

function transferArbitrary(): fc.Arbitrary<Maker> {
  return fc
    .record({ ...base, fromAccountId: accountId, toAccountId: accountId, amount, kind })
    .map((command) => () => ({ type: 'transfer', ...command }));
}

function grantArbitrary(): fc.Arbitrary<Maker> {
  const lotted = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(2n, 2n, 3n, 5n) },
    { weight: 1, arbitrary: accountId },
  );
  const priority = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(0n, 100n, 500_000n) },
    { weight: 1, arbitrary: fc.constant(1_000_001n) },
  );
  const funding = fc.constantFrom('paid' as const, 'granted' as const);
  return fc
    .record({ ...base, accountId: lotted, amount, kind, contra, funding, priority, minutes: offset })
    .map(({ minutes, ...rest }) => ({ now }) => ({
      type: 'grant-lot',
      ...rest,
      ...optional('expiresAt', minutes, now),
    }));
}

function holdArbitrary(): fc.Arbitrary<Maker> {
  return fc
    .record({ ...base, accountId, amount, minutes: offset })
    .map(({ minutes, ...rest }) => ({ now }) => ({ type: 'hold', ...rest, ...optional('expiresAt', minutes, now) }));
}

/** Captures and releases, mostly of one of the last holds. */
function resolveArbitrary(): fc.Arbitrary<Maker> {
  return fc
    .record({
      ...base,
      pick: fc.nat({ max: 4 }),
      captures: fc.boolean(),
      part: fc.option(amount, { freq: 3 }),
      kind,
      contra,
    })
    .map(({ pick, captures, part, kind: entryKind, contra: other, ...rest }) => ({ before }) => {
      const holds = before.filter((command) => command.type === 'hold');
      const hold = holds.at(-1 - (pick % Math.max(1, holds.length)));
      const named = { ...rest, accountId: hold?.accountId ?? 1n, holdKey: hold?.key || 'nothing' };
      if (!captures) return { type: 'release', ...named };
      return { type: 'capture', ...named, kind: entryKind, contra: other, ...(part === null ? {} : { amount: part }) };
    });
}

function reverseArbitrary(): fc.Arbitrary<Maker> {
  return fc.record({ ...base, accountId, seq }).map((command) => () => ({ type: 'reverse', ...command }));
}

function voidArbitrary(): fc.Arbitrary<Maker> {
  const lotted = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(2n, 2n, 3n, 5n) },
    { weight: 1, arbitrary: accountId },
  );
  return fc
    .record({ ...base, accountId: lotted, lotSeq: seq, kind, contra })
    .map((command) => () => ({ type: 'void-lot', ...command }));
}

function changeArbitrary(): fc.Arbitrary<Maker> {
  return fc
    .record({
      ...base,
      accountId,
      type: fc.constantFrom('set-floor', 'set-floor', 'freeze', 'unfreeze', 'unfreeze', 'close'),
      floor: fc.constantFrom(0n, -2n, 3n, null),
    })
    .map(
      ({ type, floor, ...rest }) =>
        () =>
          type === 'set-floor' ? { type, ...rest, floor } : { type, ...rest },
    );
}

/** An earlier command once more, as it was or by another actor; both are replays. */
function againArbitrary(): fc.Arbitrary<Maker> {
  return fc.record({ pick: fc.nat({ max: 8 }), actor }).map(({ pick, actor: other }) => ({ before }) => {
    const earlier = before.at(-1 - pick) ?? before[0];
    if (earlier === undefined) return { type: 'freeze', key: 'key-0', actor: other, accountId: 1n };
    return { ...earlier, actor: other, reason: 'asked again' };
  });
}
