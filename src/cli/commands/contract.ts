import { CarryoverError } from '../../base/errors.ts';
import { contractCutover } from '../../cutover/index.ts';
import { cliUsage } from '../cli-errors.ts';
import type { DefineCommand } from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { ProgressPrinter } from '../progress-printer.ts';
import { renderBackupLine } from '../render/render-backups.ts';
import { stageContext } from '../run-span.ts';

interface ContractOptions {
  readonly keepDays: string;
  readonly dropLegacy?: boolean;
}

/** `carryover contract`: gives up the way back, behind a proven backup. */
export const defineContract: DefineCommand = (program, bind) => {
  const command = program
    .command('contract')
    .description('end a cutover for good: refused until nothing needs the way back, then backup, and the triggers go')
    .option('--keep-days <days>', 'how long after the newest switch the way back is kept', '30')
    .option('--drop-legacy', 'also remove the legacy columns that the ledger replaced');
  bind<ContractOptions>(command, (run, options) => {
    const keepDays = Number(options.keepDays);
    if (!Number.isInteger(keepDays) || keepDays < 0) {
      throw new CarryoverError(cliUsage, {
        command: run.name,
        found: `--keep-days ${options.keepDays}`,
        expected: 'whole days',
      });
    }
    return onInstances(run, { mayDefault: false }, async (instance, database) => {
      if (!(await isConfirmed(run, `give up the way back of "${instance}" (${database.target.shown})`)))
        return EXIT.refused;
      const printer = new ProgressPrinter(run.output);
      try {
        const context = await stageContext(run, { instance, database, printer }, {});
        const result = await contractCutover(context, { keepDays, dropLegacy: options.dropLegacy === true });
        printer.end();
        run.output.data({ instance, ...result });
        run.output.line(renderBackupLine(result.backup));
        run.output.line(
          `Removed ${result.droppedTriggers.length} triggers${columnsText(result.droppedColumns)}. The backup is the only way back now.`,
        );
        return EXIT.done;
      } finally {
        printer.end();
      }
    });
  });
};

function columnsText(columns: readonly string[]): string {
  return columns.length === 0 ? '; no column of legacy was removed' : ` and the columns ${columns.join(', ')}`;
}
