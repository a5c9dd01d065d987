import { sql } from 'kysely';
import type { BackupObstacle, BackupTools } from '../../contract/backup-tools.ts';
import type { Handle } from '../../engine.ts';
import { findClientPrograms, toolMissing } from './client-programs.ts';
import { isUserSchema, shownName } from './relation-names.ts';
import { restoreBackup } from './restore-backup.ts';
import { createScratch, dropScratch, leftoverScratch } from './scratch-databases.ts';
import { takeBackup } from './take-backup.ts';

/** Backups by `pg_dump` in its custom format and `pg_restore`. */
export const backupTools: BackupTools = {
  fileExtension: '.dump',
  toolVersion,
  preflight,
  estimateBytes,
  take: takeBackup,
  restore: restoreBackup,
  createScratch,
  dropScratch,
  leftoverScratch,
};

async function toolVersion(): Promise<string> {
  const newest = (await findClientPrograms()).at(-1);
  if (newest === undefined) throw toolMissing();
  return newest.version;
}

interface Findings {
  readonly major: bigint;
  readonly unreadable: readonly string[];
  readonly guarded: readonly string[];
}

async function preflight(handle: Handle): Promise<readonly BackupObstacle[]> {
  // Row security makes pg_dump stop, except for owners, superusers and roles that bypass it.
  const { rows } = await sql<Findings>`
    select current_setting('server_version_num')::int / 10000 as major,
      coalesce(jsonb_agg(${shownName('n.nspname', 'c.relname')} order by c.relname)
        filter (where not has_table_privilege(c.oid, 'SELECT')), '[]') as unreadable,
      coalesce(jsonb_agg(${shownName('n.nspname', 'c.relname')} order by c.relname)
        filter (where row_security_active(c.oid)), '[]') as guarded
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm', 'S') and ${isUserSchema('n.nspname')}`.execute(handle.withoutPlugins());
  const { major, unreadable, guarded } = rows[0] as Findings;
  const obstacles: BackupObstacle[] = [];
  if (!(await findClientPrograms()).some((programs) => BigInt(programs.major) >= major)) {
    const { tool, install } = toolMissing(Number(major)).details;
    obstacles.push({ obstacle: `"${tool}" of version ${major} or newer was not found`, remedy: install });
  }
  if (unreadable.length > 0) {
    obstacles.push({
      obstacle: `the user may not read ${list(unreadable)}`,
      remedy: 'Grant the role pg_read_all_data to the user, or SELECT on each of them.',
    });
  }
  if (guarded.length > 0) {
    obstacles.push({
      obstacle: `row security hides rows of ${list(guarded)}`,
      remedy: 'Take backups as the owner of these tables, or as a role with BYPASSRLS.',
    });
  }
  return obstacles;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

async function estimateBytes(handle: Handle): Promise<bigint> {
  const { rows } = await sql<{ bytes: bigint }>`select pg_database_size(current_database()) as bytes`.execute(handle);
  return rows[0]?.bytes ?? 0n;
}
