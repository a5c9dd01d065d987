import { rollbackCutover } from '../../cutover/index.ts';
import type { DefineCommand } from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { ProgressPrinter } from '../progress-printer.ts';
import { renderCount, renderSeconds } from '../render/render-numbers.ts';
import { stageContext } from '../run-span.ts';

/** `carryover rollback`: takes a cutover back to before expand; legacy is as it was. */
export const defineRollback: DefineCommand = (program, bind) => {
  const command = program
    .command('rollback')
    .description('remove what a cutover made; legacy stays exactly as it is')
    .option('--reason <text>', 'why, for the journal', 'asked for on the command line')
    .option('--takeover', 'take a run over from a runner that no longer lives');
  bind<{ reason: string; takeover?: boolean }>(command, (run, options) =>
    onInstances(run, { mayDefault: false }, async (instance, database) => {
      if (!(await isConfirmed(run, `roll back "${instance}" (${database.target.shown})`))) return EXIT.refused;
      const printer = new ProgressPrinter(run.output);
      try {
        const context = await stageContext(run, { instance, database, printer }, {});
        const result = await rollbackCutover(context, { reason: options.reason, takeover: options.takeover === true });
        printer.end();
        run.output.data({ instance, ...result });
        run.output.line(
          result.status === 'nothing'
            ? `Nothing to roll back on "${instance}": no run had made anything.`
            : `Rolled back "${instance}" in ${renderSeconds(result.seconds)}: ${renderCount(result.accountsErased)} accounts removed, legacy as it was.`,
        );
        return EXIT.done;
      } finally {
        printer.end();
      }
    }),
  );
};
