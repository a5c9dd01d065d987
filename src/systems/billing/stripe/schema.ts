import { REFERENCE_LENGTH_MAX } from '../../../base/names.ts';
import type { Instant } from '../../../base/instant.ts';
import type { Database } from '../../../sql/database.ts';
import type { SchemaMigration } from '../../../sql/schema-migration.ts';

/** The table that says whose a customer of Stripe is. */
export const CUSTOMERS_TABLE = 'carryover_stripe_customers';

/** A customer belongs to one user for good; a user may have had several. */
export interface StripeCustomersTable {
  customer_id: string;
  user_id: string;
  linked_at: Instant;
}

/** Whose a customer of Stripe is: messages about subscriptions name the customer, and not always the user. */
export const createStripeCustomers: SchemaMigration = {
  component: 'payments',
  number: 2,
  name: 'create-stripe-customers',
  statements(database: Database): readonly string[] {
    const { columnTypes: type } = database.dialect;
    const table = database.tableName(CUSTOMERS_TABLE);
    return [
      `create table ${table} (
        customer_id ${type.text(REFERENCE_LENGTH_MAX)} not null primary key,
        user_id ${type.text(REFERENCE_LENGTH_MAX)} not null,
        linked_at ${type.instant} not null
      )${type.tableSuffix}`,
      `create index ${table}_user on ${table} (user_id, linked_at)`,
    ];
  },
  undo(database: Database): readonly string[] {
    return [`drop table if exists ${database.tableName(CUSTOMERS_TABLE)}`];
  },
};
