import { CarryoverError } from '../../base/errors.ts';
import type { ConnectionTarget } from '../../sql/dialect.ts';
import { openTarget, type Database } from '../../sql/database.ts';
import type { BackupCatalogue } from './backup-catalogue.ts';
import { backupDamaged, backupNotProven, restoreRefused } from './backup-errors.ts';
import { fingerprintDatabase, fingerprintDifferences } from './fingerprint-database.ts';
import { sha256OfFile } from './sha256-of-file.ts';

/** What is restored, and where to. */
export interface RestoreRequest {
  readonly catalogue: BackupCatalogue;
  /** The live database the backup was taken of. */
  readonly database: Database;
  readonly instance: string;
  readonly id: string;
  /** An empty database of the same engine; absent: a new one beside the live one. */
  readonly into?: ConnectionTarget;
  /** Allows `into` to be the instance's own database, which must be empty all the same. */
  readonly allowLive?: boolean;
}

/** Where a backup was restored to, compared with its fingerprint. */
export interface RestoredDatabase {
  readonly target: ConnectionTarget;
  readonly tables: number;
  readonly rows: bigint;
}

/**
 * Restores a backup into an empty database, by default a new one beside the live one, and compares the result with the backup's
 * fingerprint. Never overwrites anything. Throws, in this order, `BACKUP_UNKNOWN`, `RESTORE_REFUSED`, `BACKUP_DAMAGED`,
 * `SCRATCH_REFUSED`, `RESTORE_FAILED`, `BACKUP_NOT_PROVEN`.
 */
export async function restoreBackup(request: RestoreRequest): Promise<RestoredDatabase> {
  const { catalogue, database, instance, id } = request;
  const { backup } = await catalogue.find(instance, id);
  if (request.into !== undefined) await refuseTarget(request, request.into);
  const found = await sha256OfFile(backup.file).catch(() => 'no file');
  if (found !== backup.sha256) throw new CarryoverError(backupDamaged, { id, found, expected: backup.sha256 });
  const target = request.into ?? (await database.dialect.backup.createScratch(database.target, 'restored'));
  await database.dialect.backup.restore(backup.file, target);
  const restored = await openTarget(database.dialect, target, { tablePrefix: database.tablePrefix });
  try {
    const differences = fingerprintDifferences(
      backup.fingerprint,
      await fingerprintDatabase(restored, restored.handle),
    );
    if (differences.length > 0) throw new CarryoverError(backupNotProven, { id, differences });
  } finally {
    await restored.close();
  }
  const { tables } = backup.fingerprint;
  return { target, tables: tables.length, rows: tables.reduce((sum, { rows }) => sum + rows, 0n) };
}

async function refuseTarget(
  { database, id, allowLive = false }: RestoreRequest,
  into: ConnectionTarget,
): Promise<void> {
  const refuse = (found: string): CarryoverError<{ id: string; shown: string; found: string }> =>
    new CarryoverError(restoreRefused, { id, shown: into.shown, found });
  if (into.engine !== database.target.engine) throw refuse('a database of another engine');
  if (!allowLive && isSameDatabase(into, database.target)) throw refuse('the live database');
  const target = await openTarget(database.dialect, into, { access: 'read-only' });
  try {
    const objects = await database.dialect.introspection.tables(target.handle);
    if (objects.length > 0) throw refuse(`${objects.length} tables in it`);
  } finally {
    await target.close();
  }
}

/** Two spellings of one server count as two here; the emptiness check still protects the live database then. */
function isSameDatabase(a: ConnectionTarget, b: ConnectionTarget): boolean {
  return a.database === b.database && a.host === b.host && a.port === b.port && a.socketPath === b.socketPath;
}
