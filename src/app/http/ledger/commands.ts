import { Type, type TSchema } from 'typebox';
import type { Actor } from '../../../base/actor.ts';
import { parseAmount } from '../../../base/amounts.ts';
import { Instant } from '../../../base/instant.ts';
import type { Command } from '../../../ledger/types.ts';
import * as wire from '../wire-fields.ts';
import type { Amounts } from './ledger-answers.ts';

/** A command as it comes over the wire; which members it has depends on its type. */
export interface CommandBody {
  readonly type: 'post' | 'transfer' | 'hold' | 'capture' | 'release' | 'reverse';
  readonly accountId: string;
  readonly amount?: string;
  readonly kind?: string;
  readonly contra?: string;
  readonly toAccountId?: string;
  readonly holdKey?: string;
  readonly seq?: string;
  readonly occurredAt?: string;
  readonly expiresAt?: string;
  readonly reason?: string;
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

const account = wire.number('Id of the account');
const reason = wire.optional(wire.text('Why, kept with what it leaves'));
const kind = wire.reference('What it is, in the words of the system', 32);
const contra = wire.reference('The other side', 64);
const occurredAt = wire.optional(wire.instant('When it happened; else now'));
const details = wire.optional(
  Type.Record(
    Type.String({ maxLength: 64 }),
    Type.Union([Type.String({ maxLength: 500 }), Type.Integer(), Type.Boolean(), Type.Null()]),
    {
      maxProperties: 20,
      description: 'Facts to keep with the entry: ids and quantities, no personal data',
    },
  ),
);

/** The members of each command besides its type and key. */
export const commandMembers: Readonly<Record<CommandBody['type'], Readonly<Record<string, TSchema>>>> = {
  post: {
    accountId: account,
    amount: wire.amount('What to add; negative takes'),
    kind,
    contra,
    occurredAt,
    reason,
    details,
  },
  transfer: {
    accountId: wire.number('The account that gives'),
    toAccountId: wire.number('The account that receives, of the same unit'),
    amount: wire.amount('More than zero'),
    kind,
    occurredAt,
    reason,
    details,
  },
  hold: {
    accountId: account,
    amount: wire.amount('What to reserve, more than zero'),
    expiresAt: wire.optional(wire.instant('When it ends by itself; else never')),
    reason,
  },
  capture: {
    accountId: account,
    holdKey: wire.reference('The key under which the hold was made'),
    amount: wire.optional(wire.amount('At most what is held; else all of it. The rest is released')),
    kind,
    contra,
    occurredAt,
    reason,
    details,
  },
  release: { accountId: account, holdKey: wire.reference('The key under which the hold was made'), reason },
  reverse: { accountId: account, seq: wire.number('The entry to undo'), reason },
};

/** What a command needs besides what was sent. */
export interface CommandSurroundings {
  readonly key: string;
  readonly actor: Actor;
  /** The unit of the account it names. */
  readonly unit: string;
  readonly amounts: Amounts;
}

/** The ledger's command of a body that its schema has accepted. Throws `INPUT_INVALID` for an amount or instant that is none. */
export function commandOf(body: CommandBody, { key, actor, unit, amounts }: CommandSurroundings): Command {
  const { type, reason: why } = body;
  const accountId = BigInt(body.accountId);
  const base = { key, actor, ...(why === undefined ? {} : { reason: why }) };
  const entry = {
    ...base,
    kind: body.kind ?? '',
    ...(body.occurredAt === undefined ? {} : { occurredAt: Instant.parse(body.occurredAt) }),
    ...(body.details === undefined ? {} : { details: body.details }),
  };
  const amount = body.amount === undefined ? undefined : parseAmount(body.amount, amounts.unit(unit));
  switch (type) {
    case 'post':
      return { type, accountId, amount: amount ?? 0n, contra: body.contra ?? '', ...entry };
    case 'transfer':
      return {
        type,
        fromAccountId: accountId,
        toAccountId: BigInt(body.toAccountId ?? 0),
        amount: amount ?? 0n,
        ...entry,
      };
    case 'hold':
      return {
        type,
        accountId,
        amount: amount ?? 0n,
        ...base,
        ...(body.expiresAt === undefined ? {} : { expiresAt: Instant.parse(body.expiresAt) }),
      };
    case 'capture':
      return {
        type,
        accountId,
        holdKey: body.holdKey ?? '',
        contra: body.contra ?? '',
        ...entry,
        ...(amount === undefined ? {} : { amount }),
      };
    case 'release':
      return { type, accountId, holdKey: body.holdKey ?? '', ...base };
    case 'reverse':
      return { type, accountId, seq: BigInt(body.seq ?? 0), ...base };
  }
}
