import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { listAccounts } from '../ledger/list-accounts.ts';
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
    .option('--status <status>', 'only open, frozen or closed')
    .option('--below <amount>', 'only balances below this amount, in the decimals of --unit')
    .option('--limit <n>', 'accounts of a page', '40')
    .option('--after <id>', 'the accounts after this id, for the next page');
  bind<AccountsOptions>(command, (run, options, [owner]) => {
    const limit = readLimit(run, options.limit);
    const afterId = readPosition(run, '--after', options.after);
    return onLedger(run, { mayDefault: true, open: { access: 'read-only', poolMax: 2 } }, async (on) => {
      const accounts = await listAccounts(on.database, {
        system: on.system,
        limit,
        ...(options.kind === undefined ? {} : { kind: options.kind }),
        ...(options.unit === undefined ? {} : { unit: options.unit }),
        ...(options.status === undefined ? {} : { status: options.status }),
        ...(options.below === undefined ? {} : { below: readAmount(options.below, options.unit ?? '', on.units) }),
        ...(owner === undefined ? {} : { ownerPrefix: owner }),
        ...(afterId === undefined ? {} : { afterId }),
      });
      run.output.data({ instance: on.instance, system: on.system, accounts });
      if (accounts.length === 0) run.output.line('No account is like that.');
      else for (const line of renderAccounts(accounts, on.units)) run.output.line(line);
      const last = accounts.at(-1);
      if (accounts.length === limit && last !== undefined) run.output.line(`More with --after ${last.id}.`);
      return EXIT.done;
    });
  });
};
