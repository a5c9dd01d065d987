import { openApp } from '../../app/app.ts';
import type { CommandRun } from '../command.ts';

/** The run as if its command had been called in a folder of the demo, on the only instance of it, and confirmed. */
export async function demoRun(run: CommandRun, folder: string, system: string): Promise<CommandRun> {
  const app = openApp(folder, undefined, run.environment);
  await app;
  return { ...run, options: { ...run.options, instance: 'demo', system, yes: true }, folder, app: () => app };
}
