import { access, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Kysely, sql } from 'kysely';
import { CarryoverError } from '../../../base/errors.ts';
import type { AtSnapshot } from '../../contract/backup-tools.ts';
import { openDefaults, type ConnectionTarget } from '../../dialect.ts';
import type { Handle, NoTables, Trx } from '../../engine.ts';
import { backupFailed } from '../../sql-errors.ts';
import { programsFor } from './client-programs.ts';
import { connect } from './kysely-dialects.ts';
import { programEnvironment, reasonOf } from './program-environment.ts';
import { runProgram } from './run-program.ts';

/** How hard the dump is compressed, 0 to 9. Higher levels save little space and take the processor from the live application. */
const COMPRESSION = 1;

/**
 * See `BackupTools.take`. A read-only transaction exports its snapshot and does nothing else, since a failed statement would
 * withdraw it. `pg_dump` copies that snapshot while the caller looks at it through a second transaction. Writers are not
 * held up.
 */
export async function takeBackup(target: ConnectionTarget, file: string, atSnapshot: AtSnapshot): Promise<void> {
  const partial = `${file}.partial`;
  let mine = false;
  try {
    if (await exists(file)) throw new Error(`the file "${file}" exists already`);
    // Only the user who runs this may read it: it holds everything the database holds.
    await (await open(partial, 'wx', 0o600)).close();
    mine = true;
    await dumpWithSnapshot(target, partial, atSnapshot);
    await syncPath(partial);
    await rename(partial, file);
    await syncPath(dirname(file));
  } catch (error) {
    if (mine) await rm(partial, { force: true });
    if (error instanceof CarryoverError || error instanceof CallerFailure)
      throw error instanceof CallerFailure ? error.cause : error;
    throw new CarryoverError(backupFailed, { shown: target.shown, reason: reasonOf(error, target) }, error);
  }
}

/** What the caller's own look at the snapshot threw, which is not the backup's failure. */
class CallerFailure extends Error {}

async function dumpWithSnapshot(target: ConnectionTarget, partial: string, atSnapshot: AtSnapshot): Promise<void> {
  const options = { ...openDefaults, access: 'read-only', poolMax: 2, applicationName: 'carryover-backup' } as const;
  const handle = new Kysely<NoTables>({ dialect: connect(target, options) });
  try {
    await handle.transaction().execute(async (trx) => {
      const { snapshot, major } = await exportSnapshot(trx);
      const { dump } = await programsFor(major);
      const failed = new AbortController();
      const args = [
        '--format=custom',
        `--compress=${COMPRESSION}`,
        '--no-password',
        `--snapshot=${snapshot}`,
        `--file=${partial}`,
      ];
      const environment = programEnvironment(target);
      const dumping = runProgram(dump, args, { environment, signal: failed.signal });
      const looking = lookAt(handle, snapshot, atSnapshot);
      // When either fails the other is of no use; both have ended before the snapshot is given up.
      await Promise.all([dumping, looking]).catch(async (error: unknown) => {
        failed.abort();
        await Promise.allSettled([dumping, looking]);
        throw error;
      });
    });
  } finally {
    await handle.destroy();
  }
}

async function lookAt(handle: Handle, snapshot: string, atSnapshot: AtSnapshot): Promise<void> {
  await handle
    .transaction()
    .setAccessMode('read only')
    .execute(async (trx) => {
      await sql.raw(`set transaction snapshot '${snapshot}'`).execute(trx);
      await atSnapshot(trx).catch((error: unknown) => {
        throw new CallerFailure('The look at the snapshot failed.', { cause: error });
      });
    });
}

async function exportSnapshot(trx: Trx): Promise<{ snapshot: string; major: number }> {
  const { rows } = await sql<{ snapshot: string; version: string }>`
    select pg_export_snapshot() as snapshot, current_setting('server_version_num') as version`.execute(trx);
  const { snapshot, version } = rows[0] as { snapshot: string; version: string };
  return { snapshot, major: Math.floor(Number(version) / 10_000) };
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
