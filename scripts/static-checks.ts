import { runSteps } from './step.ts';
import type { Step } from './step.ts';

/** Everything that is checked without running the code, cheapest to read first. */
const STATIC_CHECKS: readonly Step[] = [
  { name: 'generated', command: process.execPath, args: ['scripts/generate.ts', '--check'] },
  { name: 'format', command: 'prettier', args: ['--check', '--log-level=warn', '.'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings', '--report-unused-disable-directives'] },
  { name: 'types', command: 'tsc', args: ['-p', 'tsconfig.json', '--noEmit'] },
  { name: 'unused', command: 'knip', args: ['--no-progress'] },
];

/** Runs the static checks, two at a time, and answers with the names of those that failed. */
export async function runStaticChecks(): Promise<readonly string[]> {
  const results = await runSteps(STATIC_CHECKS, 2);
  return results.filter((result) => !result.passed).map((result) => result.name);
}
