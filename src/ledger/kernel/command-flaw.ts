import type { Command } from '../types.ts';
import {
  actorFlaw,
  amountFlaw,
  detailsFlaw,
  fundingFlaw,
  idFlaw,
  instantFlaw,
  keyFlaw,
  priorityFlaw,
  textFlaw,
  wordFlaw,
  type Flaw,
} from './field-flaws.ts';
import { refuse, type Refusal } from './refusals.ts';

const KIND_LENGTH_MAX = 32;
const CONTRA_LENGTH_MAX = 64;

/**
 * What makes a command invalid in itself, whatever the state of its accounts: LEDGER_COMMAND_INVALID with the flaw as
 * `what`, `found` and `expected`, or undefined for a command in good form. Types do not stand in for it: commands arrive
 * from callers without them.
 */
export function commandFlaw(command: Command): Refusal | undefined {
  const flaw =
    keyFlaw('key', command.key) ?? actorFlaw(command.actor) ?? textFlaw('reason', command.reason) ?? flawOf(command);
  return flaw === undefined ? undefined : refuse('LEDGER_COMMAND_INVALID', { ...flaw });
}

function flawOf(command: Command): Flaw | undefined {
  switch (command.type) {
    case 'post':
      return (
        idFlaw('accountId', command.accountId) ??
        amountFlaw(command.amount, 'not zero') ??
        entryFlaw(command) ??
        contraFlaw(command)
      );
    case 'transfer':
      return transferFlaw(command);
    case 'hold':
      return (
        idFlaw('accountId', command.accountId) ??
        amountFlaw(command.amount, 'positive') ??
        instantFlaw('expiresAt', command.expiresAt)
      );
    case 'capture':
      return captureFlaw(command);
    case 'release':
      return idFlaw('accountId', command.accountId) ?? keyFlaw('holdKey', command.holdKey);
    case 'set-floor':
      return (
        idFlaw('accountId', command.accountId) ??
        (command.floor === null ? undefined : amountFlaw(command.floor, 'any', 'floor'))
      );
    case 'freeze':
    case 'unfreeze':
    case 'close':
      return idFlaw('accountId', command.accountId);
    case 'reverse':
      return idFlaw('accountId', command.accountId) ?? idFlaw('seq', command.seq);
    case 'grant-lot':
      return grantFlaw(command);
    case 'void-lot':
      return (
        idFlaw('accountId', command.accountId) ??
        idFlaw('lotSeq', command.lotSeq) ??
        entryFlaw(command) ??
        contraFlaw(command)
      );
    default:
      return { what: 'type', found: 'another text', expected: 'the type of a command' };
  }
}

function transferFlaw(command: Extract<Command, { type: 'transfer' }>): Flaw | undefined {
  const flaw =
    idFlaw('fromAccountId', command.fromAccountId) ??
    idFlaw('toAccountId', command.toAccountId) ??
    amountFlaw(command.amount, 'positive') ??
    entryFlaw(command);
  if (flaw !== undefined || command.fromAccountId !== command.toAccountId) return flaw;
  return { what: 'toAccountId', found: 'the account it comes from', expected: 'another account' };
}

function captureFlaw(command: Extract<Command, { type: 'capture' }>): Flaw | undefined {
  return (
    idFlaw('accountId', command.accountId) ??
    keyFlaw('holdKey', command.holdKey) ??
    (command.amount === undefined ? undefined : amountFlaw(command.amount, 'positive')) ??
    entryFlaw(command) ??
    contraFlaw(command)
  );
}

function grantFlaw(command: Extract<Command, { type: 'grant-lot' }>): Flaw | undefined {
  return (
    idFlaw('accountId', command.accountId) ??
    amountFlaw(command.amount, 'positive') ??
    entryFlaw(command) ??
    contraFlaw(command) ??
    fundingFlaw(command.funding) ??
    priorityFlaw(command.priority) ??
    instantFlaw('expiresAt', command.expiresAt)
  );
}

function contraFlaw(command: { readonly contra: string }): Flaw | undefined {
  return wordFlaw('contra', command.contra, CONTRA_LENGTH_MAX);
}

function entryFlaw(command: Extract<Command, { kind: string }>): Flaw | undefined {
  return (
    wordFlaw('kind', command.kind, KIND_LENGTH_MAX) ??
    instantFlaw('occurredAt', command.occurredAt) ??
    detailsFlaw(command.details)
  );
}
