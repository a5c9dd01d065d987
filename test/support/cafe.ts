import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instant } from '../../src/base/instant.ts';
import { BackupCatalogue, DiskBackupGate } from '../../src/cutover/backup/index.ts';
import type { RawBuilder } from 'kysely';
import { findCutoverRow } from '../../src/cutover/record/cutover-row.ts';
import type { CutoverContext } from '../../src/cutover/cutover-context.ts';
import { runCutover, type CutoverReport } from '../../src/cutover/run/run-cutover.ts';
import { openDatabase, type Database } from '../../src/sql/database.ts';
import { assumedBackup } from './assumed-backup.ts';
import { freshDatabase } from './fresh-database.ts';
import { createCafe, fillCafe, type CafeSize } from './stamps-legacy.ts';
import { stampsSystem, type StampsVariant } from './stamps-system.ts';

/** The present of every test's run. */
export const AS_OF: Instant = Instant.parse('2026-11-01T12:00:00Z');

/** A café with its old application's data, ready to be cut over. */
export interface Cafe {
  readonly url: string;
  readonly database: Database;
  /** Where proofs, logs and backups go. */
  readonly folder: string;
  /** The context of a cutover, with whatever a test changes. Its backups are real. */
  context(changes?: Partial<CutoverContext>, variant?: StampsVariant): CutoverContext;
  /** Expand, backfill and verify, over a backup that is only assumed. */
  migrate(changes?: Partial<CutoverContext>, variant?: StampsVariant): Promise<CutoverReport>;
  /** Rows of a query. */
  rows<Row>(query: RawBuilder<Row>): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** Opens a fresh database with the café's tables and rows. */
export async function openCafe(size: CafeSize = { members: 40, stampsPerMember: 7 }): Promise<Cafe> {
  const fresh = await freshDatabase();
  const database = await openDatabase(fresh.url, { poolMax: 4 });
  await createCafe(database);
  await fillCafe(database, size);
  const folder = mkdtempSync(join(tmpdir(), 'carryover-cafe-'));
  return {
    url: fresh.url,
    database,
    folder,
    context: (changes = {}, variant = {}) => cafeContext(database, folder, { changes, variant }),
    migrate: async (changes = {}, variant = {}) => {
      const context = cafeContext(database, folder, { changes: { backup: assumedBackup(), ...changes }, variant });
      const row = await findCutoverRow(database, context.system.name);
      return runCutover(context, row === undefined || row.state === 'rolled-back' ? { from: 'expand' } : {});
    },
    rows: async (query) => (await query.execute(database.handle)).rows,
    close: async () => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
      await fresh.drop();
    },
  };
}

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
