import type { SchemaMigration } from '../sql/schema-migration.ts';
import { createNotices } from '../notices/schema.ts';
import { createCutoverConfirmations } from './cutover/schema.ts';
import { createApiKeys } from './identity/schema.ts';
import { createJobLeases } from './jobs/create-job-leases.ts';
import { createStripeEvents } from '../payments/schema.ts';
import { createStripeCustomers } from '../systems/billing/stripe/schema.ts';

/** The tables of what runs around the ledger, a component each: keys of callers, notices, payments, jobs. Made when a service starts. */
export const servingMigrations: readonly SchemaMigration[] = [
  createApiKeys,
  createJobLeases,
  createCutoverConfirmations,
  createNotices,
  createStripeEvents,
  createStripeCustomers,
];
