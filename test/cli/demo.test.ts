import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { testEngine } from '../support/fresh-database.ts';
import { runCli } from '../support/run-cli.ts';
import { runProgram } from '../support/run-program.ts';
import { startCli } from '../support/start-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'carryover-demo-'));
const isDemosEngine = testEngine() === 'sqlite';

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.skipIf(!isDemosEngine)(
  'the demo proves its school and its SaaS, and every command that it hints at works in its folder',
  // Some fifteen processes one after the other: 25 s on an idle machine, two minutes where five others want its two cores.
  { timeout: 240_000 },
  async () => {
    const running = await startCli(folder, ['demo', '--students', '61', '--users', '53', '--port', '0'], {
      until: 'Press Ctrl-C to end.',
    });
    const served = await tryWhatIsServed(running.said().stdout);
    const demo = await running.stop();
    expect(demo.exitCode).toBe(0);
    expect(served).toEqual([200, 200, 200, 200]);
    expect(demo.stdout).toMatch(/^ +[\d,]+ accounts compared, 0 differ\.$/m);
    expect(demo.stdout).toMatch(/Root of the proof [0-9a-f]{64}/);
    expect(demo.stdout).toMatch(/^ +[\d,]+ accounts compared at the end, 0 differ\.$/m);
    const hints = hintsOf(demo.stdout);
    expect(hints.map(({ words }) => words[0])).toEqual(
      expect.arrayContaining(['status', 'statement', 'accounts', 'verify', 'rollback', 'watch']),
    );
    for (const { words, cwd } of hints) {
      const { exitCode, stderr } = await runCli(join(folder, cwd), words);
      const isAsked = words[0] === 'rollback';
      expect({ words, stderr: isAsked ? '' : (stderr.match(/error.*/)?.[0] ?? '') }).toEqual({ words, stderr: '' });
      expect([0, words[0] === 'quarantine' ? 1 : 0, isAsked ? 2 : 0]).toContain(exitCode);
    }
  },
);

/** Runs the curl commands that the demo prints, each with the key printed before it, and answers their statuses. */
async function tryWhatIsServed(text: string): Promise<readonly number[]> {
  let key = '';
  const statuses: number[] = [];
  for (const line of text.split('\n')) {
    key = /^ {2}KEY=(\S+)$/.exec(line)?.[1] ?? key;
    const curl = /^ {2}curl -s (.+)$/.exec(line)?.[1];
    if (curl === undefined) continue;
    const script = `curl -s -o /dev/null -w '%{http_code}' ${curl}`;
    statuses.push(Number(await runProgram('bash', ['-c', `KEY=${key}; ${script}`], { folder })));
  }
  return statuses;
}

/** The commands that the demo hints at, each with the folder that was named before it. */
function hintsOf(text: string): readonly { readonly words: readonly string[]; readonly cwd: string }[] {
  let cwd = '.';
  const hints: { words: readonly string[]; cwd: string }[] = [];
  for (const line of text.split('\n')) {
    cwd = /^ {2}cd (\S+)$/.exec(line)?.[1] ?? cwd;
    const command = /^ {2}\.\/carryover (.+?) {2}/.exec(line)?.[1];
    if (command !== undefined) hints.push({ words: command.split(' '), cwd });
  }
  return hints;
}

it.skipIf(!isDemosEngine)('the launcher in the demo runs this very program', async () => {
  const printed = await runProgram('./carryover', ['status'], { folder: join(folder, 'carryover-demo') });
  expect(printed).toContain('The ledger is proven equal to legacy, and follows it.');
});

it.skipIf(!isDemosEngine)('the demo is made anew in its own folder, with --once and no hints', async () => {
  const again = await runCli(folder, ['demo', '--students', '61', '--users', '53', '--once']);
  expect(again.exitCode).toBe(0);
  expect(again.stdout).not.toContain('Try next');
});

it('the demo never touches a folder of somebody else', async () => {
  const own = mkdtempSync(join(folder, 'own-'));
  writeFileSync(join(own, 'thesis.txt'), 'years of work');
  const { exitCode, stderr } = await runCli(folder, ['demo', '--folder', own]);
  expect(stderr).toContain('CLI_FILE_EXISTS');
  expect(exitCode).toBe(2);
});
