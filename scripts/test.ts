// Everything `npm test` checks: the static checks, then the tests on every engine there is. With arguments
// (`npm test -- --project sqlite test/ledger`) it only runs vitest with them. Its last line is always
// `N passed, N failed, N skipped`.

import type { Engine } from '../test/support/engines.ts';
import { prepareEngines } from './prepare-engines.ts';
import type { PreparedEngines } from './prepare-engines.ts';
import { runStaticChecks } from './static-checks.ts';
import { runVitest } from './vitest-run.ts';
import type { TestCounts } from './vitest-run.ts';

const isCi = process.env['CI'] === 'true' || process.env['CI'] === '1';
const args = process.argv.slice(2);
process.exitCode = await main();

async function main(): Promise<number> {
  const failures: string[] = [];
  let prepared: PreparedEngines;
  try {
    prepared = await prepareEngines();
  } catch (error) {
    report([error instanceof Error ? error.message : String(error)], [], { passed: 0, failed: 0, skipped: 0 });
    return 2;
  }
  const { engines, leftOut } = prepared;
  for (const line of leftOut) print(line);
  if (leftOut.length > 0 && isCi) failures.push('Every engine is required with CI=true.');

  if (args.length > 0) print('Static checks are left out: this run is narrowed to what was named.');
  else failures.push(...(await runStaticChecks()).map((name) => `The static check "${name}" failed.`));

  const counts = await runVitest(vitestArgs(engines));
  if (counts.passed + counts.failed === 0) failures.push('No test ran.');
  report(failures, leftOut, counts);
  return failures.length === 0 && counts.failed === 0 ? 0 : 1;
}

function vitestArgs(engines: readonly Engine[]): readonly string[] {
  if (args.some((arg) => arg === '--project' || arg.startsWith('--project='))) return args;
  return ['unit', ...engines, 'repo'].flatMap((project) => ['--project', project]).concat(args);
}

function report(failures: readonly string[], leftOut: readonly string[], counts: TestCounts): void {
  print('');
  for (const line of [...leftOut, ...failures]) print(line);
  print(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
