// Writes the files that are made from the source and committed. With --check it writes nothing and fails where a
// committed file differs from what the source makes of it.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { renderErrorsPage } from './generate/errors-page.ts';

interface GeneratedFile {
  readonly path: string;
  readonly render: () => Promise<string>;
}

const GENERATED_FILES: readonly GeneratedFile[] = [{ path: 'docs/errors.md', render: renderErrorsPage }];

const isCheck = process.argv.includes('--check');
for (const file of GENERATED_FILES) {
  const text = await file.render();
  if (readIfThere(file.path) === text) continue;
  if (isCheck) {
    process.stdout.write(
      `${file.path} differs from what the source makes of it. Run "npm run generate" and commit it.\n`,
    );
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file.path), { recursive: true });
    writeFileSync(file.path, text);
    process.stdout.write(`wrote ${file.path}\n`);
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
