import { expect, test } from 'vitest';
import type { RecognisedSystem } from '../app/recognise-systems.ts';
import type { Ask } from './conversation.ts';
import { completeAnswers, nameFlaw, type InitFindings } from './init-answers.ts';

const GIVEN = { name: 'dev', backups: 'vault', folder: '.' };

function system(name: string, problems: readonly string[] = []): RecognisedSystem {
  return { name, mapping: {}, found: 6 - problems.length, required: 6, problems };
}

function findings(...systems: readonly RecognisedSystem[]): InitFindings {
  return { systems, backupBytes: 0n };
}

/** Answers every question with the next text; fails at a flaw. */
function answering(...answers: readonly string[]): { readonly ask: Ask; readonly asked: string[] } {
  const asked: string[] = [];
  const ask: Ask = async ({ text, fallback, flawOf }) => {
    const answer = answers[asked.length] ?? fallback ?? '';
    asked.push(`${text} [${fallback}]`);
    const flaw = await flawOf?.(answer);
    if (flaw !== undefined) throw new Error(flaw);
    return answer;
  };
  return { ask, asked };
}

async function chosen(found: InitFindings, ask?: Ask): Promise<readonly string[]> {
  return (await completeAnswers(found, GIVEN, ask)).systems.map(({ name }) => name);
}

test('one system, or none, is not asked about', async () => {
  const { ask, asked } = answering();
  expect(await chosen(findings(system('a', ['x'])), ask)).toEqual(['a']);
  expect(await chosen(findings(), ask)).toEqual([]);
  expect(asked).toEqual([]);
});

test('of several systems those that could run at once are proposed, and the answer counts', async () => {
  const found = findings(system('a'), system('b'), system('c', ['table "x" is missing']));
  const { ask, asked } = answering('c,a');
  expect(await chosen(found, ask)).toEqual(['a', 'c']);
  expect(asked).toEqual([
    'Which of these systems are in it, with commas between: a (6 of 6 tables), b (6 of 6 tables), c (5 of 6 tables)? [a, b]',
  ]);
});

test('where none could run at once the best is proposed', async () => {
  const found = findings(system('a', ['x']), system('b', ['x', 'y']));
  expect(await chosen(found)).toEqual(['a']);
  expect(await chosen(found, answering().ask)).toEqual(['a']);
});

test('a system that is not there is refused by name', async () => {
  const found = findings(system('a'), system('b'));
  await expect(chosen(found, answering('a, z').ask)).rejects.toThrow('"z" is none of a, b.');
});

test('systems named by an option are not asked about', async () => {
  const { ask, asked } = answering();
  const { systems } = await completeAnswers(findings(system('a'), system('b')), { ...GIVEN, systems: ['b'] }, ask);
  expect(systems.map(({ name }) => name)).toEqual(['b']);
  expect(asked).toEqual([]);
});

test('a name is one that a configuration takes', () => {
  expect(nameFlaw('prod-2')).toBeUndefined();
  for (const name of ['', 'Prod', '2nd', 'a b', 'x'.repeat(33)]) expect(nameFlaw(name)).toBeDefined();
});
