import { cutoverStatus, type CutoverStatus } from '../../cutover/index.ts';
import type { Database } from '../../sql/database.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderStatus } from '../render/render-status.ts';

/** `carryover status`: what is true, and the one next command that is safe. Without targets it tells of every instance and system. */
export const defineStatus: DefineCommand = (program, bind) => {
  const command = program
    .command('status')
    .description('say where each cutover is, what is true, and the one next command that is safe; writes nothing');
  bind(command, async (run) => {
    const app = await run.app();
    const instance = run.options.instance ?? 'all';
    return onInstances(
      { ...run, options: { ...run.options, instance } },
      { mayDefault: true, open: { access: 'read-only', poolMax: 2 } },
      async (name, database) => {
        const systems =
          run.options.system === undefined ? app.systemNames : [app.system(run.options.system).descriptor.name];
        for (const system of systems) await tellStatus(run, { instance: name, system, database });
        return EXIT.done;
      },
    );
  });
};

async function tellStatus(
  run: CommandRun,
  on: { readonly instance: string; readonly system: string; readonly database: Database },
): Promise<void> {
  const { instance, system, database } = on;
  const status: CutoverStatus = await cutoverStatus(
    database,
    { instance, system },
    { isLive: (await run.app()).system(system).descriptor.live !== undefined },
  );
  run.output.data(status);
  for (const line of renderStatus(status, run.output.colors)) run.output.line(line);
}
