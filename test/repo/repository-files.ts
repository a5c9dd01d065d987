import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** One text file of the repository. */
export interface RepositoryFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Files that hold bytes, not text. */
const BINARY = /\.(?:png|jpe?g|gif|ico|woff2?|db|gz|zip)$/;

/** Every text file that is committed, or would be by `git add .`, so that a check sees a new file before it is committed. */
export function repositoryFiles(): readonly RepositoryFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return listed
    .split('\0')
    .filter((path) => path !== '' && !BINARY.test(path) && existsSync(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** True for a file of `src/` that ships: TypeScript and not a test. */
export function isShippedSource(file: RepositoryFile): boolean {
  return isSource(file) && !isTest(file);
}

/** True for any TypeScript file below `src/`. */
export function isSource(file: RepositoryFile): boolean {
  return file.path.startsWith('src/') && file.path.endsWith('.ts');
}

/** True for a test file. */
export function isTest(file: RepositoryFile): boolean {
  return file.path.endsWith('.test.ts');
}

/** The number of lines, as an editor counts them. */
export function lineCount(file: RepositoryFile): number {
  return file.text.replace(/\n$/, '').split('\n').length;
}
