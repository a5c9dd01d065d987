import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The programs that make and run a PostgreSQL server of our own. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The programs that make and run a MariaDB server of our own. */
export interface MariadbBinaries {
  readonly installDb: string;
  readonly mariadbd: string;
}

/** Where PostgreSQL's server programs are: Debian's versioned folders first, newest first, then PATH; undefined when absent. */
export function findPostgresBinaries(): PostgresBinaries | undefined {
  for (const folder of [...debianPostgresFolders(), ...searchPath()]) {
    const initdb = join(folder, 'initdb');
    const postgres = join(folder, 'postgres');
    if (isExecutable(initdb) && isExecutable(postgres)) return { initdb, postgres };
  }
  return undefined;
}

/** Where MariaDB's server programs are; undefined when absent. */
export function findMariadbBinaries(): MariadbBinaries | undefined {
  const installDb = findExecutable('mariadb-install-db');
  const mariadbd = findExecutable('mariadbd');
  return installDb === undefined || mariadbd === undefined ? undefined : { installDb, mariadbd };
}

function debianPostgresFolders(): readonly string[] {
  const base = '/usr/lib/postgresql';
  try {
    const versions = readdirSync(base).toSorted((left, right) => Number(right) - Number(left));
    return versions.map((version) => join(base, version, 'bin'));
  } catch {
    return [];
  }
}

/** Debian keeps server programs in sbin, which a normal user's PATH leaves out. */
function searchPath(): readonly string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...folders, '/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin'];
}

function findExecutable(name: string): string | undefined {
  return searchPath()
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
