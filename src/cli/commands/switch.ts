import { setTimeout as delay } from 'node:timers/promises';
import { CarryoverError } from '../../base/errors.ts';
import {
  haltUnderPressure,
  nameCohort,
  switchAccounts,
  watchCutover,
  type CutoverContext,
  type Selection,
  type SwitchResult,
} from '../../cutover/index.ts';
import { cliUsage } from '../cli-errors.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { ProgressPrinter } from '../progress-printer.ts';
import { renderDrift } from '../render/render-watch.ts';
import { renderCount, renderSeconds } from '../render/render-numbers.ts';
import { stageContext } from '../run-span.ts';
import { readSelection, withSelectionOptions, type SelectionOptions } from '../selection.ts';

interface SwitchOptions extends SelectionOptions {
  readonly percent?: string;
  readonly pause: string;
  readonly name?: string;
  readonly haltUrl?: string;
}

/** One step of a switch: whom, and what they are called together. */
interface Step {
  readonly selection: Selection;
  readonly cohort: string;
}

/** `carryover switch`: gives accounts to the ledger, as many as are named, while the application goes on. */
export const defineSwitch: DefineCommand = (program, bind) => {
  const command = withSelectionOptions(
    program
      .command('switch')
      .description(
        'give the authority over accounts to the ledger, in short transactions, while the application goes on',
      ),
  )
    .option('--percent <list>', 'a share of the owners, or shares that grow: 5 or 5,25,100; the same owners each time')
    .option('--pause <seconds>', 'between growing shares, watched meanwhile', '60')
    .option('--name <cohort>', 'what these accounts are called together; by default after what is chosen')
    .option('--halt-url <url>', "the application's health address; any answer but 2xx stops the switch");
  bind<SwitchOptions>(command, async (run, options) => {
    const steps = await readSteps(run, options);
    return onInstances(run, { mayDefault: false }, async (instance, database) => {
      if (!(await isConfirmed(run, `switch accounts of "${instance}" (${database.target.shown})`))) return EXIT.refused;
      const printer = new ProgressPrinter(run.output);
      try {
        const context = await stageContext(run, { instance, database, printer }, {});
        return await runSteps(run, { context, printer }, { steps, options });
      } finally {
        printer.end();
      }
    });
  });
};

async function runSteps(
  run: CommandRun,
  on: { readonly context: CutoverContext; readonly printer: ProgressPrinter },
  asked: { readonly steps: readonly Step[]; readonly options: SwitchOptions },
): Promise<number> {
  const { context, printer } = on;
  const pressure = haltUnderPressure(context);
  const halt = async (): Promise<string | undefined> => (await pressure()) ?? (await askHealth(asked.options.haltUrl));
  for (const [index, { selection, cohort }] of asked.steps.entries()) {
    const result = await switchAccounts(context, { selection, cohort, halt });
    printer.end();
    run.output.data({ instance: context.instance, ...result });
    tellSwitch(run, result);
    if (index === asked.steps.length - 1) continue;
    const round = await watchCutover(context, { once: true });
    printer.end();
    for (const line of renderDrift(round)) run.output.line(line);
    if ((round.drift?.drifted ?? 0n) > 0n || (round.sweep?.different ?? 0n) > 0n) return EXIT.findings;
    await delay(Number(asked.options.pause) * 1000, undefined, { signal: run.signal }).catch(() => undefined);
  }
  return EXIT.done;
}

async function readSteps(run: CommandRun, options: SwitchOptions): Promise<readonly Step[]> {
  const selection = await readSelection(run, options);
  const usage = (found: string, expected: string): CarryoverError<object> =>
    new CarryoverError(cliUsage, { command: run.name, found, expected });
  if (!/^\d+$/.test(options.pause)) throw usage(`--pause ${options.pause}`, 'whole seconds');
  if (options.percent === undefined) {
    if (selection === undefined) throw usage('nobody chosen', '--all, --percent, --owner, --owners or --kind');
    return [{ selection, cohort: options.name ?? nameCohort(selection) }];
  }
  if (selection !== undefined) throw usage('--percent beside another choice', 'one of them');
  return options.percent.split(',').map((text) => {
    const percent = Number(text);
    if (!(percent > 0 && percent <= 100)) throw usage(`--percent ${text}`, 'a share above 0 and up to 100');
    const share = { who: 'percent', percent } as const;
    return { selection: share, cohort: options.name ?? nameCohort(share) };
  });
}

/** Any answer but 2xx is a reason, and so is none within two seconds. */
async function askHealth(url: string | undefined): Promise<string | undefined> {
  if (url === undefined) return undefined;
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return status >= 200 && status < 300 ? undefined : `the application's health address answers ${status}`;
  } catch {
    return "the application's health address does not answer";
  }
}

function tellSwitch(run: CommandRun, result: SwitchResult): void {
  const { sweep, sweepAgeSeconds } = result;
  const before = sweepAgeSeconds === 0 ? '' : ` ${renderSeconds(sweepAgeSeconds)} before the switch`;
  run.output.line(
    `Compared ${renderCount(sweep.compared)} accounts${before}: ${sweep.different} differ, ${sweep.inFlight} were being written.`,
  );
  run.output.line(
    `Switched: ${renderCount(result.switched)} accounts of "${result.cohort}" are decided by the ledger, in ${renderSeconds(result.seconds)}; nobody waited longer than ${Math.round(result.slowestSliceMs)} ms.`,
  );
}
