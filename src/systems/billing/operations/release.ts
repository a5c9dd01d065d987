import type { TSchema } from 'typebox';
import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { billingUnknown, requestKeyReused, stateConflict, userUnknown } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { holdKey } from '../queries/find-charge.ts';
import { findHold } from '../queries/find-hold.ts';
import { runWrite } from '../writes/billing-call.ts';
import { lockUser } from '../writes/lock-user.ts';

/** Work that will not be done, or cost nothing. */
export interface ReleaseInput {
  readonly key: string;
  readonly userId: string;
  readonly sourceId: string;
}

/** What was freed. Amounts are decimal texts of dollars. */
export interface ReleaseAnswer {
  /** `gone`: it had expired or been released before. */
  readonly status: 'released' | 'gone';
  readonly amount: string;
  readonly available: string;
}

const releaseSchema: TSchema = answer.answerOf<ReleaseAnswer>({
  status: answer.oneOf(['released', 'gone'], 'Gone had expired or been released before'),
  amount: answer.amount('Dollars that were freed'),
  available: answer.amount('Dollars that can be spent now'),
});

/**
 * Frees what an authorization holds. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `BILLING_KEY_REUSED`, `BILLING_USER_UNKNOWN`,
 * `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `BILLING_UNKNOWN`, `BILLING_STATE_CONFLICT` for one that was settled.
 */
export const release: Operation<BillingPolicy, ReleaseInput, ReleaseAnswer> = defineOperation({
  name: 'release',
  title: 'Free what an authorization holds',
  input: field.inputOf({ key: field.key, userId: field.userId, sourceId: field.sourceId }),
  writes: true,
  access: { roles: ['server'] },
  answer: releaseSchema,
  errors: [
    requestKeyReused,
    userUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    billingUnknown,
    stateConflict,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'release', input }, async (call) => {
      const { sourceId } = input;
      const user = await lockUser(call, readUserId(input.userId), 'release work of');
      const key = holdKey(sourceId);
      const hold = await findHold(call.trx, user.accountId, key);
      if (hold === undefined) {
        throw new CarryoverError(billingUnknown, { what: 'authorization', id: sourceId, expected: 'one made before' });
      }
      if (hold.status === 'captured') {
        const what = { attempt: 'release', what: 'authorization', id: sourceId };
        throw new CarryoverError(stateConflict, { ...what, found: 'settled', expected: 'open' });
      }
      const isOpen = user.holds.some((open) => open.key === key);
      if (!isOpen) return { status: 'gone', amount: '0.000000', available: dollars(user.available) };
      const { accountId } = user;
      const { actor } = context;
      await call.ledger.executeOrThrow([
        { type: 'release', accountId, holdKey: key, key: `release:${sourceId}`, actor },
      ]);
      return { status: 'released', amount: dollars(hold.amount), available: dollars(user.available + hold.amount) };
    }),
});
