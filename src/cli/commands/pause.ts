import { pauseCutover, unpauseCutover } from '../../cutover/index.ts';
import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';

/** `carryover pause` and `resume`: hold a run between two chunks from another terminal, and let it go on. */
export const definePause: DefineCommand = (program, bind) => {
  const pause = program
    .command('pause')
    .description('hold a run between two chunks; it keeps its place and stays so over a restart')
    .requiredOption('--reason <text>', 'why, shown by status');
  bind<{ reason: string }>(pause, (run, { reason }) =>
    onInstances(run, { mayDefault: false }, async (instance, database) => {
      const system = (await run.app()).system(run.options.system).descriptor.name;
      await pauseCutover(database, { instance, system }, reason);
      run.output.data({ instance, system, paused: true, reason });
      run.output.line(`${system} on "${instance}" stands still from its next chunk on.`);
      run.output.line(`Next: carryover resume --instance ${instance} --system ${system}`);
      return EXIT.done;
    }),
  );
  const resume = program.command('resume').description('let a paused run go on');
  bind(resume, (run) =>
    onInstances(run, { mayDefault: false }, async (instance, database) => {
      const system = (await run.app()).system(run.options.system).descriptor.name;
      await unpauseCutover(database, { instance, system });
      run.output.data({ instance, system, paused: false });
      run.output.line(
        `${system} on "${instance}" goes on. A run that nobody works on is taken up by "carryover migrate".`,
      );
      return EXIT.done;
    }),
  );
};
