import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { PAGE_LIMIT, readCursor, type Page, type PageRequest } from '../../pages.ts';
import * as field from '../inputs/input-fields.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { billingTables } from '../queries/billing-tables.ts';
import { runRead } from '../writes/billing-call.ts';

/** Which users. */
export interface SearchUsersInput extends PageRequest {
  /** How their id begins. */
  readonly query?: string;
  readonly tier?: string;
  readonly authority?: 'legacy' | 'ledger';
}

/** A user in a list. Amounts are decimal texts of dollars, as posted: what has expired since is subtracted when the user is looked at. */
export interface FoundUser {
  readonly userId: string;
  readonly tier: string;
  readonly balance: string;
  readonly held: string;
  readonly status: 'open' | 'frozen' | 'closed';
  readonly authority: 'legacy' | 'ledger';
  readonly subscriptionStatus: string | null;
}

/** Finds users by how their id begins, in the order in which their accounts were opened. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`. */
export const searchUsers: Operation<BillingPolicy, SearchUsersInput, Page<FoundUser>> = defineOperation({
  name: 'search-users',
  title: 'Find users by how their id begins, by tier, or by who decides about them',
  input: field.inputOf({
    query: field.optional(field.reference('How the id begins')),
    tier: field.optional(field.reference('Only of this tier', 64)),
    authority: field.optional(field.oneOf(['legacy', 'ledger'], 'Only those whom it decides about')),
    after: field.optional(field.after),
    limit: field.optional(field.limit),
  }),
  writes: false,
  access: { roles: STAFF },
  answer: answer.pageOf(
    answer.answerOf<FoundUser>({
      userId: answer.text('The user'),
      tier: answer.text('The tier by the policy'),
      balance: answer.amount('Dollars on the account, as posted'),
      held: answer.amount('Dollars that open authorizations hold'),
      status: answer.oneOf(['open', 'frozen', 'closed'], 'Whether the account takes movements'),
      authority: answer.oneOf(['legacy', 'ledger'], 'Who decides the balance now'),
      subscriptionStatus: answer.nullable(answer.text('What the subscription last said')),
    }),
  ),
  errors: [],
  run: (context, input) =>
    runRead(context, async (handle) => {
      const limit = input.limit ?? PAGE_LIMIT;
      const [after] = input.after === undefined || input.after === '' ? [] : readCursor(input.after, /^(\d{1,18})$/);
      let found = billingTables(handle)
        .selectFrom('carryover_billing_users as u')
        .innerJoin('carryover_accounts as a', 'a.id', 'u.account_id')
        .select([
          'u.user_id',
          'u.tier',
          'u.subscription_status',
          'a.id',
          'a.balance',
          'a.held',
          'a.status',
          'a.authority',
        ])
        .orderBy('a.id');
      const { query, tier, authority } = input;
      // A half-open range in place of LIKE, whose wildcards and letter case differ between engines.
      if (query !== undefined)
        found = found.where('u.user_id', '>=', query).where('u.user_id', '<', `${query}\u{10FFFF}`);
      if (tier !== undefined) found = found.where('u.tier', '=', tier);
      if (authority !== undefined) found = found.where('a.authority', '=', authority);
      if (after !== undefined) found = found.where('a.id', '>', after);
      const rows = await found.limit(limit + 1).execute();
      const kept = rows.slice(0, limit);
      return {
        rows: kept.map((row) => ({
          userId: row.user_id,
          tier: row.tier,
          balance: dollars(row.balance),
          held: dollars(row.held),
          status: row.status,
          authority: row.authority,
          subscriptionStatus: row.subscription_status,
        })),
        next: rows.length > limit ? (kept.at(-1)?.id.toString() ?? null) : null,
      };
    }),
});
