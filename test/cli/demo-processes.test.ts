import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { testEngine } from '../support/fresh-database.ts';
import { runCli } from '../support/run-cli.ts';
import { startCli } from '../support/start-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'carryover-demo-processes-'));
const BOOTSTRAP = fileURLToPath(new URL('../../scripts/bootstrap.mjs', import.meta.url));
const isDemosEngine = testEngine() === 'sqlite';
/** Processes are told of by the file system there. */
const isLinux = process.platform === 'linux';

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The processes one of whose arguments names a text. */
function processesOf(text: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandLine(pid).includes(text))
    .map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}

describe.skipIf(!isDemosEngine)('the school and the SaaS, each in a process', () => {
  it(
    'the SaaS that fails tells its error after what the school has told, and its exit code is that of the demo',
    { timeout: 120_000 },
    async () => {
      // Its database is a folder, so that nothing can be made in it; the school is not concerned.
      const own = join(folder, 'fails');
      const running = runCli(folder, ['demo', '--folder', own, '--students', '61', '--users', '53', '--once']);
      await breakSaas(own);
      const { exitCode, stdout, stderr } = await running;
      expect(stdout).toMatch(/Root of the proof [0-9a-f]{64}/);
      expect(stdout).not.toContain('All of it took');
      expect(stderr).toMatch(/error SQL_\w+: Cannot/);
      expect(exitCode).not.toBe(0);
    },
  );

  it.skipIf(!isLinux)(
    'a demo that is told to end ends both, and the old application with them',
    { timeout: 120_000 },
    async () => {
      const own = join(folder, 'ends');
      const args = ['demo', '--folder', own, '--students', '400', '--users', '400', '--once'];
      const demo = await startCli(folder, args, { until: 'A sample school' });
      expect(processesOf(own).length).toBeGreaterThan(1);
      const { exitCode, stderr } = await demo.stop('SIGINT');
      expect(stderr).toContain('Stopping after this step');
      expect(exitCode).not.toBe(0);
      expect(processesOf(own)).toEqual([]);
    },
  );
});

describe.skipIf(!isLinux || !isDemosEngine)('a script that npm runs', () => {
  it.each(['exec node "$BOOTSTRAP" src/cli/main.ts demo', 'node "$BOOTSTRAP" src/cli/main.ts demo; true'])(
    'ends when npm alone is killed, started by %s',
    { timeout: 120_000 },
    async (start) => {
      const own = mkdtempSync(join(folder, 'npm-'));
      const command = start.replace(' demo', ` demo --folder ${join(own, 'demo')} --students 61 --users 53 --port 0`);
      // Stands for npm: runs a shell that runs the script, and passes no signal on.
      const npm = spawn(
        process.execPath,
        ['-e', `require('node:child_process').spawn('sh', ['-c', process.env.COMMAND], { stdio: 'inherit' })`],
        {
          env: { ...process.env, BOOTSTRAP, COMMAND: command, npm_lifecycle_event: 'start' },
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
      npm.stdout.setEncoding('utf8');
      for await (const piece of npm.stdout) if (String(piece).includes('A sample school')) break;
      npm.kill('SIGKILL');
      await once(npm, 'exit');
      await expect.poll(() => processesOf(own), { timeout: 60_000, interval: 100 }).toEqual([]);
    },
  );
});

/** Puts a folder in the place of the database before the SaaS is made. */
async function breakSaas(own: string): Promise<void> {
  const file = join(own, 'saas', 'saas.db');
  await expect
    .poll(
      () => {
        try {
          rmSync(file);
          mkdirSync(file);
          return true;
        } catch {
          return false;
        }
      },
      { timeout: 60_000, interval: 1 },
    )
    .toBe(true);
}
