// Runs the scenarios of bench/ one after the other on every engine there is, each as a process of its own, against
// servers that write to disk as in production. `npm run bench -- batched-posts` runs only what is named; ENGINES narrows
// the engines. A scenario reads its engine from CARRYOVER_BENCH_ENGINE and its server from CARRYOVER_BENCH_URL, which
// is empty for an engine without a server.

import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import type { Engine } from '../test/support/engines.ts';
import { openTestServer } from '../test/support/servers.ts';
import { prepareEngines } from './prepare-engines.ts';

const wanted = process.argv.slice(2);
process.exitCode = await main();

async function main(): Promise<number> {
  const scenarios = globSync('bench/*.ts').toSorted();
  const names = scenarios.map((path) => basename(path, '.ts'));
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0 || scenarios.length === 0) {
    const known = names.length === 0 ? 'none in bench/' : names.join(', ');
    process.stderr.write(`Cannot run bench "${unknown.join(', ')}": unknown, against ${known}. Name one of those.\n`);
    return 2;
  }
  const chosen = scenarios.filter((path) => wanted.length === 0 || wanted.includes(basename(path, '.ts')));
  const { engines, leftOut } = await prepareEngines();
  for (const line of leftOut) process.stdout.write(`${line}\n`);
  let exitCode = 0;
  for (const engine of engines) exitCode = Math.max(exitCode, await runOn(engine, chosen));
  return exitCode;
}

async function runOn(engine: Engine, scenarios: readonly string[]): Promise<number> {
  const server = engine === 'sqlite' ? undefined : await openTestServer(engine, 'benches');
  try {
    let exitCode = 0;
    for (const path of scenarios) exitCode = Math.max(exitCode, await runScenario(path, engine, server?.url ?? ''));
    return exitCode;
  } finally {
    await server?.stop();
  }
}

function runScenario(path: string, engine: Engine, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, CARRYOVER_BENCH_ENGINE: engine, CARRYOVER_BENCH_URL: url };
    const child = spawn(process.execPath, [path], { stdio: 'inherit', env });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
