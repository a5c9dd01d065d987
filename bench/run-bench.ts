// Runs one scenario on one engine, in this process, and prints what it found as one line of JSON. `scripts/bench.ts` starts
// it with a server of its own: CARRYOVER_BENCH_ENGINE names the engine, CARRYOVER_BENCH_URL the server, empty for none.

import { parseEngine } from '../test/support/engines.ts';
import { machine } from './bench-scenario.ts';
import { scenarios } from './scenarios.ts';

const [name] = process.argv.slice(2);
const scenario = scenarios.find((one) => one.name === name);
if (scenario === undefined) {
  throw new Error(`Cannot run bench "${name ?? ''}": unknown, against ${scenarios.map((one) => one.name).join(', ')}.`);
}
const engine = parseEngine(String(process.env['CARRYOVER_BENCH_ENGINE']));
const serverUrl = process.env['CARRYOVER_BENCH_URL'] ?? '';
const isQuiet = process.env['CARRYOVER_BENCH_QUIET'] === '1';
const say = (line: string): void => {
  if (!isQuiet) process.stderr.write(`${scenario.name} ${engine}: ${line}\n`);
};
const { ratios, figures } = await scenario.run({ engine, serverUrl, say });
process.stdout.write(`${JSON.stringify({ scenario: scenario.name, engine, ratios, figures, machine: machine() })}\n`);
