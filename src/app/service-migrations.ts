import type { SchemaMigration } from '../sql/schema-migration.ts';

/** The tables of what runs around the ledger: keys of callers, notices, payments, jobs. Made when a service starts. */
export const serviceMigrations: readonly SchemaMigration[] = [];
