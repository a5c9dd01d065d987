import { hash } from 'node:crypto';
import { canonicalJson, type CanonicalValue } from '../../base/canonical-json.ts';
import type { Command } from '../types.ts';

/**
 * What tells a replay from another command under the same key: the first 64 bits, signed, of SHA-256 over the canonical
 * JSON of the content. 64 bits are enough, because only commands under one key of one account are ever compared.
 *
 * The content is what the command does. Actor and reason are not part of it: a retry may come from another process or
 * person, or word its reason anew, and must still be the same command and not be refused. Members that are absent are not
 * part of it either, so naming a default is another content than leaving it out.
 */
export function contentHash(command: Command): bigint {
  // Hex and not a Buffer: making 1,000 Buffers takes 1.5 ms, parsing 1,000 texts 0.2 ms (Node 24.21, 2026-11).
  const digest = hash('sha256', canonicalJson(contentOf(command)), 'hex');
  return BigInt.asIntN(64, BigInt(`0x${digest.slice(0, 16)}`));
}

/** Members are named one by one, so that a stray member of the caller's object does not turn a retry into another command. */
function contentOf(command: Command): CanonicalValue {
  switch (command.type) {
    case 'post': {
      const { type, accountId, amount, contra, kind, occurredAt, details } = command;
      return { type, accountId, amount, contra, kind, occurredAt, details };
    }
    case 'transfer': {
      const { type, fromAccountId, toAccountId, amount, kind, occurredAt, details } = command;
      return { type, fromAccountId, toAccountId, amount, kind, occurredAt, details };
    }
    case 'hold': {
      const { type, accountId, amount, expiresAt } = command;
      return { type, accountId, amount, expiresAt };
    }
    case 'capture': {
      const { type, accountId, holdKey, amount, contra, kind, occurredAt, details } = command;
      return { type, accountId, holdKey, amount, contra, kind, occurredAt, details };
    }
    case 'release': {
      const { type, accountId, holdKey } = command;
      return { type, accountId, holdKey };
    }
    case 'set-floor': {
      const { type, accountId, floor } = command;
      return { type, accountId, floor };
    }
    case 'freeze':
    case 'unfreeze':
    case 'close': {
      const { type, accountId } = command;
      return { type, accountId };
    }
    case 'reverse': {
      const { type, accountId, seq } = command;
      return { type, accountId, seq };
    }
    case 'grant-lot': {
      const { type, accountId, amount, contra, funding, priority, expiresAt, kind, occurredAt, details } = command;
      return { type, accountId, amount, contra, funding, priority, expiresAt, kind, occurredAt, details };
    }
    case 'void-lot': {
      const { type, accountId, lotSeq, contra, kind, occurredAt, details } = command;
      return { type, accountId, lotSeq, contra, kind, occurredAt, details };
    }
  }
}
