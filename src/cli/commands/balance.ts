import { readBalance } from '../../ledger/reads/read-balance.ts';
import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onLedger } from '../ledger/on-ledger.ts';
import { findAccount } from '../ledger/find-account.ts';
import { renderAmount } from '../render/render-numbers.ts';
import { renderTable } from '../render/render-table.ts';

/** `carryover balance`: one account at the database's present, with its open holds and lots. */
export const defineBalance: DefineCommand = (program, bind) => {
  const command = program
    .command('balance')
    .description('show one account now: balance, held, available, floor, open holds and lots')
    .argument('<kind>', 'kind of the account, such as sessions')
    .argument('<owner>', 'its owner, such as 12:3');
  bind(command, (run, _options, [kind = '', owner = '']) =>
    onLedger(run, { mayDefault: true, open: { access: 'read-only', poolMax: 2 } }, async (on) => {
      const { database, system, units } = on;
      const found = await database.read(async (trx) => {
        const session = { database, handle: trx };
        return readBalance(session, (await findAccount(session, { system, kind, owner })).id);
      });
      if (found === undefined) throw new Error('An account went away while it was read.');
      const { account, balance, held, available, holds, lots, at } = found;
      run.output.data({ ...account, balance, held, available, holds, lots, at });
      const amount = (value: bigint): string => renderAmount(value, units.get(account.unit));
      const rows = [
        ['balance', amount(balance), account.unit],
        ['held', amount(held), ''],
        ['available', amount(available), ''],
        ['floor', account.floor === null ? 'none' : amount(account.floor), ''],
        ['entries', account.seq.toString(), ''],
        ['status', account.status, ''],
        ['decided by', account.authority, ''],
        ...holds.map((hold) => [
          'hold',
          amount(hold.amount),
          hold.expiresAt === null ? '' : `until ${hold.expiresAt.toString()}`,
        ]),
        ...lots.map((lot) => [
          `lot ${lot.seq}`,
          amount(lot.remaining),
          `${lot.funding}${lot.expiresAt === null ? '' : `, expires ${lot.expiresAt.toString()}`}`,
        ]),
      ];
      for (const line of renderTable([{ heading: '' }, { heading: '', align: 'right' }, { heading: '' }], rows))
        run.output.line(line);
      return EXIT.done;
    }),
  );
};
