import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderAnalysis } from '../render/render-analysis.ts';
import { runSpan, type StageOptions } from '../run-span.ts';

/** `carryover analyze`: counts, findings and sums; the database itself keeps the session from writing. */
export const defineAnalyze: DefineCommand = (program, bind) => {
  const command = program
    .command('analyze')
    .description(
      'count the legacy facts, name what is wrong with them, and say what the ledger would hold; writes nothing',
    )
    .option('--as-of <instant>', 'the present for every rule of the run');
  bind<StageOptions>(command, (run, options) =>
    onInstances(run, { mayDefault: true, open: { access: 'read-only' } }, async (instance, database) => {
      const { analysis } = await runSpan(run, { instance, database }, { options, span: { to: 'analyze' } });
      run.output.data(analysis);
      for (const line of renderAnalysis(analysis, run.output.colors)) run.output.line(line);
      const stops = analysis.findings.filter(
        ({ severity, rows, accepted }) => severity === 'stop' && rows > 0n && !accepted,
      );
      return stops.length > 0 || analysis.reconciliation.different > 0n ? EXIT.findings : EXIT.done;
    }),
  );
};
