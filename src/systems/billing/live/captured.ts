import { sql, type RawBuilder } from 'kysely';
import type { CapturedRow, CapturedTable, OwnFact, SubjectRow } from '../../../cutover/live-descriptor.ts';
import { CREDITS_KIND } from '../accounts.ts';
import type { BillingPolicy } from '../policy.ts';

/**
 * The application's tables, each with whom a row concerns, and what is refused once the ledger decides for that user. Purchases, usage, balances and the costs of messages are credits, so they are
 * refused (U-14). Subscriptions are the application's record of what the payment provider says: they go on being written there, and the ledger is told by `sync-subscription`. Of accounts only what would
 * make somebody else of them is refused.
 */
export const billingCaptured: readonly CapturedTable<BillingPolicy>[] = [
  {
    table: 'accounts',
    subjects: (row) => subject(row, 'id'),
    decides: [CREDITS_KIND],
    instead: 'carryover billing adjust-credits',
    refuses: { columns: ['id', 'personal_account'] },
  },
  {
    table: 'billing_subscriptions',
    subjects: (row) => subject(row, 'account_id'),
    decides: [],
    instead: 'carryover billing sync-subscription',
  },
  {
    table: 'credit_purchases',
    subjects: (row) => subject(row, 'user_id'),
    decides: [CREDITS_KIND],
    instead: 'carryover billing settle-purchase',
    fact: ownFact('credit_purchases'),
  },
  {
    table: 'credit_balance',
    subjects: (row) => subject(row, 'user_id'),
    decides: [CREDITS_KIND],
    instead: 'carryover billing deduct',
  },
  {
    table: 'credit_usage',
    subjects: (row) => subject(row, 'user_id'),
    decides: [CREDITS_KIND],
    instead: 'carryover billing deduct',
    fact: { ...ownFact('credit_usage'), isAlone: isNoOverage },
  },
  {
    table: 'usage_messages',
    subjects: (row) => subject(row, 'user_id'),
    decides: [CREDITS_KIND],
    instead: 'carryover billing deduct',
  },
];

/** As `factSource` writes it. Where policy trusts the stored balance, each row moves the correction towards it as well. */
function ownFact(table: string): OwnFact<BillingPolicy> {
  return { column: 'id', prefix: `${table}:`, holds: ({ carrying }) => carrying.trust !== 'stored' };
}

/** What went beyond an allowance counts for what is left of the grant, too (`grantRows`). */
function isNoOverage({ column, expressions: e, has }: CapturedRow): RawBuilder<unknown> {
  return has('usage_type') ? sql`${e.text(column('usage_type'))} <> 'token_overage'` : sql`1 = 1`;
}

function subject({ column, expressions: e }: CapturedRow, userId: string): RawBuilder<SubjectRow> {
  return sql<SubjectRow>`select ${e.text(column(userId))} as walk_key, ${e.text(column(userId))} as owner`;
}
