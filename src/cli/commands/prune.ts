import type { DefineCommand } from '../command.ts';
import { CarryoverError } from '../../base/errors.ts';
import { cliUsage } from '../cli-errors.ts';
import { isConfirmed } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';

/** `carryover prune`: keeps the newest proven backups. */
export const definePrune: DefineCommand = (program, bind) => {
  const command = program
    .command('prune')
    .description('remove old backups, keeping the newest proven ones')
    .option('--keep <n>', 'proven backups to keep (default: backups.keep of the configuration, or 5)');
  bind<{ keep?: string }>(command, async (run, options) => {
    const app = await run.app();
    const keep = options.keep === undefined ? app.backupsKept : Number(options.keep);
    if (!Number.isInteger(keep) || keep < 1) {
      throw new CarryoverError(cliUsage, {
        command: run.name,
        found: `--keep ${options.keep ?? ''}`,
        expected: 'a whole number of at least 1',
      });
    }
    const instances = app.instancesOf(run.options.instance, false);
    if (!(await isConfirmed(run, `remove all but the newest ${keep} proven backups of ${instances.join(', ')}`)))
      return EXIT.refused;
    for (const instance of instances) {
      const removed = (await app.catalogue.prune(instance, keep)).map(({ backup }) => backup.id);
      run.output.data({ instance, removed });
      run.output.line(`${instance}: ${removed.length === 0 ? 'nothing to remove' : `removed ${removed.join(', ')}`}`);
    }
    return EXIT.done;
  });
};
