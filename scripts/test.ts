// Everything `npm test` checks: the static checks, then the tests on every engine there is. With arguments
// (`npm test -- --project sqlite test/ledger`) it only runs vitest with them. Its last line is always
// `N passed, N failed, N skipped`.

import { parseArgs } from 'node:util';
import { prepareChromium, type PreparedChromium } from '../test/support/chromium/prepare-chromium.ts';
import { TEST_ENGINES } from '../test/support/engines.ts';
import type { Engine } from '../test/support/engines.ts';
import { prepareEngines } from './prepare-engines.ts';
import type { PreparedEngines } from './prepare-engines.ts';
import { runStaticChecks } from './static-checks.ts';
import { runVitest } from './vitest-run.ts';
import type { TestCounts } from './vitest-run.ts';

const NOTHING_RAN: TestCounts = { passed: 0, failed: 0, skipped: 0 };

const isCi = process.env['CI'] === 'true' || process.env['CI'] === '1';
const args = process.argv.slice(2);
const { named, rest } = splitArgs(args);
process.exitCode = await main();

async function main(): Promise<number> {
  const failures: string[] = [];
  let prepared: PreparedEngines;
  let browser: PreparedChromium | undefined;
  try {
    prepared = await prepareEngines(TEST_ENGINES.filter((engine) => named.length === 0 || named.includes(engine)));
    // Pages are looked at on the embedded engine alone: a browser sees no difference.
    if (prepared.engines.includes('sqlite')) browser = await prepareChromium();
  } catch (error) {
    report([error instanceof Error ? error.message : String(error)], [], NOTHING_RAN);
    return 2;
  }
  const { engines } = prepared;
  const leftOut = [...prepared.leftOut, ...(browser !== undefined && 'leftOut' in browser ? [browser.leftOut] : [])];
  for (const line of leftOut) print(line);
  if (leftOut.length > 0 && isCi) failures.push('Every engine is required with CI=true.');

  if (args.length > 0) print('Static checks are left out: this run is narrowed to what was named.');
  else failures.push(...(await runStaticChecks()).map((name) => `The static check "${name}" failed.`));

  const projects = projectsToRun(engines);
  const counts =
    projects.length === 0
      ? NOTHING_RAN
      : await runVitest([...projects.flatMap((project) => ['--project', project]), ...rest]);
  if (counts.passed + counts.failed === 0) failures.push('No test ran.');
  report(failures, leftOut, counts);
  return failures.length === 0 && counts.failed === 0 ? 0 : 1;
}

/** The named projects, or all of them, without those of an engine that is left out. */
function projectsToRun(engines: readonly Engine[]): readonly string[] {
  const wanted = named.length > 0 ? named : ['unit', ...TEST_ENGINES, 'repo'];
  const leftOut = new Set<string>(TEST_ENGINES.filter((engine) => !engines.includes(engine)));
  return wanted.filter((project) => !leftOut.has(project));
}

/** The projects that the arguments name, and the arguments without them. */
function splitArgs(all: readonly string[]): { readonly named: readonly string[]; readonly rest: readonly string[] } {
  const { values, tokens } = parseArgs({
    args: [...all],
    options: { project: { type: 'string', multiple: true } },
    strict: false,
    tokens: true,
  });
  const ours = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== 'option' || token.name !== 'project') continue;
    ours.add(token.index);
    if (token.inlineValue === false) ours.add(token.index + 1);
  }
  return { named: (values.project ?? []).map(String), rest: all.filter((_, index) => !ours.has(index)) };
}

function report(failures: readonly string[], leftOut: readonly string[], counts: TestCounts): void {
  print('');
  for (const line of [...leftOut, ...failures]) print(line);
  print(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
