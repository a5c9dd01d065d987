import { sql } from 'kysely';
import type { Handle } from '../../engine.ts';

/** What Carryover needs on the whole database: its own tables, views and triggers, and columns on legacy tables. */
const NEEDED: readonly string[] = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'CREATE',
  'ALTER',
  'DROP',
  'INDEX',
  'CREATE VIEW',
  'SHOW VIEW',
  'TRIGGER',
];

const GRANT = /^(GRANT|REVOKE) (.+?) ON (?:TABLE )?(\*|`(?:[^`]|``)*`)\.\* (?:TO|FROM) /i;

/** Names of the privileges that the session's user lacks on the connection's database. */
export async function missingPrivileges(handle: Handle): Promise<readonly string[]> {
  const { rows } = await sql<{ db: string; binlog: bigint; trusted: bigint }>`
    select database() as db, @@log_bin as binlog, @@log_bin_trust_function_creators as trusted`.execute(handle);
  const [server] = rows;
  if (server === undefined) throw new Error('the server did not tell its settings');
  const held = await heldPrivileges(handle, server.db);
  const missing = NEEDED.filter((privilege) => !held.has(privilege));
  // With a binary log, triggers are made by SUPER only (error 1419), unless the server is told to trust their makers.
  const mayTrigger = server.binlog === 0n || server.trusted === 1n || held.has('SUPER');
  return mayTrigger ? missing : [...missing, 'SUPER (or log_bin_trust_function_creators = 1)'];
}

/** The privileges on every object of a database, from all lines of SHOW GRANTS that reach it. */
export async function heldPrivileges(handle: Handle, database: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<Record<string, string>>`show grants`.execute(handle);
  return privilegesIn(
    rows.flatMap((row) => Object.values(row)),
    database,
  );
}

/** Reads lines of SHOW GRANTS. Grants on single tables or columns do not count. */
export function privilegesIn(grants: readonly string[], database: string): ReadonlySet<string> {
  const held = new Set<string>();
  for (const line of grants) {
    const [, verb, list, scope] = GRANT.exec(line) ?? [];
    if (verb === undefined || list === undefined || scope === undefined || !reaches(scope, database)) continue;
    const names = privilegeNames(list, scope === '*');
    for (const name of names) {
      if (verb.toUpperCase() === 'GRANT') held.add(name);
      else held.delete(name);
    }
  }
  return held;
}

function privilegeNames(list: string, isGlobal: boolean): readonly string[] {
  if (/^ALL PRIVILEGES\b/i.test(list)) {
    const ofDatabase = [...NEEDED, 'LOCK TABLES', 'EVENT'];
    return isGlobal ? [...ofDatabase, 'RELOAD', 'PROCESS', 'SUPER'] : ofDatabase;
  }
  return list.split(',').map((name) => name.trim().toUpperCase());
}

/** A scope is `*` or the name of a database, in which `%` and `_` match as in LIKE unless a backslash stands before. */
function reaches(scope: string, database: string): boolean {
  if (scope === '*') return true;
  const name = scope.slice(1, -1).replaceAll('``', '`');
  const pattern = name.replaceAll(/\\[%_\\]|[%_]|[^%_\\]+|\\/g, (part) => {
    if (part === '%') return '.*';
    if (part === '_') return '.';
    return (/^\\[%_\\]$/.test(part) ? part.slice(1) : part).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${pattern}$`, 's').test(database);
}
