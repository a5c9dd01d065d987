import type { Database } from '../sql/database.ts';
import type { OpenOptions } from '../sql/dialect.ts';
import type { CommandRun } from './command.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { renderTable } from './render/render-table.ts';
import { tellError } from './run-program.ts';

/** What a command does on one instance; returns its exit code. */
export type InstanceWork = (instance: string, database: Database) => Promise<number>;

/** How instances are chosen and opened. */
export interface InstanceChoice {
  /** True for commands that only read: then the only instance of a configuration need not be named. */
  readonly mayDefault: boolean;
  readonly open?: Partial<OpenOptions>;
}

/**
 * Runs a command on the instances its `--instance` names, one after the other, each on a connection of its own. With one, its
 * failure is the command's. With `all`, a failure is told and the next instance follows; a matrix ends the output, and the
 * exit code is that of the first instance that was not done.
 */
export async function onInstances(run: CommandRun, choice: InstanceChoice, work: InstanceWork): Promise<number> {
  const app = await run.app();
  const chosen = app.instancesOf(run.options.instance, choice.mayDefault);
  const onOne = async (instance: string): Promise<number> => {
    const database = await app.openInstance(instance, choice.open);
    try {
      return await work(instance, database);
    } catch (error) {
      throw database.explain(error);
    } finally {
      await database.close();
    }
  };
  const [only, ...others] = chosen;
  if (only !== undefined && others.length === 0) return onOne(only);
  const results: { instance: string; exitCode: number; said: string }[] = [];
  for (const instance of chosen) {
    run.output.line(run.output.colors.bold(instance));
    try {
      const exitCode = await onOne(instance);
      results.push({ instance, exitCode, said: exitCode === EXIT.done ? 'done' : 'findings or breaches' });
    } catch (error) {
      tellError(run, error);
      results.push({
        instance,
        exitCode: exitCodeOf(error),
        said: error instanceof Error ? error.message : String(error),
      });
    }
  }
  tellMatrix(run, results);
  return results.find(({ exitCode }) => exitCode !== EXIT.done)?.exitCode ?? EXIT.done;
}

function tellMatrix(run: CommandRun, results: readonly { instance: string; exitCode: number; said: string }[]): void {
  run.output.data({ instances: results });
  run.output.line();
  const rows = results.map(({ instance, exitCode, said }) => [instance, exitCode.toString(), said]);
  for (const line of renderTable(
    [{ heading: 'instance' }, { heading: 'exit', align: 'right' }, { heading: 'result' }],
    rows,
  )) {
    run.output.line(line);
  }
}
