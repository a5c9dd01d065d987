import { CarryoverError } from '../../../base/errors.ts';
import type { Operation } from '../../operation.ts';
import { billingUnknown, stateConflict } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { holdKey } from '../queries/find-charge.ts';
import { findHold } from '../queries/find-hold.ts';
import { runWrite } from '../writes/billing-call.ts';
import { lockUser } from '../writes/lock-user.ts';
import { requireRole } from '../writes/roles.ts';

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

/**
 * Frees what an authorization holds. Throws `INPUT_INVALID`, `BILLING_ROLE_INSUFFICIENT`, `BILLING_KEY_REUSED`, `BILLING_USER_UNKNOWN`,
 * `LEDGER_AUTHORITY_LEGACY`, `BILLING_UNKNOWN`, `BILLING_STATE_CONFLICT` for one that was settled.
 */
export const release: Operation<BillingPolicy, ReleaseInput, ReleaseAnswer> = {
  name: 'release',
  title: 'Free what an authorization holds',
  input: field.inputOf({ key: field.key, userId: field.userId, sourceId: field.sourceId }),
  writes: true,
  run: (context, input) => {
    requireRole(context, 'release', ['server']);
    return runWrite(context, { operation: 'release', input }, async (call) => {
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
    });
  },
};
