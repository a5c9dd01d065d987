import type { TSchema } from 'typebox';
import { CarryoverError } from '../../../base/errors.ts';
import type { HoldState } from '../../../ledger/types.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { requestKeyReused, sourceReused, userUnknown } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readDollars, readUserId } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { holdKey } from '../queries/find-charge.ts';
import { findHold } from '../queries/find-hold.ts';
import type { UserFacts } from '../queries/load-user.ts';
import { runWrite, type BillingCall } from '../writes/billing-call.ts';
import { lockUser } from '../writes/lock-user.ts';
import { attemptCodeSchema, tryCharge, type AttemptCode } from '../writes/record-attempt.ts';

const MINUTE_MS = 60_000;

/** Work that is about to begin, with what it may cost at most. */
export interface AuthorizeInput {
  readonly key: string;
  readonly userId: string;
  readonly sourceId: string;
  readonly amount: string;
}

/** What became of an authorization. Amounts are decimal texts of dollars. */
export interface AuthorizeAnswer {
  readonly status: 'authorized' | 'replayed' | 'refused';
  readonly code: AttemptCode | null;
  readonly amount: string;
  /** When the amount is free again, if nobody settles or releases it; null where refused. */
  readonly expiresAt: string | null;
  readonly available: string;
}

const authorizeSchema: TSchema = answer.answerOf<AuthorizeAnswer>({
  status: answer.oneOf(['authorized', 'replayed', 'refused'], 'Refused holds nothing; replayed was held before'),
  code: answer.nullable(attemptCodeSchema),
  amount: answer.amount('Dollars that are held, or would have been'),
  expiresAt: answer.nullable(answer.instant('When the amount is free again by itself; null where refused')),
  available: answer.amount('Dollars that can be spent beside it'),
});

/**
 * Holds what work may cost before it begins, so that nobody works for nothing (U-28). It is settled by what the work did cost, or
 * released, or expires by the database's clock. For the application's server only. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`,
 * `BILLING_KEY_REUSED`, `BILLING_USER_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `BILLING_SOURCE_REUSED`.
 */
export const authorize: Operation<BillingPolicy, AuthorizeInput, AuthorizeAnswer> = defineOperation({
  name: 'authorize',
  title: 'Hold what work may cost before it begins',
  input: field.inputOf({
    key: field.key,
    userId: field.userId,
    sourceId: field.sourceId,
    amount: field.dollars('What the work may cost at most'),
  }),
  writes: true,
  access: { roles: ['server'] },
  answer: authorizeSchema,
  errors: [
    requestKeyReused,
    userUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    sourceReused,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'authorize', input }, async (call) => {
      const amount = readDollars('the amount', input.amount);
      const user = await lockUser(call, readUserId(input.userId), 'authorize work of');
      const earlier = await findHold(call.trx, user.accountId, holdKey(input.sourceId));
      if (earlier !== undefined) return replayed(user, { sourceId: input.sourceId, amount, earlier });
      return hold(call, user, { sourceId: input.sourceId, amount });
    }),
});

function replayed(
  user: UserFacts,
  given: {
    readonly sourceId: string;
    readonly amount: bigint;
    readonly earlier: Pick<HoldState, 'amount' | 'expiresAt'>;
  },
): AuthorizeAnswer {
  const { sourceId, amount, earlier } = given;
  if (earlier.amount !== amount) {
    throw new CarryoverError(sourceReused, {
      sourceId,
      found: `an authorization of ${dollars(earlier.amount)} dollars`,
      expected: `${dollars(amount)}, or a source of its own`,
    });
  }
  return {
    status: 'replayed',
    code: null,
    amount: dollars(amount),
    expiresAt: earlier.expiresAt?.toString() ?? null,
    available: dollars(user.available),
  };
}

async function hold(
  call: BillingCall,
  user: UserFacts,
  { sourceId, amount }: { readonly sourceId: string; readonly amount: bigint },
): Promise<AuthorizeAnswer> {
  // By the database's clock, whatever stands in for the present: that clock also ends it.
  const expiresAt = call.recordedAt.plusMillis(call.context.policy.authorizationMinutes * MINUTE_MS);
  const { accountId } = user;
  const { actor } = call.context;
  const command = { type: 'hold', accountId, amount, key: holdKey(sourceId), actor, expiresAt } as const;
  const code = await tryCharge(call, user, { command, sourceId, amount });
  if (code !== undefined) {
    return { status: 'refused', code, amount: dollars(amount), expiresAt: null, available: dollars(user.available) };
  }
  return {
    status: 'authorized',
    code: null,
    amount: dollars(amount),
    expiresAt: expiresAt.toString(),
    available: dollars(user.available - amount),
  };
}
