import { hash } from 'node:crypto';
import { canonicalJson, type CanonicalValue } from '../../base/canonical-json.ts';
import type { Command } from '../types.ts';

/**
 * What tells a replay from another command under the same key: the first 64 bits, signed, of SHA-256 over the canonical
 * JSON of the content. 64 bits are enough, because only commands under one key of one account are ever compared.
 *
 * The content is what the command does, and its key, so that a key that was altered in a table is seen by whoever hashes the
 * row again. Actor and reason are not part of it: a retry may come from another process or
 * person, or word its reason anew, and must still be the same command and not be refused. Members that are absent are not
 * part of it either, so naming a default is another content than leaving it out.
 */
export function contentHash(command: Command): bigint {
  // Hex and not a Buffer: making 1,000 Buffers takes 1.5 ms, parsing 1,000 texts 0.2 ms (Node 24.21, 2026-11).
  const digest = hash('sha256', contentText(command), 'hex');
  return BigInt.asIntN(64, BigInt(`0x${digest.slice(0, 16)}`));
}

/**
 * The canonical JSON of the content. Where there are no details, plain JSON is the same text, because `contentOf` writes
 * members in alphabetical order and integers as texts; it takes 0.4 ms for 1,000 commands and the general writer 2 ms
 * (Node 24.21, 2026-11), which is the greater part of deciding a post.
 */
function contentText(command: Command): string {
  const content = contentOf(command);
  return 'details' in command && command.details !== undefined ? canonicalJson(content) : JSON.stringify(content);
}

/**
 * Members are named one by one, so that a stray member of the caller's object does not turn a retry into another command,
 * and in alphabetical order, on which `contentText` relies.
 */
function contentOf(command: Command): CanonicalValue {
  const { key, type } = command;
  switch (command.type) {
    case 'post': {
      const { accountId, amount, contra, details, kind, occurredAt } = command;
      return { accountId: `${accountId}`, amount: `${amount}`, contra, details, key, kind, occurredAt, type };
    }
    case 'transfer': {
      const { amount, details, fromAccountId, kind, occurredAt, toAccountId } = command;
      return {
        amount: `${amount}`,
        details,
        fromAccountId: `${fromAccountId}`,
        key,
        kind,
        occurredAt,
        toAccountId: `${toAccountId}`,
        type,
      };
    }
    case 'hold': {
      const { accountId, amount, expiresAt } = command;
      return { accountId: `${accountId}`, amount: `${amount}`, expiresAt, key, type };
    }
    case 'capture': {
      const { accountId, contra, details, holdKey, kind, occurredAt } = command;
      const amount = command.amount?.toString();
      return { accountId: `${accountId}`, amount, contra, details, holdKey, key, kind, occurredAt, type };
    }
    case 'release':
      return { accountId: `${command.accountId}`, holdKey: command.holdKey, key, type };
    case 'set-floor':
      return { accountId: `${command.accountId}`, floor: command.floor?.toString() ?? null, key, type };
    case 'freeze':
    case 'unfreeze':
    case 'close':
      return { accountId: `${command.accountId}`, key, type };
    case 'reverse':
      return { accountId: `${command.accountId}`, key, seq: `${command.seq}`, type };
    case 'grant-lot':
      return grantContent(command);
    case 'void-lot': {
      const { accountId, contra, details, kind, lotSeq, occurredAt } = command;
      return { accountId: `${accountId}`, contra, details, key, kind, lotSeq: `${lotSeq}`, occurredAt, type };
    }
  }
}

function grantContent(command: Extract<Command, { type: 'grant-lot' }>): CanonicalValue {
  const { accountId, amount, contra, details, expiresAt, funding, key, kind, occurredAt, priority, type } = command;
  return {
    accountId: `${accountId}`,
    amount: `${amount}`,
    contra,
    details,
    expiresAt,
    funding,
    key,
    kind,
    occurredAt,
    priority: `${priority}`,
    type,
  };
}
