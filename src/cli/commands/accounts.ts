import { Option } from 'commander';
import type { AccountStatus } from '../../ledger/types.ts';
import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { listAccounts } from '../../ledger/reads/list-accounts.ts';
import { onLedger, readAmount } from '../ledger/on-ledger.ts';
import { readLimit, readPosition } from '../read-page.ts';
import { renderAccounts } from '../render/render-accounts.ts';

interface AccountsOptions {
  readonly kind?: string;
  readonly unit?: string;
  readonly status?: string;
  readonly below?: string;
  readonly limit: string;
  readonly after?: string;
}

/** `carryover accounts`: lists or searches accounts, page by page. */
export const defineAccounts: DefineCommand = (program, bind) => {
  const command = program
    .command('accounts')
    .description('list the accounts of a system, or search them by owner')
    .argument('[owner]', 'how the owner begins, such as 12:')
    .option('--kind <kind>', 'only this kind')
    .option('--unit <unit>', 'only this unit')
    .addOption(new Option('--status <status>', 'only these').choices(['open', 'frozen', 'closed']))
    .option('--below <amount>', 'only balances below this amount, in the decimals of --unit')
    .option('--limit <n>', 'accounts of a page', '40')
    .option('--after <id>', 'the accounts after this id, for the next page');
  bind<AccountsOptions>(command, (run, options, [owner]) => {
    const limit = readLimit(run, options.limit);
    const afterId = readPosition(run, '--after', options.after);
    return onLedger(run, { mayDefault: true, open: { access: 'read-only', poolMax: 2 } }, async (on) => {
      const session = { database: on.database, handle: on.database.handle };
      const { accounts, nextAfterId } = await listAccounts(session, {
        system: on.system,
        limit,
        ...(options.kind === undefined ? {} : { kind: options.kind }),
        ...(options.unit === undefined ? {} : { unit: options.unit }),
        ...(options.status === undefined ? {} : { status: options.status as AccountStatus }),
        ...(options.below === undefined
          ? {}
          : { balanceBelow: readAmount(options.below, options.unit ?? '', on.units) }),
        ...(owner === undefined ? {} : { ownerPrefix: owner }),
        ...(afterId === undefined ? {} : { afterId }),
      });
      run.output.data({ instance: on.instance, system: on.system, accounts, nextAfterId });
      if (accounts.length === 0) run.output.line('No account is like that.');
      else for (const line of renderAccounts(accounts, on.units)) run.output.line(line);
      if (nextAfterId !== undefined) run.output.line(`More with --after ${nextAfterId}.`);
      return EXIT.done;
    });
  });
};
