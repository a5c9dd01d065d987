import { sql } from 'kysely';
import type { BackupTools } from '../../contract/backup-tools.ts';
import { backupPreflight } from './backup-preflight.ts';
import { findClientPrograms, toolMissing } from './client-programs.ts';
import { restoreBackup } from './restore-backup.ts';
import { createScratch, dropScratch, leftoverScratch } from './scratch-databases.ts';
import { takeBackup } from './take-backup.ts';

/** Text is longer than its stored form: a number takes up to three times its bytes, a blob in hexadecimal twice. */
const TEXT_FACTOR = 3n;
const BYTES_PER_TABLE = 65_536n;

/** Backups by `mariadb-dump` or `mysqldump` as one SQL file, restored by the client of the same package. */
export const mysqlBackupTools: BackupTools = {
  fileExtension: '.sql',

  async toolVersion() {
    const found = await findClientPrograms();
    if (found.length === 0) throw toolMissing();
    return found.map(({ version }) => version).join('; ');
  },

  preflight: backupPreflight,

  async estimateBytes(handle) {
    const { rows } = await sql<{ total: bigint; bytes: bigint }>`
      select count(*) as total, cast(coalesce(sum(data_length), 0) as signed) as bytes
      from information_schema.tables where table_schema = database()`.execute(handle);
    const { total, bytes } = rows[0] ?? { total: 0n, bytes: 0n };
    return bytes * TEXT_FACTOR + (total + 1n) * BYTES_PER_TABLE;
  },

  take: takeBackup,
  restore: restoreBackup,
  createScratch,
  dropScratch,
  leftoverScratch,
};
