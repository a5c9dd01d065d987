import { operationContext } from '../../app/operation-context.ts';
import { CarryoverError } from '../../base/errors.ts';
import { Instant } from '../../base/instant.ts';
import { cliJobUnknown } from '../cli-errors.ts';
import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderTable } from '../render/render-table.ts';
import { renderValue } from '../render/render-value.ts';

/** `carryover jobs list` and `jobs run NAME`: what a scheduler or a cron line starts. */
export const defineJobs: DefineCommand = (program, bind) => {
  const jobs = program
    .command('jobs')
    .description('run the jobs of a system, as a scheduler does; twice or late changes nothing');

  bind(jobs.command('list').description('list the jobs of the configured systems'), async (run) => {
    const app = await run.app();
    const names = run.options.system === undefined ? app.systemNames : [app.system(run.options.system).descriptor.name];
    const rows = names.flatMap((system) => app.system(system).jobs.map(({ name, title }) => ({ system, name, title })));
    run.output.data({ jobs: rows });
    const columns = [{ heading: 'system' }, { heading: 'job' }, { heading: 'what it does' }];
    for (const line of renderTable(
      columns,
      rows.map(({ system, name, title }) => [system, name, title]),
    ))
      run.output.line(line);
    return EXIT.done;
  });

  const one = jobs
    .command('run')
    .argument('<job>', 'its name')
    .description('run one job once, and say what it did')
    .option('--now <instant>', 'the present, in place of the database clock');
  bind<{ now?: string }>(one, (run, options, [wanted = '']) =>
    onInstances(run, { mayDefault: true }, async (instance, database) => {
      const system = (await run.app()).system(run.options.system);
      const job = system.jobs.find(({ name }) => name === wanted);
      if (job === undefined) {
        throw new CarryoverError(cliJobUnknown, {
          system: system.descriptor.name,
          job: wanted,
          known: system.jobs.map(({ name }) => name),
        });
      }
      const caller = {
        actor: { kind: 'system' as const, id: `job-${job.name}` },
        ...(options.now === undefined ? {} : { now: Instant.parse(options.now) }),
      };
      const context = await operationContext({ instance, database, system }, caller);
      try {
        const result = await job.run(context);
        run.output.data({ instance, job: job.name, result });
        for (const line of renderValue(result)) run.output.line(line);
        return EXIT.done;
      } finally {
        await context.ledger.close();
      }
    }),
  );
};
