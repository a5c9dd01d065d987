import type { CloseCommand } from '../../types.ts';
import { appendAudit } from '../append-audit.ts';
import { refuse, type Refusal } from '../refusals.ts';
import { onlyAccount, type Case, type CommandRule } from './command-rule.ts';

/** Ends an account for good. Refused with LEDGER_ACCOUNT_NOT_EMPTY while its balance or its holds are not zero. */
export const closeAccount: CommandRule<CloseCommand> = {
  whileFrozen: 'allowed',
  check(given): Refusal | undefined {
    const { id, balance, held } = onlyAccount(given);
    if (balance === 0n && held === 0n) return undefined;
    return refuse('LEDGER_ACCOUNT_NOT_EMPTY', {
      accountId: id.toString(),
      balance: balance.toString(),
      held: held.toString(),
    });
  },
  apply(given: Case<CloseCommand>): void {
    const account = onlyAccount(given);
    const before = { status: account.status };
    account.status = 'closed';
    appendAudit(given, { before, after: { status: account.status } });
  },
};
