import type { TestProject } from 'vitest/node';
import { parseEngine } from './engines.ts';
import { openTestServer } from './servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of the project's engine, for a user who may create databases; empty where the engine has no server. */
    serverUrl: string;
  }
}

/** Starts the server of the project's engine before its first test file and ends it after the last one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engine = parseEngine(String(project.config.env['CARRYOVER_TEST_ENGINE']));
  if (engine === 'sqlite') {
    project.provide('serverUrl', '');
    return () => Promise.resolve();
  }
  const server = await openTestServer(engine);
  project.provide('serverUrl', server.url);
  return () => server.stop();
}
