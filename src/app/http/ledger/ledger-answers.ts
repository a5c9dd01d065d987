import { Type, type TSchema } from 'typebox';
import { formatAmount, type Unit } from '../../../base/amounts.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import { CarryoverError } from '../../../base/errors.ts';
import type { BalanceNow } from '../../../ledger/reads/read-balance.ts';
import type { StatementEntry } from '../../../ledger/reads/read-statement.ts';
import type { AccountState, Outcome } from '../../../ledger/types.ts';
import * as wire from '../wire-fields.ts';

/** Writes amounts of a unit; one that no system has is written in its smallest part. */
export class Amounts {
  readonly #units: ReadonlyMap<string, Unit>;

  constructor(units: ReadonlyMap<string, Unit>) {
    this.#units = units;
  }

  /** The unit of that name. */
  unit(name: string): Unit {
    return this.#units.get(name) ?? { name, scale: 0 };
  }

  /** Throws `INPUT_INVALID` for a unit that no configured system counts in: amounts of it would have no decimals to be written with. */
  requireKnown(name: string): void {
    if (this.#units.has(name)) return;
    const known = [...this.#units.keys()].join(', ');
    throw new CarryoverError(inputInvalid, {
      what: 'a unit',
      found: JSON.stringify(name),
      expected: `one of ${known}`,
    });
  }

  /** An amount as a decimal text. */
  text(amount: bigint, unit: string): string {
    return formatAmount(amount, this.unit(unit));
  }
}

const accountMembers = {
  id: wire.number('Id of the account'),
  unit: wire.reference('What is counted'),
  balance: wire.amount('Sum of all entries'),
  held: wire.amount('Sum of open holds'),
  available: wire.amount('What may be spent: balance less held'),
  floor: wire.nullable(wire.amount('Lowest available that a spend may leave')),
  seq: wire.number('Number of the newest entry'),
  status: wire.oneOf(['open', 'frozen', 'closed'], 'Whether it takes movements'),
  authority: wire.oneOf(['legacy', 'ledger'], 'Who decides the balance now'),
  lotted: Type.Boolean({ description: 'Whether credits are lots with expiry and priority' }),
};

/** An account as it stands. */
export const accountAnswer: TSchema = wire.closed(accountMembers, 'An account');

/** An account in a list, with its reference. */
export const listedAccountAnswer: TSchema = wire.closed(
  {
    system: wire.reference('The system it belongs to'),
    kind: wire.reference('What the system calls it'),
    owner: wire.reference('Whose it is'),
    openedAt: wire.instant('When it was opened'),
    ...accountMembers,
  },
  'An account with its reference',
);

/** See `accountAnswer`. */
export function accountOf(account: AccountState, amounts: Amounts): object {
  const { id, unit, balance, held, floor, seq, status, authority, lotted } = account;
  return {
    id: id.toString(),
    unit,
    balance: amounts.text(balance, unit),
    held: amounts.text(held, unit),
    available: amounts.text(balance - held, unit),
    floor: floor === null ? null : amounts.text(floor, unit),
    seq: seq.toString(),
    status,
    authority,
    lotted,
  };
}

/** A balance with its breakdown. */
export const balanceAnswer: TSchema = wire.closed(
  {
    ...accountMembers,
    holds: Type.Array(
      wire.closed({
        key: wire.reference('Names the hold'),
        amount: wire.amount('What is reserved'),
        expiresAt: wire.nullable(wire.instant('When it ends by itself')),
      }),
      { description: 'Holds that are open' },
    ),
    lots: Type.Array(
      wire.closed({
        seq: wire.number('The entry that granted it'),
        remaining: wire.amount('What is left of it'),
        amount: wire.amount('What it was'),
        funding: wire.oneOf(['paid', 'granted'], 'Whether it was bought'),
        priority: wire.number('Lower is used first'),
        expiresAt: wire.nullable(wire.instant('When what is left is lost')),
      }),
      { description: 'Lots with something left, in the order in which they are used' },
    ),
    at: wire.instant('The moment this is the balance of'),
  },
  'A balance and what it is made of',
);

/** See `balanceAnswer`. */
export function balanceOf({ account, balance, held, holds, lots, at }: BalanceNow, amounts: Amounts): object {
  const amount = (value: bigint): string => amounts.text(value, account.unit);
  return {
    ...accountOf({ ...account, balance, held }, amounts),
    holds: holds.map((hold) => ({
      key: hold.key,
      amount: amount(hold.amount),
      expiresAt: hold.expiresAt?.toString() ?? null,
    })),
    lots: lots.map((lot) => ({
      seq: lot.seq.toString(),
      remaining: amount(lot.remaining),
      amount: amount(lot.amount),
      funding: lot.funding,
      priority: lot.priority.toString(),
      expiresAt: lot.expiresAt?.toString() ?? null,
    })),
    at: at.toString(),
  };
}

/** One line of a statement. */
export const entryAnswer: TSchema = wire.closed(
  {
    seq: wire.number('Number of the entry on its account'),
    amount: wire.amount('What it moved'),
    balanceAfter: wire.amount('The balance after it'),
    kind: wire.reference('What it was, in the words of the system'),
    contra: wire.nullable(wire.reference('The other side, where that is no account')),
    counterAccountId: wire.nullable(wire.number('The other side, where that is an account')),
    transferId: wire.nullable(wire.reference('Both entries of a transfer have it')),
    key: wire.reference('The key of the command that made it'),
    source: wire.nullable(wire.reference('The legacy row that a cutover carried')),
    reversesSeq: wire.nullable(wire.number('The entry that this one undoes')),
    reason: wire.nullable(Type.String({ description: 'Why' })),
    actor: wire.reference('Who did it'),
    details: wire.nullable(Type.Record(Type.String(), Type.Unknown(), { description: 'Facts kept with it' })),
    occurredAt: wire.instant('When it happened'),
    recordedAt: wire.instant('When it was written down'),
  },
  'An entry',
);

/** See `entryAnswer`. */
export function entryOf(entry: StatementEntry, unit: string, amounts: Amounts): object {
  const { seq, amount, balanceAfter, counterAccountId, reversesSeq, occurredAt, recordedAt, ...rest } = entry;
  const { kind, contra, transferId, key, source, reason, actor, details } = rest;
  return {
    seq: seq.toString(),
    amount: amounts.text(amount, unit),
    balanceAfter: amounts.text(balanceAfter, unit),
    kind,
    contra,
    counterAccountId: counterAccountId?.toString() ?? null,
    transferId,
    key,
    source,
    reversesSeq: reversesSeq?.toString() ?? null,
    reason,
    actor,
    details,
    occurredAt: occurredAt.toString(),
    recordedAt: recordedAt.toString(),
  };
}

/** What became of a command. */
export const postedAnswer: TSchema = wire.closed(
  {
    status: wire.oneOf(
      ['posted', 'replayed'],
      'Replayed: it was posted before under this key, and this is its first result',
    ),
    after: Type.Array(
      wire.closed({
        accountId: wire.number('The account'),
        balance: wire.amount('Its balance after the command'),
        held: wire.amount('Its open holds'),
        available: wire.amount('What may be spent'),
        seq: wire.number('The number of its newest entry then'),
      }),
      { description: 'The accounts that it names' },
    ),
  },
  'What became of it',
);

/** See `postedAnswer`; `units` are those of the accounts in `after`. */
export function postedOf(outcome: Outcome, units: ReadonlyMap<bigint, string>, amounts: Amounts): object {
  const after = outcome.after.map(({ accountId, balance, held, available, seq }) => {
    const unit = units.get(accountId) ?? '';
    return {
      accountId: accountId.toString(),
      balance: amounts.text(balance, unit),
      held: amounts.text(held, unit),
      available: amounts.text(available, unit),
      seq: seq.toString(),
    };
  });
  return { status: outcome.status, after };
}
