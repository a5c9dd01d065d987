import { access, constants, copyFile, open, rename, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
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

/** How every SQLite database begins. */
const HEADER = 'SQLite format 3\0';

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
    const partial = `${into.database}.partial`;
    let mine = false;
    try {
      refuseFilled(into.database);
      await refuseForeign(file);
      await (await open(partial, 'wx', (await stat(into.database)).mode & 0o777)).close();
      mine = true;
      await copyFile(file, partial);
      checkPages(partial);
      await syncFile(partial);
      await rename(partial, into.database);
      await syncFile(dirname(into.database));
    } catch (error) {
      if (mine) await removeDatabaseFile(partial);
      throw new CarryoverError(restoreFailed, { shown: into.shown, reason: reasonOf(error) }, error);
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
    await source.backup(partial, { progress: () => PAGES_PER_STEP });
    if (source.pragma('journal_mode', { simple: true }) === 'wal') await atSnapshot(handleOver(source));
    else {
      source.exec('rollback');
      const copy = new BetterSqlite3(partial, { readonly: true, fileMustExist: true });
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

/** Restoring takes the place of the file, so there must be nothing in it. */
function refuseFilled(file: string): void {
  const database = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
  try {
    const objects = database.prepare('select count(*) from sqlite_schema').pluck().get();
    if (objects !== 0) throw new Error(`the database has ${String(objects)} tables and indexes, against none`);
  } finally {
    database.close();
  }
}

/** An empty file would pass for an empty database. */
async function refuseForeign(file: string): Promise<void> {
  const source = await open(file, 'r');
  try {
    const { buffer } = await source.read({ buffer: Buffer.alloc(HEADER.length), position: 0 });
    if (buffer.toString('latin1') !== HEADER) throw new Error('the backup is not an SQLite database');
  } finally {
    await source.close();
  }
}

/** Reads every page, so that a file that was cut or changed on its way is not taken for a database. */
function checkPages(file: string): void {
  const database = new BetterSqlite3(file, { fileMustExist: true });
  try {
    const verdict = database.pragma('quick_check(1)', { simple: true });
    if (verdict !== 'ok') throw new Error(`SQLite's check of the restored file says "${String(verdict)}"`);
  } finally {
    database.close();
  }
}

function handleOver(connection: Connection): Handle {
  return new Kysely<NoTables>({ dialect: adoptSqlite(connection) });
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
