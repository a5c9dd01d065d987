import type { Backup, ProvenBackup } from '../../cutover/index.ts';
import { isProven } from '../../cutover/backup/index.ts';
import { renderBytes, renderCount, renderSeconds } from './render-numbers.ts';
import { renderTable } from './render-table.ts';

/** A proven backup in a line. */
export function renderBackupLine(backup: ProvenBackup): string {
  const rows = backup.fingerprint.tables.reduce((sum, table) => sum + table.rows, 0n);
  return `Backup ${backup.id} proven: ${renderCount(backup.fingerprint.tables.length)} tables and ${renderCount(rows)} rows restored and equal, in ${renderSeconds(backup.restoreSeconds)}.`;
}

/** The catalogue of an instance, newest first. */
export function renderBackups(backups: readonly (Backup | ProvenBackup)[]): readonly string[] {
  const rows = backups.map((backup) => [
    backup.id,
    backup.state,
    backup.takenAt.toString().slice(0, 19),
    renderBytes(backup.bytes),
    isProven(backup) ? renderSeconds(backup.restoreSeconds) : '',
    backup.toolVersion,
  ]);
  return renderTable(
    [
      { heading: 'id' },
      { heading: 'state' },
      { heading: 'taken (UTC)' },
      { heading: 'size', align: 'right' },
      { heading: 'restore', align: 'right' },
      { heading: 'tool' },
    ],
    rows,
  );
}
