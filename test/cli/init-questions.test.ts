import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openApp } from '../../src/app/app.ts';
import type { CarryoverConfig } from '../../src/app/config.ts';
import { commands } from '../../src/cli/commands/index.ts';
import { runProgram } from '../../src/cli/run-program.ts';
import { testEngine } from '../support/fresh-database.ts';
import { runCli, type CliResult } from '../support/run-cli.ts';
import { openSchoolFolder, type SchoolFolder } from '../support/school-folder.ts';

let school: SchoolFolder;
/** One per test, because a configuration is loaded once per process and path. */
let folder: string;
beforeAll(async () => {
  school = await openSchoolFolder({ config: false });
});
afterAll(() => school.remove());
beforeEach(() => {
  folder = mkdtempSync(join(school.folder, 'init-'));
});

async function written(): Promise<CarryoverConfig> {
  return (await openApp(folder)).loaded.config;
}

/** A stream that says it is a terminal. */
function terminalStream(): PassThrough & { readonly isTTY: true } {
  return Object.assign(new PassThrough(), { isTTY: true as const });
}

/** Runs `init` with a person at the terminal who types each answer when its question is put; without answers left, the input ends. */
async function initWith(
  answers: readonly (readonly [question: RegExp, answer: string])[],
  ...args: readonly string[]
): Promise<{ readonly exitCode: number; readonly asked: readonly string[]; readonly said: string }> {
  const [stdin, stdout, stderr] = [terminalStream(), terminalStream(), terminalStream()];
  const asked: string[] = [];
  const left = [...answers];
  let said = '';
  let unread = '';
  stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    unread += text;
    const question = /[^\n]*(?:\?|:)(?: \[[^\]]*\])? $/.exec(plain(unread))?.[0];
    if (question === undefined) return;
    unread = '';
    asked.push(question.trim());
    const [next] = left;
    if (next === undefined) return void stdin.end();
    if (!next[0].test(question)) throw new Error(`It asked "${question}", against ${String(next[0])}.`);
    left.shift();
    stdin.write(`${next[1]}\n`);
  });
  const exitCode = await runProgram(commands, ['init', '--no-color', ...args], {
    stdin,
    stdout,
    stderr,
    folder,
    environment: { SCHOOL_URL: school.url },
    signal: new AbortController().signal,
  });
  expect(left).toEqual([]);
  return { exitCode, asked, said: plain(said) };
}

/** Without what moves the cursor. */
function plain(text: string): string {
  return text.replaceAll(/\u001b\[[\d;?]*[A-Za-z]/g, '').replaceAll('\r', '');
}

test('on a terminal, init asks for what the database cannot tell, each with what it found, and writes the answers', async () => {
  const { exitCode, asked, said } = await initWith([
    [/^Which database\? .*environment variable that holds it: $/, 'SCHOOL_URL'],
    [/^What to call this instance\? \[dev\] $/, 'prod'],
    [
      /^Where do backups go \(one takes up to [\d.]+ \w+, [\d.]+ \w+ are free here\)\? \[carryover-backups\] $/,
      '../vault',
    ],
  ]);
  expect(said).toContain('Next: carryover doctor --instance prod');
  expect(exitCode).toBe(0);
  expect(asked).toHaveLength(3);
  expect(await written()).toMatchObject({
    instances: { prod: { urlEnv: 'SCHOOL_URL' } },
    systems: { tuition: {} },
    backups: { folder: '../vault' },
  });
});

test('empty answers take what was found, and options are not asked for', async () => {
  const { exitCode, asked } = await initWith(
    [[/^Where do backups go/, '']],
    '--url-env',
    'SCHOOL_URL',
    '--name',
    'test',
  );
  expect(exitCode).toBe(0);
  expect(asked).toHaveLength(1);
  const config = await written();
  expect(config.instances).toEqual({ test: { urlEnv: 'SCHOOL_URL' } });
  expect(config.backups).toBeUndefined();
});

test('an answer that cannot be taken is told why, and asked for again', async () => {
  writeFileSync(join(folder, 'notes'), 'no folder');
  const { exitCode, said } = await initWith([
    [/^Which database/, 'NOT_SET'],
    [/^Which database/, 'postgres://app:secret@localhost/school'],
    [/^Which database/, 'SCHOOL_URL'],
    [/^What to call/, 'Main School'],
    [/^What to call/, 'main'],
    [/^Where do backups go/, 'notes/backups'],
    [/^Where do backups go/, ''],
  ]);
  expect(exitCode).toBe(0);
  expect(said).toContain('That is nothing in the variable NOT_SET');
  expect(said).toContain('a password in --url');
  expect(said).toContain('A name begins with a lower-case letter');
  expect(said).toContain(`${join(folder, 'notes')} is a file.`);
});

test('a question that is left unanswered writes nothing', async () => {
  const { exitCode, said } = await initWith([[/^What to call/, '']], '--url-env', 'SCHOOL_URL');
  expect(said).toContain('CLI_NOT_ANSWERED');
  expect(exitCode).toBe(2);
  await expect(written()).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
});

test('with --yes nobody is asked on a terminal either', async () => {
  const { exitCode, asked } = await initWith(
    [],
    '--url-env',
    'SCHOOL_URL',
    '--yes',
    '--backups',
    'b',
    '--system',
    'tuition',
  );
  expect([exitCode, asked]).toEqual([0, []]);
  const config = await written();
  expect(config).toMatchObject({ instances: { dev: {} }, systems: { tuition: {} }, backups: { folder: 'b' } });
});

test('without a terminal, options and what was found are taken, and what cannot be is refused', async () => {
  const run = (...args: readonly string[]): Promise<CliResult> => runCli(folder, args, { SCHOOL_URL: school.url });
  const bad = await run('init', '--url-env', 'SCHOOL_URL', '--name', 'Main School');
  expect(bad.stderr).toContain('CLI_USAGE');
  const other = await run('init', '--url-env', 'SCHOOL_URL', '--system', 'payroll');
  expect(other.stderr).toContain('TARGET_UNKNOWN');
  expect(other.stderr).toContain('tuition');
  const none = await run('init');
  expect([bad.exitCode, other.exitCode, none.exitCode]).toEqual([2, 2, 2]);
  const { exitCode } = await run('init', '--url-env', 'SCHOOL_URL', '--backups', '/srv/vault');
  expect(exitCode).toBe(0);
  const config = await written();
  expect(config).toMatchObject({ instances: { dev: { urlEnv: 'SCHOOL_URL' } }, backups: { folder: '/srv/vault' } });
});

test('the command itself asks on a terminal, and takes answers typed ahead', ({ skip }) => {
  if (testEngine() !== 'sqlite') return skip('the terminal is the same for every engine');
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const line = [process.execPath, main, 'init', '--url-env', 'SCHOOL_URL'].join(' ');
  const { stdout, error } = spawnSync('script', ['-qec', line, '/dev/null'], {
    cwd: folder,
    env: { ...process.env, SCHOOL_URL: school.url },
    input: 'typed\nvault\n',
    encoding: 'utf8',
  });
  if (error !== undefined) return skip('no "script" here to make a terminal with');
  expect(stdout).toContain('What to call this instance?');
  const text = readFileSync(join(folder, 'carryover.config.ts'), 'utf8');
  expect(text).toContain('typed: {');
  expect(text).toContain('backups: { folder: "vault" }');
});
