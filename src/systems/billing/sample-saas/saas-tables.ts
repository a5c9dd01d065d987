import type { Database } from '../../../sql/database.ts';
import { createSampleTables, type SampleTableShape } from '../../sample-tables.ts';

/** How a database may differ from the usual one. */
export interface SaasVariation {
  /** Columns an older version lacked, `credit_usage.usage_type`, and whole tables, `usage_messages`. */
  readonly without?: readonly string[];
  /** Decimals of the amounts in place of the usual two. */
  readonly decimals?: number;
}

/** The tables of the old application, with the ids as texts that hold uuids. */
export const saasTables: readonly SampleTableShape[] = [
  {
    name: 'accounts',
    columns: [
      ['id', 'text'],
      ['personal_account', 'flag'],
      ['primary_owner_user_id', 'text'],
      ['created_at', 'instant'],
    ],
  },
  {
    name: 'billing_customers',
    columns: [
      ['id', 'text'],
      ['account_id', 'text'],
      ['email', 'text'],
      ['active', 'flag'],
    ],
  },
  {
    name: 'billing_subscriptions',
    columns: [
      ['id', 'text'],
      ['account_id', 'text'],
      ['billing_customer_id', 'text'],
      ['status', 'text'],
      ['price_id', 'text'],
      ['quantity', 'integer'],
      ['cancel_at_period_end', 'flag'],
      ['created', 'instant'],
      ['current_period_start', 'instant'],
      ['current_period_end', 'instant'],
    ],
    indexed: ['account_id'],
  },
  {
    name: 'credit_purchases',
    columns: [
      ['id', 'text'],
      ['user_id', 'text'],
      ['amount_dollars', 'decimal'],
      ['stripe_payment_intent_id', 'text'],
      ['status', 'text'],
      ['description', 'text'],
      ['created_at', 'instant'],
      ['completed_at', 'instant'],
      ['expires_at', 'instant'],
    ],
    indexed: ['user_id'],
    unique: ['stripe_payment_intent_id'],
  },
  {
    name: 'credit_balance',
    columns: [
      ['user_id', 'text'],
      ['balance_dollars', 'decimal'],
      ['total_purchased', 'decimal'],
      ['total_used', 'decimal'],
      ['last_updated', 'instant'],
    ],
  },
  {
    name: 'credit_usage',
    columns: [
      ['id', 'text'],
      ['user_id', 'text'],
      ['amount_dollars', 'decimal'],
      ['thread_id', 'text'],
      ['message_id', 'text'],
      ['description', 'text'],
      ['usage_type', 'text'],
      ['created_at', 'instant'],
      ['subscription_tier', 'text'],
    ],
    indexed: ['user_id'],
  },
  {
    name: 'usage_messages',
    columns: [
      ['id', 'text'],
      ['user_id', 'text'],
      ['cost', 'decimal'],
      ['created_at', 'instant'],
    ],
    indexed: ['user_id'],
  },
];

/** A table as a variation has it, undefined where it lacks the whole of it. Throws an Error for one the application did not have. */
export function saasTable(name: string, { without = [] }: SaasVariation = {}): SampleTableShape | undefined {
  const table = saasTables.find((candidate) => candidate.name === name);
  if (table === undefined) throw new Error(`The old application had no table "${name}".`);
  if (without.includes(name)) return undefined;
  const columns = table.columns.filter(([column]) => !without.includes(`${name}.${column}`));
  const isKept = (column: string): boolean => columns.some(([kept]) => kept === column);
  const { unique, indexed = [] } = table;
  return { name, columns, indexed: indexed.filter(isKept), ...(unique?.every(isKept) === true ? { unique } : {}) };
}

/** Makes the application's tables, empty. */
export async function createSaasTables(database: Database, variation: SaasVariation = {}): Promise<void> {
  const tables = saasTables.map(({ name }) => saasTable(name, variation)).filter((table) => table !== undefined);
  const { decimals } = variation;
  await createSampleTables(database, tables, decimals === undefined ? {} : { decimals });
}
