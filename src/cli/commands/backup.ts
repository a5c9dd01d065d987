import { DiskBackupGate } from '../../cutover/backup/index.ts';
import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderBackupLine } from '../render/render-backups.ts';

/** `carryover backup`: takes a backup and proves it by restoring it. */
export const defineBackup: DefineCommand = (program, bind) => {
  const command = program
    .command('backup')
    .description('take a backup of an instance and prove it by restoring it into a scratch database');
  bind(command, (run) =>
    onInstances(run, { mayDefault: false }, async (instance, database) => {
      const app = await run.app();
      const gate = new DiskBackupGate(app.catalogue);
      try {
        const purpose = { system: run.options.system ?? 'all', planHash: 'none: taken by hand' };
        const backup = await gate.prepare({ database, instance, purpose });
        run.output.data(backup);
        run.output.line(renderBackupLine(backup));
        run.output.line(`File ${backup.file}, SHA-256 ${backup.sha256}`);
        return EXIT.done;
      } finally {
        await gate.release();
      }
    }),
  );
};
