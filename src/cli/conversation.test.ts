import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isConfirmed } from './confirm.ts';
import type { CommandRun } from './command.ts';
import { converse, type Ask } from './conversation.ts';

const CTRL_C = '\u0003';

function person(): {
  readonly terminal: { readonly input: PassThrough; readonly output: PassThrough };
  readonly abort: AbortController;
  talk<T>(work: (ask: Ask) => Promise<T>): Promise<T>;
} {
  const terminal = { input: new PassThrough(), output: new PassThrough() };
  const abort = new AbortController();
  return {
    terminal,
    abort,
    talk: (work) => converse({ name: 'test', signal: abort.signal }, terminal, work),
  };
}

test('answers typed before their questions are kept for them, in order', async () => {
  const { terminal, talk } = person();
  terminal.input.write('one\ntwo \n\n');
  const answers = await talk(async (ask) => [
    await ask({ text: 'First?' }),
    await ask({ text: 'Second?' }),
    await ask({ text: 'Third?', fallback: 'three' }),
  ]);
  expect(answers).toEqual(['one', 'two', 'three']);
});

test('a question is shown with its answer even where the input ended behind what was typed ahead', async () => {
  const { terminal, talk } = person();
  terminal.input.end('one\n');
  const answer = await talk(async (ask) => {
    await setTimeout(20);
    return ask({ text: 'First?' });
  });
  expect(answer).toBe('one');
  expect(String(terminal.output.read())).toContain('First? one');
});

test('a question is put again until its answer has no flaw, and an empty answer has one where nothing was found', async () => {
  const { terminal, talk } = person();
  terminal.input.write('\nbad\ngood\n');
  const flawOf = (answer: string): string | undefined => (answer === 'good' ? undefined : `"${answer}" is not good.`);
  expect(await talk((ask) => ask({ text: 'Well?', flawOf }))).toBe('good');
  const said = String(terminal.output.read());
  expect(said).toContain('An answer is needed.');
  expect(said).toContain('"bad" is not good.');
});

test.each([
  ['the input ends', (at: ReturnType<typeof person>) => at.terminal.input.end()],
  ['Ctrl-C is typed', (at: ReturnType<typeof person>) => at.terminal.input.write(CTRL_C)],
  ['the run is aborted', (at: ReturnType<typeof person>) => at.abort.abort()],
])('a question is left unanswered when %s', async (_what, happen) => {
  const at = person();
  const answer = at.talk((ask) => ask({ text: 'Well?' }));
  happen(at);
  await expect(answer).rejects.toMatchObject({ code: 'CLI_NOT_ANSWERED', details: { question: 'Well?' } });
});

test('only a typed yes confirms', async () => {
  const confirm = (typed: string, options: CommandRun['options'] = {}): Promise<boolean> => {
    const { terminal, abort } = person();
    terminal.input.end(typed);
    const run = { name: 'migrate', options, signal: abort.signal, terminal } as unknown as CommandRun;
    return isConfirmed(run, 'migrate "dev"');
  };
  expect(await confirm('yes\n')).toBe(true);
  expect(await confirm('YES\n')).toBe(true);
  expect(await confirm('y\n')).toBe(false);
  expect(await confirm('\n')).toBe(false);
  expect(await confirm('', { yes: true })).toBe(true);
  await expect(confirm('')).rejects.toMatchObject({ code: 'CLI_NOT_ANSWERED' });
});
