import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderPlan } from '../render/render-plan.ts';
import { runSpan, type StageOptions } from '../run-span.ts';

/** `carryover plan`: the exact statements and steps with estimates, and the hash that stands for them. */
export const definePlan: DefineCommand = (program, bind) => {
  const command = program
    .command('plan')
    .description('print the steps, statements, estimates and limits of a cutover, and its plan hash; writes nothing')
    .option('--as-of <instant>', 'the present for every rule of the run')
    .option('--ddl', 'print every statement');
  bind<StageOptions & { ddl?: boolean }>(command, (run, options) =>
    onInstances(run, { mayDefault: true, open: { access: 'read-only' } }, async (instance, database) => {
      const { plan } = await runSpan(run, { instance, database }, { options, span: { to: 'plan' } });
      run.output.data(plan);
      for (const line of renderPlan(plan, run.output.colors, options.ddl === true)) run.output.line(line);
      return EXIT.done;
    }),
  );
};
