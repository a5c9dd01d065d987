import { CarryoverError } from '../../base/errors.ts';
import { serveLogger } from '../../app/http/serve-logger.ts';
import { startServing } from '../../app/http/start-serving.ts';
import { cliUsage } from '../cli-errors.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readPort } from '../read-port.ts';
import { untilAborted } from '../until-aborted.ts';

interface ServeOptions {
  readonly host?: string;
  readonly port?: string;
  readonly jobs: boolean;
}

/** `carryover serve`: answers over HTTP for one instance until it is told to end. */
export const defineServe: DefineCommand = (program, bind) => {
  const command = program
    .command('serve')
    .description('serve an instance over HTTP and start its jobs; the first start prints one key, once')
    .option('--host <address>', "the address to listen on (default: the configuration's, else 127.0.0.1)")
    .option('--port <number>', "the port to listen on, 0 for a free one (default: the configuration's, else 4300)");
  command.option('--no-jobs', 'start no jobs here; other processes or cron lines do');
  bind<ServeOptions>(command, async (run, options) => {
    const app = await run.app();
    const [instance, ...others] = app.instancesOf(run.options.instance, true);
    if (instance === undefined || others.length > 0) {
      throw usage(run, '--instance all', 'one instance: each is served by a process of its own');
    }
    const serving = await startServing({
      app,
      instance,
      startsJobs: options.jobs,
      // The log is for machines and stands alone on standard output; what people read is on standard error.
      logger: serveLogger(),
      ...(options.host === undefined ? {} : { host: options.host }),
      ...(options.port === undefined ? {} : { port: readPort(run, options.port) }),
    });
    run.output.note(`Serving "${instance}" at ${serving.address}; its routes are at ${serving.address}/docs.`);
    if (serving.firstKey !== undefined) {
      run.output.note(`The first key, an administrator's, told this once: ${serving.firstKey.key}`);
    }
    await untilAborted(run.signal);
    await serving.close();
    return EXIT.done;
  });
};

function usage(run: CommandRun, found: string, expected: string): CarryoverError<object> {
  return new CarryoverError(cliUsage, { command: run.name, found, expected });
}
