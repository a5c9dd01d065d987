import { restoreBackup } from '../../cutover/backup/index.ts';
import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderCount } from '../render/render-numbers.ts';

/** `carryover restore`: restores a backup beside the live database, which it never overwrites. */
export const defineRestore: DefineCommand = (program, bind) => {
  const command = program
    .command('restore')
    .description(
      'restore a backup into a new database beside the live one, and compare it; the live one is never overwritten',
    )
    .argument('<backup>', 'id of the backup, from "carryover backups"')
    .option('--into <url>', 'an empty database to restore into instead')
    .option('--live', 'allow --into to be the live database, which must be empty');
  bind<{ into?: string; live?: boolean }>(command, (run, options, [id = '']) =>
    onInstances(run, { mayDefault: false }, async (instance, database) => {
      const app = await run.app();
      const into = options.into === undefined ? {} : { into: database.dialect.parseUrl(options.into) };
      const restored = await restoreBackup({
        catalogue: app.catalogue,
        database,
        instance,
        id,
        allowLive: options.live === true,
        ...into,
      });
      run.output.data({
        instance,
        id,
        restoredTo: restored.target.shown,
        tables: restored.tables,
        rows: restored.rows,
      });
      run.output.line(
        `Restored backup ${id} to ${restored.target.shown}: ${restored.tables} tables, ${renderCount(restored.rows)} rows, equal to the backup.`,
      );
      run.output.line('The live database was not touched. Point your application at the restored one to use it.');
      return EXIT.done;
    }),
  );
};
