import type { TSchema } from 'typebox';
import { Instant } from '../../../base/instant.ts';
import { readStatement, type StatementEntry } from '../../../ledger/reads/read-statement.ts';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { PAGE_LIMIT, readCursor, type Page, type PageRequest } from '../../pages.ts';
import { userUnknown } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { loadUser } from '../queries/load-user.ts';
import { runRead } from '../writes/billing-call.ts';

/** Which transactions of a user. */
export interface TransactionsInput extends PageRequest {
  readonly userId: string;
  readonly from?: string;
  readonly until?: string;
}

/** One movement with the balance after it. Amounts are decimal texts of dollars. */
export interface TransactionRow {
  readonly id: string;
  readonly occurredAt: string;
  readonly amount: string;
  readonly balanceAfter: string;
  readonly kind: string;
  /** What it was against: purchases, usage, grants. */
  readonly against: string | null;
  /** What it refers to: a legacy row, or the key of the call. */
  readonly reference: string;
  readonly reason: string | null;
  readonly actor: string;
  readonly details: Readonly<Record<string, unknown>> | null;
}

const transactionSchema: TSchema = answer.answerOf<TransactionRow>({
  id: answer.id('Its number on the account'),
  occurredAt: answer.instant('When it happened'),
  amount: answer.amount('Dollars in; negative out'),
  balanceAfter: answer.amount('Dollars on the account after it'),
  kind: answer.text('What kind of movement, such as usage or purchase'),
  against: answer.nullable(answer.text('What it was against, such as purchases, usage or grants')),
  reference: answer.text('The legacy row it was carried from, or the key of its entry'),
  reason: answer.nullable(answer.text('Why, where somebody gave a reason')),
  actor: answer.text('Who made it, such as person:42'),
  details: answer.nullable(answer.record(answer.json('A detail'), 'What else is kept beside it')),
});

/**
 * Lists a user's movements with the running balance, newest first. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`,
 * `BILLING_USER_UNKNOWN`.
 */
export const transactions: Operation<BillingPolicy, TransactionsInput, Page<TransactionRow>> = defineOperation({
  name: 'transactions',
  title: "List a user's movements with the running balance, newest first",
  input: field.inputOf({
    userId: field.userId,
    from: field.optional(field.instant('From this instant on')),
    until: field.optional(field.instant('Before this instant')),
    after: field.optional(field.after),
    limit: field.optional(field.limit),
  }),
  writes: false,
  access: { roles: ['server', 'user', ...STAFF], owner: 'userId' },
  answer: answer.pageOf(transactionSchema),
  errors: [userUnknown],
  run: (context, input) =>
    runRead(context, async (handle) => {
      const { database } = context;
      const { accountId } = await loadUser(database, handle, readUserId(input.userId));
      const { from, limit = PAGE_LIMIT, until } = input;
      const [afterSeq] = input.after === undefined || input.after === '' ? [] : readCursor(input.after, /^(\d{1,18})$/);
      const page = await readStatement(
        { database, handle },
        {
          accountId,
          order: 'newest-first',
          limit,
          ...(afterSeq === undefined ? {} : { afterSeq }),
          ...(from === undefined ? {} : { occurredFrom: Instant.parse(from) }),
          ...(until === undefined ? {} : { occurredBefore: Instant.parse(until) }),
        },
      );
      return { rows: page.entries.map(transactionRow), next: page.nextAfterSeq?.toString() ?? null };
    }),
});

function transactionRow(entry: StatementEntry): TransactionRow {
  return {
    id: entry.seq.toString(),
    occurredAt: entry.occurredAt.toString(),
    amount: dollars(entry.amount),
    balanceAfter: dollars(entry.balanceAfter),
    kind: entry.kind,
    against: entry.contra,
    reference: entry.source ?? entry.key,
    reason: entry.reason,
    actor: entry.actor,
    details: entry.details,
  };
}
