export { BackupCatalogue } from './backup-catalogue.ts';
export { DiskBackupGate } from './disk-backup-gate.ts';
export { isProven } from './is-proven.ts';
export type { CataloguedBackup } from './manifest.ts';
export { restoreBackup, type RestoreRequest, type RestoredDatabase } from './restore-backup.ts';
