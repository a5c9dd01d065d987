import { execFileSync } from 'node:child_process';

/** The system user that a test server runs as. */
export interface ServerOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user to run a server as: undefined (ourselves) for a normal user; for root the first of `names`, else `nobody`,
 * because PostgreSQL refuses to run as root and MariaDB warns. Throws an Error when root finds none of them.
 */
export function serverOwner(...names: readonly string[]): ServerOwner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of [...names, 'nobody']) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(
    `Cannot run a test server as root: none of the users ${names.join(', ')}, nobody exists, against one needed. Add one of them.`,
  );
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  try {
    return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim());
  } catch {
    return undefined;
  }
}
