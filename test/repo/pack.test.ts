import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../support/run-program.ts';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
const folder = mkdtempSync(join(tmpdir(), 'carryover-pack-'));
const project = join(folder, 'project');

/** What `npm pack --json` says about the tarball it made. */
interface PackedTarball {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let tarball: PackedTarball;
let tarballPath: string;

beforeAll(async () => {
  await runProgram(process.execPath, ['scripts/build.ts'], { folder: '.' });
  const packArgs = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  tarball = firstTarball(await runProgram('npm', packArgs, { folder: '.' }));
  tarballPath = join(folder, tarball.filename);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  // Without scripts: none of the dependencies needs one, and a compiler must not be needed either.
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--omit=dev'];
  await runProgram('npm', ['install', ...quiet, tarballPath], { folder: project });
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the package ships what was compiled and its papers, and nothing else', () => {
  const paths = tarball.files.map((file) => file.path);
  expect(paths).toEqual(
    expect.arrayContaining([
      'dist/index.js',
      'dist/index.d.ts',
      'dist/cli/main.js',
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
    ]),
  );
  const papers = new Set(['package.json', 'LICENSE', 'README.md', 'CHANGELOG.md']);
  const unexpected = paths.filter(
    (path) => !papers.has(path) && !/^dist\/.+(?<!\.test)\.(?:js|d\.ts|json)$/.test(path),
  );
  expect(unexpected).toEqual([]);
});

test('publint finds nothing to complain about', async () => {
  const bytes = readFileSync(tarballPath);
  const { messages, pkg } = await publint({
    strict: true,
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
  });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('a strict TypeScript project that installs the tarball compiles against its types', async () => {
  writeFileSync(
    join(project, 'check.ts'),
    [
      "import * as carryover from 'carryover';",
      '// @ts-expect-error An unknown export is an error only where the types are found.',
      "import { thereIsNoSuchExport } from 'carryover';",
      'export const exported: readonly string[] = Object.keys(carryover);',
      'export const missing: unknown = thereIsNoSuchExport;',
    ].join('\n'),
  );
  const options = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    typeRoots: [resolve('node_modules/@types')],
    types: ['node'],
    // The declarations of the package itself are checked too: one that refers to a types package we do not ship would fail here.
    skipLibCheck: false,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['check.ts'] }));
  const printed = await runProgram(resolve('node_modules/.bin/tsc'), ['-p', '.'], { folder: project });
  expect(printed).toBe('');
});

test('the installed package can be imported', async () => {
  const script = "console.log(Object.keys(await import('carryover')).length)";
  const printed = await runProgram(process.execPath, ['--input-type=module', '-e', script], { folder: project });
  expect(Number(printed)).toBeGreaterThan(0);
});

test('npx carryover --version prints the version of the package', async () => {
  const printed = await runProgram('npx', ['--no-install', 'carryover', '--version'], { folder: project });
  expect(printed.trim()).toBe(manifest.version);
});

/** npm wraps the list in an object keyed by package name in its newer versions. */
function firstTarball(json: string): PackedTarball {
  const parsed = JSON.parse(json) as readonly PackedTarball[] | Readonly<Record<string, PackedTarball>>;
  const found = Object.values(parsed)[0];
  if (found === undefined) throw new Error('npm pack made no tarball.');
  return found;
}
