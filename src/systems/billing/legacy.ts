import type { LegacyColumn, LegacyTable, Walk } from '../../cutover/descriptor.ts';
import type { TypeFamily } from '../../sql/contract/introspection.ts';

// Ids are uuids, texts that hold uuids, or numbers; they are compared as texts.
const id: readonly TypeFamily[] = ['uuid', 'text', 'integer'];
const decimal: readonly TypeFamily[] = ['decimal', 'integer'];
const integer: readonly TypeFamily[] = ['integer'];
const text: readonly TypeFamily[] = ['text'];
// A tinyint(1) is an integer to some schema dumps and a boolean to others.
const boolean: readonly TypeFamily[] = ['boolean', 'integer'];
const instant: readonly TypeFamily[] = ['instant'];

/**
 * The tables of the seed's application, under its names. A table in another schema is mapped: `accounts` to `basejump.accounts`. The
 * amounts are named as the application had them, so that a column of another name stops the run instead of being read as nothing
 * (U-04).
 */
export const billingLegacy: readonly LegacyTable[] = [
  {
    name: 'accounts',
    required: true,
    columns: [needed('id', id), spare('personal_account', boolean), spare('created_at', instant)],
  },
  {
    name: 'billing_customers',
    required: false,
    columns: [needed('id', id), needed('account_id', id)],
  },
  {
    name: 'billing_subscriptions',
    required: true,
    columns: [
      needed('id', id),
      needed('account_id', id),
      needed('status', text),
      needed('price_id', text),
      needed('current_period_start', instant),
      needed('current_period_end', instant),
      spare('created', instant),
      spare('quantity', integer),
    ],
  },
  {
    name: 'credit_purchases',
    required: true,
    columns: [
      needed('id', id),
      needed('user_id', id),
      needed('amount_dollars', decimal),
      needed('status', text),
      needed('created_at', instant),
      spare('completed_at', instant),
      spare('expires_at', instant),
      spare('stripe_payment_intent_id', text),
      spare('description', text),
    ],
  },
  {
    name: 'credit_balance',
    required: true,
    columns: [
      needed('user_id', id),
      needed('balance_dollars', decimal),
      spare('total_purchased', decimal),
      spare('total_used', decimal),
      spare('last_updated', instant),
    ],
  },
  {
    name: 'credit_usage',
    required: true,
    columns: [
      needed('id', id),
      needed('user_id', id),
      needed('amount_dollars', decimal),
      needed('created_at', instant),
      spare('usage_type', text),
      spare('thread_id', id),
      spare('message_id', id),
      spare('description', text),
      spare('subscription_tier', text),
    ],
  },
  {
    name: 'usage_messages',
    required: false,
    columns: [needed('user_id', id), needed('cost', decimal), needed('created_at', instant)],
  },
];

/** Chunks go along the accounts: all that concerns one of them travels together. */
export const billingWalk: Walk = { table: 'accounts', column: 'id', type: 'text' };

function needed(name: string, families: readonly TypeFamily[]): LegacyColumn {
  return { name, families, required: true };
}

function spare(name: string, families: readonly TypeFamily[]): LegacyColumn {
  return { name, families, required: false };
}
