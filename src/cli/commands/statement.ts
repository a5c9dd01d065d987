import { Instant } from '../../base/instant.ts';
import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { findAccount } from '../ledger/find-account.ts';
import { onLedger } from '../ledger/on-ledger.ts';
import { readStatement } from '../ledger/read-statement.ts';
import { readLimit, readPosition } from '../read-page.ts';
import { renderAmount, renderCount } from '../render/render-numbers.ts';
import { renderStatement } from '../render/render-statement.ts';

interface StatementOptions {
  readonly asOf?: string;
  readonly limit: string;
  readonly before?: string;
}

/** `carryover statement`: every entry behind one balance, with the balance after each. */
export const defineStatement: DefineCommand = (program, bind) => {
  const command = program
    .command('statement')
    .description('list the entries of an account with the balance after each, oldest first')
    .argument('<kind>', 'kind of the account, such as sessions')
    .argument('<owner>', 'its owner, such as 12:3')
    .option('--as-of <instant>', 'only what had occurred by then, such as 2026-07-01T00:00:00Z')
    .option('--limit <n>', 'entries of a page, the newest', '40')
    .option('--before <seq>', 'the entries before this one, for the page before');
  bind<StatementOptions>(command, (run, options, [kind = '', owner = '']) => {
    const limit = readLimit(run, options.limit);
    const beforeSeq = readPosition(run, '--before', options.before);
    const asOf = options.asOf === undefined ? undefined : Instant.parse(options.asOf);
    return onLedger(run, { mayDefault: true, open: { access: 'read-only', poolMax: 2 } }, async (on) => {
      const account = await findAccount(
        { database: on.database, handle: on.database.handle },
        { system: on.system, kind, owner },
      );
      const page = await readStatement(on.database, {
        accountId: account.id,
        limit,
        ...(asOf === undefined ? {} : { asOf }),
        ...(beforeSeq === undefined ? {} : { beforeSeq }),
      });
      run.output.data({ account, ...page });
      const unit = on.units.get(account.unit);
      const when = asOf === undefined ? '' : ` as of ${asOf.toString()}`;
      const first = page.lines[0];
      if (page.hasEarlier && first !== undefined) run.output.line(`Earlier ones with --before ${first.seq}.`);
      for (const line of renderStatement(page.lines, unit)) run.output.line(line);
      run.output.line(
        `${on.system} ${kind} ${owner}${when}: ${renderAmount(page.balance, unit)} ${account.unit} from ${renderCount(page.entries)} entries, decided by ${account.authority}.`,
      );
      return EXIT.done;
    });
  });
};
