import type { Command } from '../types.ts';

/** The accounts a command names, in the order from, to. */
export function accountsNamed(command: Command): readonly bigint[] {
  return command.type === 'transfer' ? [command.fromAccountId, command.toAccountId] : [command.accountId];
}
