import { CarryoverError } from '../../base/errors.ts';
import type { Command, Outcome } from '../types.ts';
import { refusalDefinitions, type RefusalDetails } from './refusal-definitions.ts';

/** A refusal as an error, for callers that want a throw. Its code is the refusal's, its details are the outcome's. */
export function refusalError(
  command: Command,
  outcome: Extract<Outcome, { readonly status: 'refused' }>,
): CarryoverError<RefusalDetails> {
  return new CarryoverError(refusalDefinitions[outcome.code], { ...outcome.detail, attempt: attemptOf(command) });
}

/** Names accounts by id only: keys and owners are the caller's own texts and stay out of messages. */
function attemptOf(command: Command): string {
  switch (command.type) {
    case 'post':
      return `post to ${account(command)}`;
    case 'transfer':
      return `transfer from account "${command.fromAccountId}" to account "${command.toAccountId}"`;
    case 'hold':
      return `place a hold on ${account(command)}`;
    case 'capture':
      return `capture a hold on ${account(command)}`;
    case 'release':
      return `release a hold on ${account(command)}`;
    case 'set-floor':
      return `set the floor of ${account(command)}`;
    case 'freeze':
    case 'unfreeze':
    case 'close':
      return `${command.type} ${account(command)}`;
    case 'reverse':
      return `reverse entry "${command.seq}" of ${account(command)}`;
    case 'grant-lot':
      return `grant a lot on ${account(command)}`;
    case 'void-lot':
      return `void lot "${command.lotSeq}" of ${account(command)}`;
    default:
      // Only a caller without types gets here, with a command that was refused as invalid.
      return 'accept a command';
  }
}

function account(command: { readonly accountId: bigint }): string {
  return `account "${command.accountId}"`;
}
