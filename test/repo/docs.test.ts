import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/sql/database.ts';
import { createSampleSchool } from '../../src/systems/tuition/sample-school/create-sample-school.ts';
import { runCli } from '../support/run-cli.ts';
import { runProgram } from '../support/run-program.ts';
import { documentedCommand, markedBlocks } from './marked-blocks.ts';

const pages = ['README.md', ...globSync('docs/**/*.md').toSorted()];
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'carryover-docs-'));
  folders.push(folder);
  return folder;
}

/** A folder with a small school beside it, as a reader's database. */
async function schoolFolder(): Promise<{ folder: string; url: string }> {
  const folder = newFolder();
  const url = `sqlite:${join(folder, 'school.db')}`;
  writeFileSync(join(folder, 'school.db'), '');
  const database = await openDatabase(url);
  try {
    await createSampleSchool(database, { students: 61, years: 1 });
  } finally {
    await database.close();
  }
  return { folder, url };
}

const pagesWithCommands = pages.filter((page) => markedBlocks(page).some(({ language }) => language === 'sh'));

describe('the commands of the documents', () => {
  test('there are documents with commands', () => {
    expect(pagesWithCommands).toEqual(expect.arrayContaining(['README.md', 'docs/cutover-handbook.md']));
  });

  test.each(pagesWithCommands)('%s: each command ends as documented, from top to bottom', async (page) => {
    const { folder, url } = await schoolFolder();
    for (const { lines, at } of markedBlocks(page).filter(({ language }) => language === 'sh')) {
      for (const line of lines) {
        const { args, exitCode } = documentedCommand(line);
        const result = await runCli(folder, args, { DATABASE_URL: url });
        expect({ page, at, line, said: result.exitCode === exitCode ? '' : result.stderr, exitCode }).toEqual({
          page,
          at,
          line,
          said: '',
          exitCode: result.exitCode,
        });
      }
    }
  });

  test('the example of the README prints what is said below it', async () => {
    const block = markedBlocks('README.md').find(({ language }) => language === 'ts');
    const folder = newFolder();
    const index = pathToFileURL(resolve('src/index.ts')).href;
    const code = (block?.lines ?? []).join('\n');
    expect(code).toContain("from 'carryover'");
    writeFileSync(join(folder, 'example.ts'), code.replace("from 'carryover'", `from '${index}'`));
    const printed = await runProgram(process.execPath, ['example.ts'], { folder });
    expect(printed.trim().split('\n')).toEqual(['posted 250n', 'replayed 250n', 'refused 250n']);
  });
});

describe('the documents', () => {
  test.each(pages)('%s: every link to a file leads somewhere', (page) => {
    const targets = [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      ([, target = '']) => target,
    );
    expect(targets.filter((target) => !existsSync(join(dirname(page), target)))).toEqual([]);
  });

  test('the index of the documentation names every page', () => {
    const index = readFileSync('docs/README.md', 'utf8');
    const own = globSync('docs/*.md')
      .map((path) => path.slice('docs/'.length))
      .filter((path) => path !== 'README.md');
    expect(own.filter((path) => !index.includes(`(${path})`))).toEqual([]);
  });

  test('a marked line that is no command of ours is refused', () => {
    expect(() => documentedCommand('rm -rf .')).toThrow(/npx carryover/);
    expect(documentedCommand('npx carryover rollback --reason "two words" # exit code 3')).toEqual({
      args: ['rollback', '--reason', 'two words'],
      exitCode: 3,
    });
  });
});
