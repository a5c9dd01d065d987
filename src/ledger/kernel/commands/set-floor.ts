import type { SetFloorCommand } from '../../types.ts';
import { appendAudit } from '../append-audit.ts';
import { onlyAccount, type Case, type CommandRule } from './command-rule.ts';

/** Changes the floor. Never refused by the balance: a floor above what is available binds only what comes after. */
export const setFloor: CommandRule<SetFloorCommand> = {
  whileFrozen: 'allowed',
  check: () => undefined,
  apply(given: Case<SetFloorCommand>): void {
    const account = onlyAccount(given);
    const before = { floor: account.floor };
    account.floor = given.command.floor;
    appendAudit(given, { before, after: { floor: account.floor } });
  },
};
