import type { Selectable } from 'kysely';
import { coreMigrations, type CutoverTables, type JournalTable } from '../../cutover/index.ts';
import type { Database } from '../../sql/database.ts';
import { pendingMigrations } from '../../sql/schema-migrator.ts';

/** A line of the journal as it is stored. */
export type JournalRow = Selectable<JournalTable>;

/** Which lines of a journal. */
export interface JournalPage {
  readonly limit: number;
  readonly before?: bigint | undefined;
}

/** The newest lines of a system's journal, or those before a number, oldest first; none where no run was ever made. */
export async function readJournal(
  database: Database,
  system: string,
  page: JournalPage,
): Promise<readonly JournalRow[]> {
  if ((await pendingMigrations(database, coreMigrations)).length > 0) return [];
  const newestFirst = await database.handle
    .withTables<CutoverTables>()
    .selectFrom('carryover_journal')
    .selectAll()
    .where('system_name', '=', system)
    .$if(page.before !== undefined, (query) => query.where('seq', '<', page.before ?? 0n))
    .orderBy('seq', 'desc')
    .limit(page.limit)
    .execute();
  return newestFirst.toReversed();
}

/** The lines after a number, oldest first. The tables must exist. */
export function readJournalAfter(
  database: Database,
  system: string,
  page: { readonly after: bigint; readonly limit: number },
): Promise<readonly JournalRow[]> {
  return database.handle
    .withTables<CutoverTables>()
    .selectFrom('carryover_journal')
    .selectAll()
    .where('system_name', '=', system)
    .where('seq', '>', page.after)
    .orderBy('seq')
    .limit(page.limit)
    .execute();
}

/** The newest line of a system that a step of this name left, or undefined. */
export function findJournalLine(
  database: Database,
  system: string,
  step: { readonly stage: string; readonly phase: 'intent' | 'result' },
): Promise<JournalRow | undefined> {
  return database.handle
    .withTables<CutoverTables>()
    .selectFrom('carryover_journal')
    .selectAll()
    .where('system_name', '=', system)
    .where('stage', '=', step.stage)
    .where('phase', '=', step.phase)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
}
