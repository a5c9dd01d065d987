import { join } from 'node:path';
import { Instant } from '../../src/base/instant.ts';
import { BackupCatalogue, DiskBackupGate } from '../../src/cutover/backup/index.ts';
import type { CutoverContext } from '../../src/cutover/cutover-context.ts';
import type { Database } from '../../src/sql/database.ts';
import { stampsSystem, type StampsVariant } from './stamps-system.ts';

/** The present of every test's run. */
export const AS_OF: Instant = Instant.parse('2026-11-01T12:00:00Z');

/** The context of a cutover of the café's stamp cards. */
export function cafeContext(
  database: Database,
  folder: string,
  given: { readonly changes?: Partial<CutoverContext>; readonly variant?: StampsVariant } = {},
): CutoverContext {
  const context: CutoverContext = {
    instance: 'test',
    database,
    system: stampsSystem(given.variant),
    policy: { stampsPerTreat: 10 },
    mapping: {},
    backup: new DiskBackupGate(new BackupCatalogue(join(folder, 'backups'))),
    folder: join(folder, 'runs'),
    toolVersion: '0.0.0-test',
    asOf: AS_OF,
    runId: 'stamps-run-1',
    acceptedFindings: ['code-differs-by-case'],
    ...given.changes,
  };
  return context;
}
