import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { renderBackups } from '../render/render-backups.ts';

/** `carryover backups`: lists the catalogue. Needs no database. */
export const defineBackups: DefineCommand = (program, bind) => {
  const command = program.command('backups').description('list the backups of an instance, newest first');
  bind(command, async (run) => {
    const app = await run.app();
    for (const instance of app.instancesOf(run.options.instance, true)) {
      const backups = (await app.catalogue.list(instance)).map(({ backup }) => backup);
      run.output.data({ instance, backups });
      run.output.line(run.output.colors.bold(instance));
      if (backups.length === 0) run.output.line(`  none yet; "carryover backup --instance ${instance}" takes one`);
      for (const line of backups.length === 0 ? [] : renderBackups(backups)) run.output.line(`  ${line}`);
    }
    return EXIT.done;
  });
};
