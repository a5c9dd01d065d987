import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { CarryoverError } from '../../../base/errors.ts';
import { backupToolMissing } from '../../sql-errors.ts';

/** Whose programs, or whose server. Each dumps its own server best; the other's is better than none. */
export type Flavour = 'MariaDB' | 'MySQL';

/** A dump program and the client that reads its dumps. */
export interface ClientPrograms {
  readonly dump: string;
  readonly client: string;
  readonly flavour: Flavour;
  /** Such as `mariadb-dump 10.11.14`. */
  readonly version: string;
  readonly numbers: readonly number[];
}

/** MariaDB's names first: where both are there, the old name is a link to the new one and warns of itself. */
const NAMES: readonly (readonly [dump: string, client: string])[] = [
  ['mariadb-dump', 'mariadb'],
  ['mysqldump', 'mysql'],
];

const run = promisify(execFile);

/** The programs on the PATH, one pair of each flavour at most, MariaDB's first. */
export async function findClientPrograms(): Promise<readonly ClientPrograms[]> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found: ClientPrograms[] = [];
  for (const [dump, client] of NAMES) {
    const programs = await firstOf(folders.map((folder) => () => programsIn(folder, dump, client)));
    if (programs !== undefined && found.every(({ flavour }) => flavour !== programs.flavour)) found.push(programs);
  }
  return found;
}

/** The programs for a server of that flavour. Throws `BACKUP_TOOL_MISSING`. */
export async function programsFor(flavour: Flavour): Promise<ClientPrograms> {
  const found = await findClientPrograms();
  const programs = found.find((candidate) => candidate.flavour === flavour) ?? found[0];
  if (programs === undefined) throw toolMissing();
  return programs;
}

/** What to tell when there is no dump program. */
export function toolMissing(): CarryoverError<{ tool: string; install: string }> {
  const install = `Install it with "apt-get install mariadb-client" (for MySQL "mysql-client") or your system's package, and put it on the PATH.`;
  return new CarryoverError(backupToolMissing, { tool: 'mariadb-dump or mysqldump', install });
}

async function programsIn(folder: string, dumpName: string, clientName: string): Promise<ClientPrograms | undefined> {
  const [dump, client] = [join(folder, dumpName), join(folder, clientName)];
  try {
    await Promise.all([dump, client].map((path) => access(path, constants.X_OK)));
    const { stdout } = await run(dump, ['--version']);
    return { dump, client, ...readVersion(stdout, dumpName) };
  } catch {
    return undefined;
  }
}

/**
 * Reads `mariadb-dump  Ver 10.19 Distrib 10.11.14-MariaDB, ...`, `mariadb-dump from 11.4.2-MariaDB, client 10.19 ...` and
 * `mysqldump  Ver 8.0.36 for Linux ...`. The number that counts is the release's, not the client's.
 */
export function readVersion(text: string, name: string): Pick<ClientPrograms, 'flavour' | 'version' | 'numbers'> {
  const mariadb = /(\d+(?:\.\d+)+)-MariaDB/i.exec(text)?.[1];
  const number = mariadb ?? /\bVer (\d+(?:\.\d+)+)/.exec(text)?.[1] ?? '0';
  return {
    flavour: mariadb === undefined ? 'MySQL' : 'MariaDB',
    version: `${name} ${number}`,
    numbers: number.split('.').map(Number),
  };
}

async function firstOf<T>(attempts: readonly (() => Promise<T | undefined>)[]): Promise<T | undefined> {
  for (const attempt of attempts) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  return undefined;
}
