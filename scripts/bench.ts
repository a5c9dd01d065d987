// `npm run bench -- SCENARIO [--engine E] [--json] [--rows N]`: runs a scenario of bench/ as a process of its own, against a
// server of its own that writes to disk as in production. Without an engine it runs on every one there is. Standard output has the
// findings alone, one line of JSON per engine; standard error has the progress, unless --json asks for the findings only.

import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { parseEngine, type Engine } from '../test/support/engines.ts';
import { openTestServer } from '../test/support/servers.ts';
import { prepareEngines } from './prepare-engines.ts';

const { values, positionals } = readArgs();
process.exitCode = await main();

async function main(): Promise<number> {
  const [scenario] = positionals;
  if (scenario === undefined) {
    process.stderr.write(
      'Cannot run a bench: no scenario was named. Run "npm run bench -- posting --engine postgres".\n',
    );
    return 2;
  }
  if (values.engine !== undefined) process.env['ENGINES'] = parseEngine(values.engine);
  const { engines, leftOut } = await prepareEngines();
  for (const line of leftOut) process.stderr.write(`${line}\n`);
  let exitCode = 0;
  for (const engine of engines) exitCode = Math.max(exitCode, await runOn(engine, scenario));
  return exitCode;
}

async function runOn(engine: Engine, scenario: string): Promise<number> {
  const server = engine === 'sqlite' ? undefined : await openTestServer(engine, 'benches');
  try {
    return await runScenario(scenario, engine, server?.url ?? '');
  } finally {
    await server?.stop();
  }
}

function runScenario(scenario: string, engine: Engine, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      CARRYOVER_BENCH_ENGINE: engine,
      CARRYOVER_BENCH_URL: url,
      ...(values.rows === undefined ? {} : { CARRYOVER_BENCH_ROWS: values.rows }),
      ...(values.json ? { CARRYOVER_BENCH_QUIET: '1' } : {}),
    };
    const child = spawn(process.execPath, ['bench/run-bench.ts', scenario], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env,
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

function readArgs() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { engine: { type: 'string' }, json: { type: 'boolean', default: false }, rows: { type: 'string' } },
    });
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `Cannot run a bench: ${found}. Run "npm run bench -- SCENARIO [--engine E] [--json] [--rows N]".\n`,
    );
    process.exit(2);
  }
}
