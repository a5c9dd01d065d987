import { watchCutover, type WatchRound } from '../../cutover/index.ts';
import { CarryoverError } from '../../base/errors.ts';
import { cliUsage } from '../cli-errors.ts';
import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { ProgressPrinter } from '../progress-printer.ts';
import { renderDrift, renderRound } from '../render/render-watch.ts';
import { stageContext } from '../run-span.ts';

interface WatchOptions {
  readonly once?: boolean;
  readonly sweepEvery: string;
  readonly takeover?: boolean;
}

/** `carryover watch`: keeps both sides equal while accounts are on either. */
export const defineWatch: DefineCommand = (program, bind) => {
  const command = program
    .command('watch')
    .description(
      'keep legacy and ledger equal after a switch: tell legacy what the ledger does, follow legacy, compare everything now and then',
    )
    .option('--once', 'one round of everything, then end; exits with 1 when something differs')
    .option('--sweep-every <seconds>', 'how often every account is compared', '300')
    .option('--takeover', 'take the watch over from a runner that no longer lives');
  bind<WatchOptions>(command, (run, options) => {
    const sweepEverySeconds = Number(options.sweepEvery);
    if (!Number.isInteger(sweepEverySeconds) || sweepEverySeconds < 1) {
      throw new CarryoverError(cliUsage, {
        command: run.name,
        found: `--sweep-every ${options.sweepEvery}`,
        expected: 'whole seconds',
      });
    }
    return onInstances(run, { mayDefault: false }, async (instance, database) => {
      const printer = new ProgressPrinter(run.output);
      try {
        const context = await stageContext(run, { instance, database, printer }, {});
        const onRound = (round: WatchRound): void => {
          if (round.mirrored === 0 && round.followed === 0n && round.sweep === undefined) return;
          printer.end();
          run.output.data({ instance, ...round });
          run.output.line(renderRound(round));
          for (const line of renderDrift(round)) run.output.line(line);
        };
        const last = await watchCutover(context, {
          once: options.once === true,
          takeover: options.takeover === true,
          sweepEverySeconds,
          onRound,
        });
        const differs = (last.sweep?.different ?? 0n) + (last.drift?.drifted ?? 0n) > 0n;
        return differs ? EXIT.findings : EXIT.done;
      } finally {
        printer.end();
      }
    });
  });
};
