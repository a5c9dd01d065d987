import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonLines, runCli, type CliResult } from '../support/run-cli.ts';
import { openSchoolFolder, SCHOOL_AS_OF, type SchoolFolder } from '../support/school-folder.ts';

const PASSWORD = 'p@ss:w/o%r?d#1';

let school: SchoolFolder;

beforeAll(async () => {
  school = await openSchoolFolder();
  const config = {
    instances: {
      // Nobody listens on port 1.
      broken: { url: 'postgres://app@127.0.0.1:1/school', passwordEnv: 'BROKEN_PASSWORD' },
      good: { urlEnv: 'SCHOOL_URL' },
    },
    systems: { tuition: {} },
  };
  writeFileSync(join(school.folder, 'carryover.config.json'), JSON.stringify(config));
});

afterAll(() => school.remove());

function run(...args: readonly string[]): Promise<CliResult> {
  return runCli(school.folder, args, { SCHOOL_URL: school.url, BROKEN_PASSWORD: PASSWORD });
}

function expectNoSecret({ stdout, stderr }: CliResult): void {
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'p%40ss']) {
    expect(stdout).not.toContain(secret);
    expect(stderr).not.toContain(secret);
  }
}

it('all takes the instances one by one: what fails on one is told, and the next is done', async () => {
  const result = await run('analyze', '--instance', 'all', '--as-of', SCHOOL_AS_OF);
  expect(result.stderr).toContain('SQL_UNREACHABLE');
  expect(result.stdout).toMatch(/accounts compared by two paths, 0 differ/);
  expect(result.stdout).toMatch(/^broken +5 +Cannot reach/m);
  expect(result.stdout).toMatch(/^good +0 +done$/m);
  expect(result.exitCode).toBe(5);
  expectNoSecret(result);
});

it('all with --json ends with one line for all instances', async () => {
  const result = await run('analyze', '--instance', 'all', '--json', '--as-of', SCHOOL_AS_OF);
  const last = jsonLines(result).at(-1) as { instances: { instance: string; exitCode: number }[] };
  expect(last.instances.map(({ instance, exitCode }) => [instance, exitCode])).toEqual([
    ['broken', 5],
    ['good', 0],
  ]);
  expectNoSecret(result);
});

it('doctor names the instance that cannot be reached, and shows no password', async () => {
  const result = await run('doctor', '--debug');
  expect(result.stdout).toMatch(/FAIL +broken +connection/);
  expect(result.stdout).toMatch(/ok +good +connection/);
  expect(result.exitCode).toBe(1);
  expectNoSecret(result);
});

it('an instance that is not configured is answered with those that are', async () => {
  const { exitCode, stderr } = await run('analyze', '--instance', 'prod');
  expect(stderr).toContain('TARGET_UNKNOWN');
  expect(stderr).toContain('broken, good');
  expect(exitCode).toBe(2);
});

it('reading commands want a target as well where there are several instances', async () => {
  const { exitCode, stderr } = await run('findings');
  expect(stderr).toContain('TARGET_MISSING');
  expect(exitCode).toBe(2);
});

it('a password in the configuration is refused without being shown', async () => {
  const file = join(school.folder, 'open.json');
  const url = `postgres://app:${encodeURIComponent(PASSWORD)}@127.0.0.1:1/school`;
  writeFileSync(file, JSON.stringify({ instances: { dev: { url } }, systems: {} }));
  const result = await run('status', '--config', file);
  expect(result.stderr).toContain('CONFIG_SECRET_MISPLACED');
  expect(result.exitCode).toBe(2);
  expectNoSecret(result);
});

it('an unknown command and an unknown option are usage errors', async () => {
  expect((await run('swich')).exitCode).toBe(2);
  const { exitCode, stderr } = await run('status', '--intance', 'good');
  expect(stderr).toContain('--instance');
  expect(exitCode).toBe(2);
});

it('--help lists the commands and the exit codes', async () => {
  const { exitCode, stdout } = await run('--help');
  expect(stdout).toMatch(/Exit codes:\n {2}0 {2}done/);
  expect(stdout).toContain('migrate');
  expect(stdout).toMatch(/^ {2}serve\b/m);
  expect(exitCode).toBe(0);
});
