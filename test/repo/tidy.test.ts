import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exportDocFlaws } from './export-docs.ts';
import { importFlaws, unknownFolderFlaw } from './folder-order.ts';
import { isShippedSource, isSource, isTest, lineCount, repositoryFiles } from './repository-files.ts';
import type { RepositoryFile } from './repository-files.ts';
import { viewsOf } from './source-scan.ts';

/** Files outside the dialects that may name an engine, each with the reason. The list may only shrink. */
const MAY_NAME_ENGINES: Readonly<Record<string, string>> = {
  'src/sql/engine.ts': 'it defines the names that the dialects answer to',
  'src/sql/sql-errors.ts': 'its hint shows what a URL looks like',
};

/** Files that may be longer than the limit, each with its present length, which it may not pass. The list may only shrink. */
const MAY_BE_LONG: Readonly<Record<string, number>> = {};

const SOURCE_LINES_MAX = 400;
const TEST_LINES_MAX = 800;

const files = repositoryFiles();
/** Written by "npm run generate", and compared with what it writes. */
const isGenerated = (file: RepositoryFile): boolean => file.path.includes('/generated/');
const code = files.filter((file) => /^(?:src|test|scripts|bench)\//.test(file.path) && !isGenerated(file));

/** What the check says about these files. No file at all is a flaw of the check: it would never fail again. */
function flawsIn(
  inspected: readonly RepositoryFile[],
  check: (file: RepositoryFile) => readonly string[],
): readonly string[] {
  return inspected.length === 0 ? ['The check saw no files.'] : inspected.flatMap(check);
}

describe('the order of the folders', () => {
  test('every import in src/ goes to the left', () => {
    expect(flawsIn(files.filter(isSource), importFlaws)).toEqual([]);
  });

  test('every folder of src/ has a place in the order', () => {
    expect(flawsIn(files.filter(isSource), (file) => [unknownFolderFlaw(file) ?? []].flat())).toEqual([]);
  });

  test.each([
    ['src/base/a.ts', '../sql/b.ts', 'base/ may not import sql/'],
    ['src/http/a.ts', '../sql/b.ts', 'http/ may not import sql/'],
    ['src/systems/tuition/a.ts', '../cashback/b.ts', 'cashback is not to be imported'],
    ['src/systems/operation.ts', './tuition/b.ts', 'tuition is not to be imported'],
    ['src/ledger/a.ts', '../../test/b.ts', 'leaves src/'],
    ['src/ledger/a.ts', 'pg', 'speaks to a driver'],
    ['src/ledger/a.ts', './b', 'suffix'],
    ['src/cli/a.ts', '../index.ts', 'public face'],
  ])('%s may not import %s', (path, module, message) => {
    expect(importFlaws({ path, text: `import { x } from '${module}';` })).toEqual([expect.stringContaining(message)]);
  });

  test('an import to the left, into the own folder or of a package passes', () => {
    const text =
      "import a from '../base/a.ts'; import b from './b.ts'; import c from 'node:fs'; import d from 'kysely';";
    expect(importFlaws({ path: 'src/sql/x.ts', text })).toEqual([]);
    expect(importFlaws({ path: 'src/systems/tuition/x.ts', text: "import a from '../operation.ts';" })).toEqual([]);
  });
});

describe('engine names', () => {
  const namesAnEngine = (file: RepositoryFile): boolean =>
    /sqlite|postgres|mysql|mariadb/i.test(viewsOf(file.text).withoutComments);
  const outsideDialects = files.filter((file) => isShippedSource(file) && !file.path.startsWith('src/sql/dialects/'));

  test('code outside src/sql/dialects/ names no engine', () => {
    const check = (file: RepositoryFile): readonly string[] =>
      namesAnEngine(file) && !(file.path in MAY_NAME_ENGINES) ? [`${file.path}: ask the dialect instead.`] : [];
    expect(flawsIn(outsideDialects, check)).toEqual([]);
  });

  test('every exemption is still needed', () => {
    const needed = new Set(outsideDialects.filter(namesAnEngine).map((file) => file.path));
    expect(Object.keys(MAY_NAME_ENGINES).filter((path) => !needed.has(path))).toEqual([]);
  });

  test('a name in a comment is prose, a name in code or in a text is found', () => {
    expect(namesAnEngine({ path: 'a.ts', text: '// as on mysql\nrun();' })).toBe(false);
    expect(namesAnEngine({ path: 'a.ts', text: "if (engine === 'mysql') run();" })).toBe(true);
    expect(namesAnEngine({ path: 'a.ts', text: 'if (isPostgres) run();' })).toBe(true);
  });
});

describe('names and sizes', () => {
  test('files are named in kebab-case after what they hold', () => {
    const vague = new Set(['util', 'utils', 'helper', 'helpers', 'lib', 'common', 'misc', 'manager', 'service']);
    const check = (file: RepositoryFile): readonly string[] => {
      const parts = file.path.split('/').map((part) => part.replace(/\..*$/, ''));
      if (parts.some((part) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(part))) return [`${file.path}: not kebab-case.`];
      const word = parts.flatMap((part) => part.split('-')).find((each) => vague.has(each));
      return word === undefined ? [] : [`${file.path}: "${word}" does not say what the file holds.`];
    };
    expect(flawsIn(code, check)).toEqual([]);
  });

  test('a file stays short enough to be read in one go', () => {
    const check = (file: RepositoryFile): readonly string[] => {
      const allowed = MAY_BE_LONG[file.path] ?? (isTest(file) ? TEST_LINES_MAX : SOURCE_LINES_MAX);
      return lineCount(file) > allowed ? [`${file.path}: ${lineCount(file)} lines, against ${allowed}. Split it.`] : [];
    };
    expect(flawsIn(code, check)).toEqual([]);
  });

  test('every exemption from the length is still needed', () => {
    const isLong = (file: RepositoryFile): boolean =>
      lineCount(file) > (isTest(file) ? TEST_LINES_MAX : SOURCE_LINES_MAX);
    const needed = new Set(code.filter(isLong).map((file) => file.path));
    expect(Object.keys(MAY_BE_LONG).filter((path) => !needed.has(path))).toEqual([]);
  });
});

describe('texts', () => {
  test('every exported symbol of src/ has a docstring that ends as a sentence', () => {
    expect(flawsIn(files.filter(isShippedSource), exportDocFlaws)).toEqual([]);
  });

  test('an export without a docstring is found, whatever stands above it', () => {
    const flawsOf = (text: string): readonly string[] => exportDocFlaws({ path: 'a.ts', text });
    expect(flawsOf('export const x = 1;\n')).toEqual(['a.ts:1 x has no docstring.']);
    expect(flawsOf('/** Says. */\nconst y = 1;\nexport function x(): void {}\n')).toEqual([
      'a.ts:3 x has no docstring.',
    ]);
    expect(flawsOf('/* Says. */\nexport type X = 1;\n')).toHaveLength(1);
    expect(flawsOf('/** says nothing much */\nexport class X {}\n')).toHaveLength(1);
    expect(flawsOf('/**\n * Says.\n */\n// oxlint-disable-next-line\nexport async function x() {}\n')).toEqual([]);
    expect(flawsOf('/**\n * Says:\n *\n *   a --go--> b\n */\nexport class X {}\n')).toHaveLength(1);
    expect(flawsOf('/**\n * Says.\n *\n *   a --go--> b\n */\nexport class X {}\n')).toEqual([]);
    expect(flawsOf('const text = `\nexport const x = 1;\n`;\nexport { y } from "./y.ts";\n')).toEqual([]);
  });

  test('no file is left half done or narrowed to one test', () => {
    const patterns = [/\bT[O]DO\b/, /\bF[I]XME\b/, /\bX[X]X\b/, /\b(?:describe|it|test)\.only\(/];
    const check = (file: RepositoryFile): readonly string[] =>
      patterns.filter((pattern) => pattern.test(file.text)).map((pattern) => `${file.path}: ${pattern.source}`);
    expect(flawsIn(files, check)).toEqual([]);
  });

  test('no file names a path of one machine or the address of a package registry', () => {
    const patterns = [
      /(?<![\w.-])\/(?:home|Users|root|work|workspace)\/\w/,
      /(?<![\w.-])\/tmp\/\w/,
      /registry\.(?:npm|yarn)/,
    ];
    const check = (file: RepositoryFile): readonly string[] =>
      patterns.filter((pattern) => pattern.test(file.text)).map((pattern) => `${file.path}: ${pattern.source}`);
    expect(flawsIn(files, check)).toEqual([]);
  });
});

describe('dependencies', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

  test('the lock file names no address, and every package with its version and digest', () => {
    expect(locked.length).toBeGreaterThan(0);
    expect(locked.filter(([, entry]) => 'resolved' in entry).map(([path]) => path)).toEqual([]);
    const incomplete = locked.filter(([, entry]) => entry['version'] === undefined || entry['integrity'] === undefined);
    expect(incomplete.map(([path]) => path)).toEqual([]);
  });

  test('package.json pins exact versions', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
