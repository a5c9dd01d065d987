import {
  listLosses,
  returnAccounts,
  rollbackCutover,
  type CutoverContext,
  type Selection,
} from '../../cutover/index.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { ProgressPrinter } from '../progress-printer.ts';
import { renderCount, renderSeconds } from '../render/render-numbers.ts';
import { stageContext } from '../run-span.ts';
import { readLines, readSelection, withSelectionOptions, type SelectionOptions } from '../selection.ts';

interface RollbackOptions extends SelectionOptions {
  readonly reason: string;
  readonly takeover?: boolean;
  readonly acceptLoss?: string;
  readonly listLosses?: boolean;
}

/**
 * `carryover rollback`: with accounts named, takes those back to legacy with what happened since; without, takes the whole cutover back to
 * before expand.
 */
export const defineRollback: DefineCommand = (program, bind) => {
  const command = withSelectionOptions(
    program
      .command('rollback')
      .description(
        'take accounts back to legacy with what happened since (--all, --owner, --owners, --kind, --cohort); without these, remove what a cutover made',
      ),
  )
    .option('--cohort <name>', 'the accounts that were switched together under this name')
    .option('--accept-loss <file>', 'the losses agreed to, one on a line, exactly as --list-losses tells them')
    .option('--list-losses', 'only list what legacy cannot hold of the accounts under ledger authority')
    .option('--reason <text>', 'why, for the journal', 'asked for on the command line')
    .option('--takeover', 'take a run over from a runner that no longer lives');
  bind<RollbackOptions>(command, async (run, options) => {
    const selection = await readSelection(run, options);
    const acceptedLosses =
      options.acceptLoss === undefined ? [] : await readLines(run, 'accept-loss', options.acceptLoss);
    return onInstances(run, { mayDefault: false }, async (instance, database) => {
      const printer = new ProgressPrinter(run.output);
      try {
        const context = await stageContext(run, { instance, database, printer }, {});
        if (options.listLosses === true) return await tellLosses(run, context);
        if (!(await isConfirmed(run, `roll back "${instance}" (${database.target.shown})`))) return EXIT.refused;
        const takeover = options.takeover === true;
        return selection === undefined
          ? await rollBackWhole(run, { context, printer }, { reason: options.reason, takeover })
          : await rollBackAccounts(run, { context, printer }, { selection, acceptedLosses, takeover });
      } finally {
        printer.end();
      }
    });
  });
};

interface OnContext {
  readonly context: CutoverContext;
  readonly printer: ProgressPrinter;
}

async function rollBackWhole(
  run: CommandRun,
  { context, printer }: OnContext,
  request: { readonly reason: string; readonly takeover: boolean },
): Promise<number> {
  const { instance } = context;
  const result = await rollbackCutover(context, request);
  printer.end();
  run.output.data({ instance, ...result });
  run.output.line(
    result.status === 'nothing'
      ? `Nothing to roll back on "${instance}": no run had made anything.`
      : `Rolled back "${instance}" in ${renderSeconds(result.seconds)}: ${renderCount(result.accountsErased)} accounts removed, legacy as it was.`,
  );
  return EXIT.done;
}

async function rollBackAccounts(
  run: CommandRun,
  { context, printer }: OnContext,
  request: { readonly selection: Selection; readonly acceptedLosses: readonly string[]; readonly takeover: boolean },
): Promise<number> {
  const result = await returnAccounts(context, request);
  printer.end();
  run.output.data({ instance: context.instance, ...result });
  run.output.line(
    `Took ${renderCount(result.returned)} accounts of "${context.instance}" back to legacy in ${renderSeconds(result.seconds)}; it was told ${renderCount(result.mirrored)} entries first.`,
  );
  for (const loss of result.losses) run.output.line(`  lost with consent: ${loss}`);
  return EXIT.done;
}

async function tellLosses(run: CommandRun, context: CutoverContext): Promise<number> {
  const losses = await listLosses(context);
  run.output.data({ instance: context.instance, losses });
  for (const loss of losses) run.output.line(loss);
  return losses.length === 0 ? EXIT.done : EXIT.findings;
}
