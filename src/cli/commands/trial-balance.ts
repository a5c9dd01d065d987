import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onLedger } from '../ledger/on-ledger.ts';
import { readTrialBalance } from '../../ledger/reads/read-trial-balance.ts';
import { renderTrialBalance } from '../render/render-trial-balance.ts';

/** `carryover trial-balance`: both sides of every unit; anything but zero in the end is a broken ledger. */
export const defineTrialBalance: DefineCommand = (program, bind) => {
  const command = program
    .command('trial-balance')
    .description('sum all accounts and their other sides by unit; both together are zero, or the ledger is broken');
  bind(command, (run) =>
    onLedger(run, { mayDefault: true, open: { access: 'read-only', poolMax: 2 } }, async (on) => {
      const { database, system } = on;
      const units = await database.read((trx) => readTrialBalance({ database, handle: trx }, system));
      run.output.data({ instance: on.instance, system, units });
      if (units.length === 0) run.output.line(`${system} has no account on "${on.instance}".`);
      else for (const line of renderTrialBalance(units, on.units, run.output.colors)) run.output.line(line);
      return units.every(({ difference }) => difference === 0n) ? EXIT.done : EXIT.findings;
    }),
  );
};
