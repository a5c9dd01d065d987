import { access, constants, open, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import BetterSqlite3 from 'better-sqlite3';
import { Kysely, sql } from 'kysely';
import { CarryoverError } from '../../../base/errors.ts';
import type { AtSnapshot, BackupTools } from '../../contract/backup-tools.ts';
import { openDefaults, type ConnectionTarget } from '../../dialect.ts';
import type { Handle, NoTables } from '../../engine.ts';
import { backupFailed, restoreFailed } from '../../sql-errors.ts';
import { untilFree } from './busy.ts';
import { adoptSqlite } from './driver.ts';
import { createScratchFile, dropScratchFile, leftoverScratchFiles, removeDatabaseFile } from './scratch-file.ts';

type Connection = BetterSqlite3.Database;

/** Pages copied before other work of this process gets its turn: 8 MB, some ten milliseconds. */
const PAGES_PER_STEP = 2000;

/** Backups by SQLite's online backup, which copies page by page while the application runs. */
export const sqliteBackupTools: BackupTools = {
  fileExtension: '.db',

  async toolVersion() {
    const { version } = createRequire(import.meta.url)('better-sqlite3/package.json') as { version: string };
    const memory = new BetterSqlite3(':memory:');
    try {
      return `online backup of SQLite ${String(memory.prepare('select sqlite_version()').pluck().get())} (better-sqlite3 ${version})`;
    } finally {
      memory.close();
    }
  },

  async preflight(_handle, target) {
    const folder = dirname(target.database);
    const writable = await access(folder, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (writable) return [];
    return [
      {
        obstacle: `no file can be made in "${folder}", and the copy that proves a backup lies beside the live file`,
        remedy: `Allow the user that runs Carryover to write in "${folder}".`,
      },
    ];
  },

  async estimateBytes(handle) {
    const { rows } = await sql<{
      bytes: bigint;
    }>`select page_count * page_size as bytes from pragma_page_count, pragma_page_size`.execute(handle);
    return rows[0]?.bytes ?? 0n;
  },

  async take(target, file, atSnapshot) {
    const partial = `${file}.partial`;
    let mine = false;
    try {
      if (await exists(file)) throw new Error(`the file "${file}" exists already`);
      // Only the user who runs this may read it: it holds everything the database holds.
      await (await open(partial, 'wx', 0o600)).close();
      mine = true;
      await copyWithSnapshot(target, partial, atSnapshot);
      await syncFile(partial);
      await rename(partial, file);
      await syncFile(dirname(file));
    } catch (error) {
      if (mine) await removeDatabaseFile(partial);
      if (error instanceof CarryoverError) throw error;
      throw new CarryoverError(backupFailed, { shown: target.shown, reason: reasonOf(error) }, error);
    }
  },

  async restore(file, into) {
    let source: Connection | undefined;
    let copy: Connection | undefined;
    try {
      source = openImmutable(file);
      copy = new BetterSqlite3(into.database, { fileMustExist: true });
      if (copy.prepare('select count(*) from sqlite_schema').pluck().get() !== 0)
        throw new Error('the database is not empty');
      copy.close();
      await copyPages(source, into.database);
      copy = new BetterSqlite3(into.database, { fileMustExist: true });
      const verdict = copy.pragma('quick_check(1)', { simple: true });
      if (verdict !== 'ok') throw new Error(`SQLite's check of the restored file says "${String(verdict)}"`);
    } catch (error) {
      throw new CarryoverError(restoreFailed, { shown: into.shown, reason: reasonOf(error) }, error);
    } finally {
      source?.close();
      copy?.close();
    }
  },

  createScratch: createScratchFile,
  dropScratch: dropScratchFile,
  leftoverScratch: leftoverScratchFiles,
};

/**
 * A write-ahead log lets a reader keep its snapshot while others write, so the copy and the caller's look are both of that
 * snapshot. With a rollback journal a reader keeps writers from committing: there they wait for the copying only, and the
 * caller looks at the finished copy. Without the snapshot the copying would start anew at each write of another process.
 */
async function copyWithSnapshot(target: ConnectionTarget, partial: string, atSnapshot: AtSnapshot): Promise<void> {
  const source = await openSnapshot(target.database);
  try {
    await copyPages(source, partial);
    if (source.pragma('journal_mode', { simple: true }) === 'wal') await atSnapshot(handleOver(source));
    else {
      source.exec('rollback');
      const copy = openImmutable(partial);
      try {
        copy.exec('begin');
        await atSnapshot(handleOver(copy));
      } finally {
        copy.close();
      }
    }
  } finally {
    source.close();
  }
}

async function openSnapshot(file: string): Promise<Connection> {
  return untilFree(openDefaults.lockTimeoutMs, () => {
    const connection = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
    try {
      connection.exec('begin');
      // BEGIN alone takes no snapshot; the first read does.
      connection.prepare('select count(*) from sqlite_schema').get();
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  });
}

/** A file that nobody writes: opened so, SQLite makes no log and no index beside it. */
function openImmutable(file: string): Connection {
  const connection = new BetterSqlite3(`${pathToFileURL(file).href}?immutable=1`, {
    readonly: true,
    fileMustExist: true,
  });
  connection.exec('pragma query_only = on');
  return connection;
}

function handleOver(connection: Connection): Handle {
  return new Kysely<NoTables>({ dialect: adoptSqlite(connection) });
}

/** A page that cannot be read fails the copy. */
async function copyPages(source: Connection, file: string): Promise<void> {
  await source.backup(file, { progress: () => PAGES_PER_STEP });
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
