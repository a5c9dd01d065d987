import type { Backup, ProvenBackup } from '../backup-gate.ts';

/** Narrows a backup to one that was restored and compared. */
export function isProven(backup: Backup | ProvenBackup): backup is ProvenBackup {
  return backup.state === 'proven';
}
