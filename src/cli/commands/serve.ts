import cluster from 'node:cluster';
import type { App } from '../../app/app.ts';
import { configuredHttp, WORKERS_MAX } from '../../app/http/http-settings.ts';
import { serveLogger } from '../../app/http/serve-logger.ts';
import { startServing } from '../../app/http/start-serving.ts';
import { startWorkers } from '../../app/workers/start-workers.ts';
import { workerLink, type WorkerLink } from '../../app/workers/worker-link.ts';
import { CarryoverError } from '../../base/errors.ts';
import { cliUsage } from '../cli-errors.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readPort } from '../read-port.ts';
import { untilAborted } from '../until-aborted.ts';

interface ServeOptions {
  readonly host?: string;
  readonly port?: string;
  readonly workers?: string;
  readonly jobs: boolean;
}

/** `carryover serve`: answers over HTTP for one instance until it is told to end. */
export const defineServe: DefineCommand = (program, bind) => {
  const command = program
    .command('serve')
    .description('serve an instance over HTTP and start its jobs; the first start prints one key, once')
    .option('--host <address>', "the address to listen on (default: the configuration's, else 127.0.0.1)")
    .option('--port <number>', "the port to listen on, 0 for a free one (default: the configuration's, else 4300)")
    .option('--workers <number>', "processes that serve it together (default: the configuration's, else 1)");
  command.option('--no-jobs', 'start no jobs here; other processes or cron lines do');
  bind<ServeOptions>(command, async (run, options) => {
    const link = workerLink(run.environment);
    try {
      const target = await readTarget(run);
      const workers = workersOf(run, options) ?? configuredHttp(target.app.loaded.config).workers;
      // What runs under another's node:cluster is one of several already, and can start no more.
      const isGroup = cluster.isPrimary && workers > 1;
      const serving = await (isGroup
        ? serveTogether(run, target, workers)
        : serveHere(run, options, { ...target, link }));
      await untilAborted(run.signal);
      await serving.close();
      return EXIT.done;
    } finally {
      // However it ends: the channel to whoever started it would keep this process.
      cluster.worker?.disconnect();
    }
  });
};

interface Target {
  readonly app: App;
  readonly instance: string;
}

interface Closable {
  close(): Promise<void>;
}

async function readTarget(run: CommandRun): Promise<Target> {
  const app = await run.app();
  const [instance, ...others] = app.instancesOf(run.options.instance, true);
  if (instance === undefined || others.length > 0)
    throw usage(run, '--instance all', 'one instance: each is served by a process of its own');
  return { app, instance };
}

/** Starts this command again in several processes; what they serve is told once. */
async function serveTogether(run: CommandRun, { app, instance }: Target, workers: number): Promise<Closable> {
  const database = await app.openInstance(instance);
  const { concurrentWriters } = database.dialect.traits;
  await database.close();
  if (!concurrentWriters)
    throw usage(run, `${workers} workers`, '1 on a database that has one writer at a time, for which all would wait');
  const group = await startWorkers(workers, serveLogger());
  tellServing(run, instance, group);
  return group;
}

/** Serves in this process, which may be one of those that `serveTogether` started. */
async function serveHere(
  run: CommandRun,
  options: ServeOptions,
  { app, instance, link }: Target & { readonly link: WorkerLink | undefined },
): Promise<Closable> {
  const serving = await startServing({
    app,
    instance,
    startsJobs: options.jobs && link?.startsJobs !== false,
    // The log is for machines and stands alone on standard output; what people read is on standard error.
    logger: serveLogger(),
    link,
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.port === undefined ? {} : { port: readPort(run, options.port) }),
  });
  if (link === undefined) tellServing(run, instance, { ...serving, firstKey: serving.firstKey?.key });
  else link.serves(serving);
  return serving;
}

function tellServing(
  run: CommandRun,
  instance: string,
  { address, firstKey }: { readonly address: string; readonly firstKey: string | undefined },
): void {
  run.output.note(`Serving "${instance}" at ${address}; its routes are at ${address}/docs.`);
  if (firstKey !== undefined) run.output.note(`The first key, an administrator's, told this once: ${firstKey}`);
}

function workersOf(run: CommandRun, { workers }: ServeOptions): number | undefined {
  if (workers === undefined) return undefined;
  const count = Number(workers);
  if (/^\d{1,2}$/.test(workers) && count >= 1 && count <= WORKERS_MAX) return count;
  throw usage(run, `--workers ${workers}`, `a whole number from 1 to ${WORKERS_MAX}`);
}

function usage(run: CommandRun, found: string, expected: string): CarryoverError<object> {
  return new CarryoverError(cliUsage, { command: run.name, found, expected });
}
