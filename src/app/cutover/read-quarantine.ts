import type { Selectable } from 'kysely';
import { coreMigrations, type CutoverTables, type FindingsTable, type QuarantineTable } from '../../cutover/index.ts';
import type { Database } from '../../sql/database.ts';
import { pendingMigrations } from '../../sql/schema-migrator.ts';

/** A legacy row that waits, as it is stored. */
export type QuarantineRow = Selectable<QuarantineTable>;

/** A row of a finding, as it is stored. */
export type FindingRow = Selectable<FindingsTable>;

/** The rows in quarantine in order of source: those after one, at most so many; none where no run was ever made. */
export async function readQuarantine(
  database: Database,
  system: string,
  page: { readonly after?: string; readonly limit?: number } = {},
): Promise<readonly QuarantineRow[]> {
  if ((await pendingMigrations(database, coreMigrations)).length > 0) return [];
  return database.handle
    .withTables<CutoverTables>()
    .selectFrom('carryover_quarantine')
    .selectAll()
    .where('system_name', '=', system)
    .$if(page.after !== undefined, (query) => query.where('source', '>', page.after ?? ''))
    .orderBy('source')
    .$if(page.limit !== undefined, (query) => query.limit(page.limit ?? 0))
    .execute();
}

/** Which rows of findings. */
export interface FindingsPage {
  readonly code?: string;
  readonly severity?: string;
  readonly after?: bigint;
  readonly limit: number;
}

/** The rows of the findings of the newest pass, in the order in which they were found. The tables must exist. */
export function readFindingRows(
  database: Database,
  system: string,
  page: FindingsPage,
): Promise<readonly FindingRow[]> {
  return database.handle
    .withTables<CutoverTables>()
    .selectFrom('carryover_findings')
    .selectAll()
    .where('system_name', '=', system)
    .$if(page.code !== undefined, (query) => query.where('code', '=', page.code ?? ''))
    .$if(page.severity !== undefined, (query) => query.where('severity', '=', page.severity ?? ''))
    .$if(page.after !== undefined, (query) => query.where('id', '>', page.after ?? 0n))
    .orderBy('id')
    .limit(page.limit)
    .execute();
}
