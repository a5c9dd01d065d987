import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { serveLogger } from '../../app/http/serve-logger.ts';
import { addressUnavailable, startServing, type Serving } from '../../app/http/start-serving.ts';
import { isError } from '../../base/errors.ts';
import type { CommandRun } from '../command.ts';
import { demoRun } from './demo-run.ts';

/** A demo's folder to be served. */
export interface DemoToServe {
  readonly folder: string;
  readonly system: string;
  /** What it is, as a heading. */
  readonly title: string;
  /** Where it listens if nothing else does. */
  readonly port: number;
  /** What to try, once the address is known; a path or a curl command each, with what it shows. */
  readonly tries: (address: string) => readonly { readonly what: string; readonly shows: string }[];
}

/** Serves the demos until the process is told to end, and says where, with which key, and what to try. The log goes into each folder. */
export async function serveDemo(run: CommandRun, demos: readonly DemoToServe[]): Promise<readonly Serving[]> {
  const serving: Serving[] = [];
  try {
    for (const demo of demos) {
      const opened = await serveOne(run, demo);
      serving.push(opened);
      tellServed(run, demo, opened);
    }
    return serving;
  } catch (error) {
    for (const opened of serving) await opened.close();
    throw error;
  }
}

async function serveOne(run: CommandRun, { folder, system, port }: DemoToServe): Promise<Serving> {
  const app = await (await demoRun(run, folder, system)).app();
  await mkdir(app.logFolder, { recursive: true });
  const logger = serveLogger(pino.destination({ dest: path.join(app.logFolder, 'serve.log'), sync: false }));
  const request = { app, instance: 'demo', logger };
  try {
    return await startServing({ ...request, port });
  } catch (error) {
    // Somebody who tries things out must not have to look for what listens on a port.
    if (isError(error, addressUnavailable)) return startServing({ ...request, port: 0 });
    throw error;
  }
}

function tellServed(run: CommandRun, { title, tries }: DemoToServe, { address, firstKey }: Serving): void {
  const { output } = run;
  output.line();
  output.line(output.colors.bold(title));
  output.line(`  ${address}/docs has every route. An administrator's key, told this once:`);
  output.line(`  KEY=${firstKey?.key ?? ''}`);
  for (const { what, shows } of tries(address)) {
    output.line(`  ${output.colors.dim(`# ${shows}`)}`);
    output.line(`  ${what}`);
  }
  output.data({ served: { address, key: firstKey?.key } });
}
