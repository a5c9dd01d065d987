import type { Database } from './database.ts';

/**
 * One numbered step of Carryover's own tables. A released step never changes: its statements are checksummed where they
 * were applied, and a difference stops the start. `component` is `core` or a system's name; each counts from 1.
 */
export interface SchemaMigration {
  readonly component: string;
  readonly number: number;
  /** Kebab-case, such as `create-ledger`. */
  readonly name: string;
  /** The statements in order, with physical table names from `database.tableName`. Pure: the same database gives the same texts. */
  statements(database: Database): readonly string[];
  /** Undoes `statements`, for a rollback that removes a system's tables. Absent for `core`, which stays to keep the journal. */
  readonly undo?: (database: Database) => readonly string[];
}
