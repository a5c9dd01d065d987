// Writes the files that are made from the source and committed. With --check it writes nothing and fails where a
// committed file differs from what the source makes of it.

import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { renderCommandPages } from './generate/command-pages.ts';
import { openApiDocument } from '../src/app/http/openapi-document.ts';
import { renderClientTypes } from './generate/client-types.ts';
import { renderErrorsPage } from './generate/errors-page.ts';

interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

const isCheck = process.argv.includes('--check');
const openApi = await openApiDocument();
const files: readonly GeneratedFile[] = [
  { path: 'docs/openapi.json', text: `${JSON.stringify(openApi, null, 1)}\n` },
  { path: 'src/client/generated/operations.ts', text: await renderClientTypes(openApi) },
  { path: 'docs/errors.md', text: await renderErrorsPage() },
  ...renderCommandPages(),
];
for (const { path, text } of files) {
  if (readIfThere(path) === text) continue;
  if (isCheck) tellDifference(path);
  else write(path, text);
}
const paths = new Set(files.map(({ path }) => path));
for (const path of globSync('docs/commands/*.md').filter((page) => !paths.has(page))) {
  if (isCheck) tellDifference(path);
  else {
    rmSync(path);
    process.stdout.write(`removed ${path}\n`);
  }
}

function tellDifference(path: string): void {
  process.stdout.write(`${path} differs from what the source makes of it. Run "npm run generate" and commit it.\n`);
  process.exitCode = 1;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  process.stdout.write(`wrote ${path}\n`);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
