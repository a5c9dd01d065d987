import { runSpanAnalysis } from '../run-span.ts';
import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderFindings } from '../render/render-analysis.ts';
import { renderTable } from '../render/render-table.ts';

/** `carryover findings`: what is wrong with the legacy data, from a fresh look at it. */
export const defineFindings: DefineCommand = (program, bind) => {
  const command = program
    .command('findings')
    .description('list the findings of the legacy data, or the rows of one; writes nothing')
    .argument('[code]', 'a finding, to see its rows and what is done about it');
  bind(command, (run, _options, [code]) =>
    onInstances(run, { mayDefault: true, open: { access: 'read-only' } }, async (instance, database) => {
      const { findings } = await runSpanAnalysis(run, { instance, database });
      const chosen = code === undefined ? findings : findings.filter((finding) => finding.code === code);
      run.output.data({ instance, findings: chosen });
      for (const line of renderFindings(chosen, run.output.colors)) run.output.line(line);
      for (const finding of code === undefined ? [] : chosen) {
        run.output.line();
        run.output.line(finding.treatment);
        const rows = finding.samples.map(({ subject, details }) => [subject, details]);
        for (const line of renderTable([{ heading: 'subject' }, { heading: 'details' }], rows)) run.output.line(line);
      }
      return chosen.some(({ rows }) => rows > 0n) ? EXIT.findings : EXIT.done;
    }),
  );
};
