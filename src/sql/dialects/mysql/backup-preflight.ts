import { sql } from 'kysely';
import type { BackupObstacle } from '../../contract/backup-tools.ts';
import type { ConnectionTarget } from '../../dialect.ts';
import type { Handle } from '../../engine.ts';
import { findClientPrograms, toolMissing, type Flavour } from './client-programs.ts';
import { heldPrivileges } from './missing-privileges.ts';
import { quoteName } from './quote-name.ts';
import { serverFlavour } from './short-handle.ts';

/** See `BackupTools.preflight`. */
export async function backupPreflight(handle: Handle, target: ConnectionTarget): Promise<readonly BackupObstacle[]> {
  const held = await heldPrivileges(handle, target.database);
  return [
    ...(await toolObstacles(handle)),
    ...(await privilegeObstacles(handle, target, held)),
    ...(await storageObstacles(handle)),
    ...(await definerObstacles(handle, held)),
  ];
}

async function toolObstacles(handle: Handle): Promise<readonly BackupObstacle[]> {
  const found = await findClientPrograms();
  if (found.length === 0) {
    const { tool, install } = toolMissing().details;
    return [{ obstacle: `"${tool}" was not found`, remedy: install }];
  }
  const flavour = await serverFlavour(handle);
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(handle);
  const server = /\d+\.\d+/.exec((rows[0]?.version ?? '').replace(/^5\.5\.5-/, ''))?.[0] ?? '0.0';
  const tool = found.find((programs) => programs.flavour === flavour);
  if (tool === undefined || !isOlder(tool.numbers, server.split('.').map(Number))) return [];
  return [{ obstacle: `${tool.version} is older than the server's ${server}`, remedy: installOf(flavour, server) }];
}

function isOlder(
  [major = 0, minor = 0]: readonly number[],
  [serverMajor = 0, serverMinor = 0]: readonly number[],
): boolean {
  return major < serverMajor || (major === serverMajor && minor < serverMinor);
}

function installOf(flavour: Flavour, version: string): string {
  const name = flavour === 'MariaDB' ? 'MariaDB client' : 'MySQL client';
  return `Install the ${name} ${version} or newer and put it first on the PATH.`;
}

async function privilegeObstacles(
  handle: Handle,
  target: ConnectionTarget,
  held: ReadonlySet<string>,
): Promise<readonly BackupObstacle[]> {
  // A dump asks for the events of a database even where there are none, and is refused without EVENT.
  const missing = ['SELECT', 'SHOW VIEW', 'TRIGGER', 'EVENT'].filter((privilege) => !held.has(privilege));
  // The global lock holds writers for a shorter time; either will do.
  if (!held.has('RELOAD') && !held.has('LOCK TABLES')) missing.push('LOCK TABLES');
  const obstacles: BackupObstacle[] = [];
  if (missing.length > 0) {
    const grant = `grant ${missing.join(', ').toLowerCase()} on ${quoteName(target.database)}.* to the user of the connection`;
    obstacles.push({
      obstacle: `the user lacks the privileges ${missing.join(', ')}`,
      remedy: `Run "${grant}" as an administrator.`,
    });
  }
  const { rows } = await sql<{ hidden: bigint }>`
    select count(*) as hidden from information_schema.routines
    where routine_schema = database() and routine_definition is null`.execute(handle);
  const hidden = rows[0]?.hidden ?? 0n;
  if (hidden > 0n) {
    obstacles.push({
      obstacle: `the user cannot read ${hidden} routines that others defined`,
      remedy:
        'Take backups as the user who defined them, or grant SHOW_ROUTINE (MySQL) or SELECT on mysql.proc (MariaDB).',
    });
  }
  return obstacles;
}

/** The dump's snapshot covers transactional tables only. */
async function storageObstacles(handle: Handle): Promise<readonly BackupObstacle[]> {
  const { rows } = await sql<{ name: string; engine: string }>`
    select table_name as name, engine as engine from information_schema.tables
    where table_schema = database() and table_type = 'BASE TABLE' and engine <> 'InnoDB' order by table_name`.execute(
    handle,
  );
  return rows.map(({ name, engine }) => ({
    obstacle: `the table ${name} is stored by ${engine}, which has no snapshots`,
    remedy: `Run "alter table ${quoteName(name)} engine = InnoDB".`,
  }));
}

/** Only a user with one of these may give what is restored to somebody else. */
const MAY_DEFINE_FOR_OTHERS: readonly string[] = ['SUPER', 'SET USER', 'SET_USER_ID', 'SET_ANY_DEFINER'];

async function definerObstacles(handle: Handle, held: ReadonlySet<string>): Promise<readonly BackupObstacle[]> {
  if (MAY_DEFINE_FOR_OTHERS.some((privilege) => held.has(privilege))) return [];
  const { rows } = await sql<{ definer: string; objects: bigint }>`
    select o.definer as definer, count(*) as objects from (
      select definer from information_schema.views where table_schema = database()
      union all select definer from information_schema.triggers where trigger_schema = database()
      union all select definer from information_schema.routines where routine_schema = database()
      union all select definer from information_schema.events where event_schema = database()) o
    where o.definer <> current_user() group by o.definer order by o.definer`.execute(handle);
  return rows.map(({ definer, objects }) => ({
    obstacle: `${objects} views, triggers or routines belong to ${definer}, so this user could not restore them`,
    remedy: `Connect as ${definer}, or grant SET USER (MariaDB) or SET_ANY_DEFINER (MySQL) to this user.`,
  }));
}
