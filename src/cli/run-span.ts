import { runCutover, type CutoverContext, type CutoverReport, type CutoverSpan } from '../cutover/index.ts';
import { Instant } from '../base/instant.ts';
import type { Database } from '../sql/database.ts';
import type { CommandRun } from './command.ts';
import { ProgressPrinter } from './progress-printer.ts';

/** Options of every command that runs stages. */
export interface StageOptions {
  readonly asOf?: string;
  readonly planHash?: string;
  readonly takeover?: boolean;
}

/** The context of a cutover command, with its options and progress. */
export async function stageContext(
  run: CommandRun,
  on: { readonly instance: string; readonly database: Database; readonly printer: ProgressPrinter },
  options: StageOptions,
): Promise<CutoverContext> {
  const app = await run.app();
  const context = app.cutoverContext(on.instance, on.database, app.system(run.options.system));
  return {
    ...(context as unknown as CutoverContext),
    onProgress: on.printer.tell,
    signal: run.signal,
    ...(options.asOf === undefined ? {} : { asOf: Instant.parse(options.asOf) }),
    ...(options.planHash === undefined ? {} : { planHash: options.planHash }),
  };
}

/** Runs stages of a cutover on one instance with its progress told. */
export async function runSpan(
  run: CommandRun,
  on: { readonly instance: string; readonly database: Database },
  asked: { readonly options: StageOptions; readonly span: CutoverSpan },
): Promise<CutoverReport> {
  const printer = new ProgressPrinter(run.output);
  try {
    const context = await stageContext(run, { ...on, printer }, asked.options);
    return await runCutover(context, { ...asked.span, takeover: asked.options.takeover === true });
  } finally {
    printer.end();
  }
}

/** A fresh look at the legacy data of one instance. */
export async function runSpanAnalysis(
  run: CommandRun,
  on: { readonly instance: string; readonly database: Database },
): Promise<CutoverReport['analysis']> {
  return (await runSpan(run, on, { options: {}, span: { to: 'analyze' } })).analysis;
}
