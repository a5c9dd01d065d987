import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { CarryoverError } from '../../../base/errors.ts';
import { backupToolMissing } from '../../sql-errors.ts';
import { runProgram } from './run-program.ts';

/** Folders in which packages put each major version apart, under a folder named after it. */
const VERSIONED_FOLDERS = [
  '/usr/lib/postgresql',
  '/opt/homebrew/opt',
  '/usr/local/opt',
  '/Applications/Postgres.app/Contents/Versions',
];

/** `pg_dump` and `pg_restore` of one installation. */
export interface ClientPrograms {
  readonly dump: string;
  readonly restore: string;
  /** As `pg_dump --version` prints it. */
  readonly version: string;
  readonly major: number;
}

/** Every installation of PostgreSQL's client programs on this machine, the oldest first. */
export async function findClientPrograms(): Promise<readonly ClientPrograms[]> {
  const folders = [
    ...(await packageFolders()),
    ...(process.env['PATH'] ?? '').split(delimiter).filter((path) => path !== ''),
  ];
  const found = await Promise.all([...new Set(folders)].map(programsIn));
  return found.filter((programs) => programs !== undefined).toSorted((a, b) => a.major - b.major);
}

async function packageFolders(): Promise<readonly string[]> {
  const lists = VERSIONED_FOLDERS.map(async (folder) => {
    const versions = await readdir(folder).catch(() => []);
    return versions.map((version) => join(folder, version, 'bin'));
  });
  return (await Promise.all(lists)).flat();
}

async function programsIn(folder: string): Promise<ClientPrograms | undefined> {
  const dump = join(folder, 'pg_dump');
  const restore = join(folder, 'pg_restore');
  try {
    await Promise.all([dump, restore].map((path) => access(path, constants.X_OK)));
    const { output } = await runProgram(dump, ['--version'], { environment: process.env });
    const major = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
    return major === undefined ? undefined : { dump, restore, version: output.trim(), major: Number(major) };
  } catch {
    return undefined;
  }
}

/**
 * The programs for a server: of the same major version, else of the next newer one. Older ones refuse the server; much
 * newer ones write settings that it does not know. Throws `BACKUP_TOOL_MISSING`.
 */
export async function programsFor(serverMajor: number): Promise<ClientPrograms> {
  const programs = (await findClientPrograms()).find(({ major }) => major >= serverMajor);
  if (programs === undefined) throw toolMissing(serverMajor);
  return programs;
}

/** What to tell when there is no `pg_dump`, or none as new as the server. */
export function toolMissing(serverMajor?: number): CarryoverError<{ tool: string; install: string }> {
  const version = serverMajor === undefined ? '' : `-${serverMajor}`;
  const install = `Install it with "apt-get install postgresql-client${version}" or your system's package, and put pg_dump on the PATH.`;
  return new CarryoverError(backupToolMissing, { tool: 'pg_dump', install });
}
