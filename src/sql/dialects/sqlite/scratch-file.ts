import { randomBytes } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CarryoverError } from '../../../base/errors.ts';
import type { ConnectionTarget } from '../../dialect.ts';
import { scratchRefused } from '../../sql-errors.ts';
import { targetOfFile } from './parse-url.ts';

const SCRATCH_NAME = /_carryover_(?:proof|rehearsal|restored)_[0-9a-f]{12}$/;

/** Files that SQLite keeps beside a database: the write-ahead log, its index and the rollback journal. */
const COMPANIONS: readonly string[] = ['-wal', '-shm', '-journal'];

/** See `BackupTools.createScratch`. The file gets the live file's permissions: it will hold the same personal data. */
export async function createScratchFile(beside: ConnectionTarget, purpose: string): Promise<ConnectionTarget> {
  const file = `${beside.database}_carryover_${purpose}_${randomBytes(6).toString('hex')}`;
  try {
    const { mode } = await stat(beside.database);
    await (await open(file, 'wx', mode & 0o777)).close();
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error ? `the folder answered ${String(error.code)}` : String(error);
    const remedy = `Allow the user that runs Carryover to make files in "${dirname(file)}", then run the same command again.`;
    throw new CarryoverError(scratchRefused, { shown: beside.shown, reason, remedy }, error);
  }
  return targetOfFile(file);
}

/** See `BackupTools.dropScratch`. */
export async function dropScratchFile(scratch: ConnectionTarget): Promise<void> {
  if (!SCRATCH_NAME.test(scratch.database)) throw new Error(`${scratch.shown} is no scratch database`);
  await removeDatabaseFile(scratch.database);
}

/** See `BackupTools.leftoverScratch`. */
export async function leftoverScratchFiles(beside: ConnectionTarget): Promise<readonly ConnectionTarget[]> {
  const folder = dirname(beside.database);
  const live = basename(beside.database);
  const names = await readdir(folder);
  return names
    .filter((name) => name.startsWith(live) && SCRATCH_NAME.test(name) && name.replace(SCRATCH_NAME, '') === live)
    .toSorted()
    .map((name) => targetOfFile(join(folder, name)));
}

/** Removes a database that nobody has open, with what SQLite keeps beside it. */
export async function removeDatabaseFile(file: string): Promise<void> {
  for (const path of [file, ...COMPANIONS.map((ending) => `${file}${ending}`)]) await rm(path, { force: true });
}
