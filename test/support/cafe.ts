import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RawBuilder } from 'kysely';
import type { CutoverContext } from '../../src/cutover/cutover-context.ts';
import { findCutoverRow } from '../../src/cutover/record/cutover-row.ts';
import { runCutover, type CutoverReport } from '../../src/cutover/run/run-cutover.ts';
import { openDatabase, type Database, type DatabaseOptions } from '../../src/sql/database.ts';
import { assumedBackup } from './assumed-backup.ts';
import { cafeContext } from './cafe-context.ts';
import { freshDatabase } from './fresh-database.ts';
import { createCafe, fillCafe, type CafeSize } from './stamps-legacy.ts';
import type { StampsVariant } from './stamps-system.ts';

/** A café with its old application's data, ready to be cut over. */
export interface Cafe {
  readonly url: string;
  readonly database: Database;
  /** Where proofs, logs and backups go. */
  readonly folder: string;
  /** The context of a cutover, with whatever a test changes. Its backups are real. */
  context(changes?: Partial<CutoverContext>, variant?: StampsVariant): CutoverContext;
  /** Expand, backfill and verify, over a backup that is only assumed; goes on with a run that is under way. */
  migrate(changes?: Partial<CutoverContext>, variant?: StampsVariant): Promise<CutoverReport>;
  /** Rows of a query. */
  rows<Row>(query: RawBuilder<Row>): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** Opens a fresh database with the café's tables and rows; on the project's server unless another is given. */
export async function openCafe(
  size: CafeSize = { members: 40, stampsPerMember: 7 },
  open: { readonly serverUrl?: string; readonly options?: DatabaseOptions } = {},
): Promise<Cafe> {
  const fresh = open.serverUrl === undefined ? await freshDatabase() : await freshDatabase(open.serverUrl);
  const cafe = await openCafeAt(fresh.url, size, open.options);
  return {
    ...cafe,
    close: async () => {
      await cafe.close();
      await fresh.drop();
    },
  };
}

/** As `openCafe`, in an empty database that the caller made and removes. */
export async function openCafeAt(url: string, size: CafeSize, options: DatabaseOptions = {}): Promise<Cafe> {
  const database = await openDatabase(url, { poolMax: 4, ...options });
  await createCafe(database);
  await fillCafe(database, size);
  const folder = mkdtempSync(join(tmpdir(), 'carryover-cafe-'));
  return {
    url,
    database,
    folder,
    context: (changes = {}, variant = {}) => cafeContext(database, folder, { changes: inLooks(changes), variant }),
    migrate: async (changes = {}, variant = {}) => {
      const context = cafeContext(database, folder, {
        changes: inLooks({ backup: assumedBackup(), ...changes }),
        variant,
      });
      const row = await findCutoverRow(database, context.system.name);
      return runCutover(context, row === undefined || row.state === 'rolled-back' ? { from: 'expand' } : {});
    },
    rows: async (query) => (await query.execute(database.handle)).rows,
    close: async () => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Few keys a look, so that a comparison goes in several looks here too. */
function inLooks(changes: Partial<CutoverContext>): Partial<CutoverContext> {
  return { ...changes, limits: { lookKeysMax: 3, ...changes.limits } };
}
