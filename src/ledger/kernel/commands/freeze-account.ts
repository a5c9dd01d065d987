import type { FreezeCommand } from '../../types.ts';
import { appendAudit } from '../append-audit.ts';
import { onlyAccount, type Case, type CommandRule } from './command-rule.ts';

/** Freezes or unfreezes; an account that is so already stays so, and the command counts as posted. */
export const freezeAccount: CommandRule<FreezeCommand> = {
  whileFrozen: 'allowed',
  check: () => undefined,
  apply(given: Case<FreezeCommand>): void {
    const account = onlyAccount(given);
    const before = { status: account.status };
    account.status = given.command.type === 'freeze' ? 'frozen' : 'open';
    appendAudit(given, { before, after: { status: account.status } });
  },
};
