import type { TSchema } from 'typebox';
import { formatActor } from '../../../base/actor.ts';
import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import type { Role } from '../../../base/role.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { adjustmentAnswer, adjustmentSchema, type AdjustmentAnswer } from '../adjustments/adjustment-answer.ts';
import { applyAdjustment, loadAdjustments, magnitude, type StoredAdjustment } from '../adjustments/adjustment.ts';
import { limitsOf, requireWithin } from '../adjustments/limits.ts';
import {
  amountTooLarge,
  billingUnknown,
  limitExceeded,
  ownCredits,
  requestKeyReused,
  stateConflict,
  userUnknown,
} from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readId, readReason } from '../inputs/read-values.ts';
import { micros } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { UserFacts } from '../queries/load-user.ts';
import { recordCreditRefund } from '../refunds/record-credit-refund.ts';
import { appendAudit, userSubject } from '../writes/append-audit.ts';
import { runWrite, type BillingCall } from '../writes/billing-call.ts';
import { lockUsers } from '../writes/lock-user.ts';
import { callerRole, refuseSelf } from '../writes/roles.ts';

const HOUR_MS = 3_600_000;

/** What a second person says. */
export interface DecideAdjustmentInput {
  readonly key: string;
  /** One adjustment, or all of a bulk grant. */
  readonly adjustmentId?: string;
  readonly batch?: string;
  readonly decision: 'approve' | 'reject';
  readonly reason: string;
}

/** The adjustments as they are afterwards. */
export interface DecideAdjustmentAnswer {
  readonly adjustments: readonly AdjustmentAnswer[];
}

const decisionSchema: TSchema = answer.answerOf<DecideAdjustmentAnswer>({
  adjustments: answer.list(adjustmentSchema, 'The adjustments as they are afterwards'),
});

/**
 * Approves or rejects what somebody else has asked for (U-33). Whoever asked may reject it and never approve it; nobody approves
 * credits of their own; an approval that comes too late is refused. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`,
 * `BILLING_KEY_REUSED`, `BILLING_UNKNOWN`, `BILLING_STATE_CONFLICT`, `BILLING_OWN_CREDITS`, `BILLING_LIMIT_EXCEEDED`,
 * `BILLING_AMOUNT_TOO_LARGE`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `LEDGER_ACCOUNT_FROZEN`.
 */
export const decideAdjustment: Operation<BillingPolicy, DecideAdjustmentInput, DecideAdjustmentAnswer> =
  defineOperation({
    name: 'decide-adjustment',
    title: 'Approve or reject what another person has asked for',
    input: field.inputOf({
      key: field.key,
      adjustmentId: field.optional(field.id('One adjustment')),
      batch: field.optional(field.reference('All of a bulk grant')),
      decision: field.oneOf(['approve', 'reject'], 'What you say'),
      reason: field.reason,
    }),
    writes: true,
    access: { roles: ['admin', 'super_admin'] },
    answer: decisionSchema,
    errors: [
      requestKeyReused,
      billingUnknown,
      stateConflict,
      ownCredits,
      limitExceeded,
      amountTooLarge,
      refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
      refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
      refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
    ],
    run: (context, input) => {
      const role = callerRole(context);
      return runWrite(context, { operation: 'decide-adjustment', input }, async (call) => {
        const reason = readReason(input.reason);
        const wanted = await wantedAdjustments(call, input);
        const users = await lockUsers(
          call,
          wanted.map(({ user_id: userId }) => userId),
        );
        // Another decision may have come while the accounts were waited for.
        const adjustments = await wantedAdjustments(call, input);
        for (const adjustment of adjustments) requirePending(adjustment);
        if (input.decision === 'approve') mayApprove(call, role, adjustments);
        const decided: AdjustmentAnswer[] = [];
        for (const adjustment of adjustments) {
          const user = users.get(adjustment.user_id);
          if (user === undefined) throw new CarryoverError(userUnknown, { userId: adjustment.user_id });
          decided.push(await decide(call, user, { adjustment, decision: input.decision, reason }));
        }
        return { adjustments: decided };
      });
    },
  });

async function wantedAdjustments(
  call: BillingCall,
  { adjustmentId, batch }: DecideAdjustmentInput,
): Promise<readonly StoredAdjustment[]> {
  if ((adjustmentId === undefined) === (batch === undefined)) {
    throw new CarryoverError(inputInvalid, {
      what: 'an adjustment',
      found: batch === undefined ? 'no name of it' : 'two names',
      expected: 'adjustmentId or batch',
    });
  }
  const by = batch === undefined ? { id: readId('an adjustment id', adjustmentId ?? '') } : { batch };
  const found = await loadAdjustments(call, by);
  if (found.length > 0) return found;
  throw new CarryoverError(billingUnknown, {
    what: 'adjustment',
    id: adjustmentId ?? batch ?? '',
    expected: 'one that was asked for',
  });
}

function requirePending({ id, status }: StoredAdjustment): void {
  if (status === 'pending') return;
  throw new CarryoverError(stateConflict, {
    attempt: 'decide',
    what: 'adjustment',
    id: id.toString(),
    found: status,
    expected: 'pending',
  });
}

function mayApprove(call: BillingCall, role: Role, adjustments: readonly StoredAdjustment[]): void {
  const { context, now, operation } = call;
  const deadlineMs = context.policy.limits.approvalHours * HOUR_MS;
  for (const { amount, id, requested_at: requestedAt, requested_by: requestedBy, user_id: userId } of adjustments) {
    refuseSelf(context, operation, userId);
    // Whoever asked is not a second person, and neither is whoever would get the credits.
    if (requestedBy === formatActor(context.actor)) throw new CarryoverError(ownCredits, { operation });
    requireWithin(call, {
      amount: magnitude(amount),
      limit: 'at once',
      allowed: micros(limitsOf(call, role).maxPerAction),
    });
    if (requestedAt.plusMillis(deadlineMs).isBefore(now)) {
      const what = { attempt: 'approve', what: 'adjustment', id: id.toString() };
      throw new CarryoverError(stateConflict, { ...what, found: 'asked for too long ago', expected: 'a recent one' });
    }
  }
}

async function decide(
  call: BillingCall,
  user: UserFacts,
  given: {
    readonly adjustment: StoredAdjustment;
    readonly decision: DecideAdjustmentInput['decision'];
    readonly reason: string;
  },
): Promise<AdjustmentAnswer> {
  const { adjustment, decision, reason } = given;
  const decided = {
    status: decision === 'approve' ? ('applied' as const) : ('rejected' as const),
    decided_by: formatActor(call.context.actor),
    decided_at: call.now,
  };
  await billingTables(call.trx)
    .updateTable('carryover_billing_adjustments')
    .set(decided)
    .where('id', '=', adjustment.id)
    .execute();
  if (decision === 'approve') {
    await applyAdjustment(call, user, adjustment);
    if (adjustment.kind === 'refund') await recordCreditRefund(call, user, adjustment);
  } else {
    const after = { adjustment: adjustment.id, amount: adjustment.amount };
    const line = { subject: userSubject(user.userId), accountId: user.accountId, after, reason };
    await appendAudit(call, [{ ...line, action: 'adjustment_rejected' }]);
  }
  return adjustmentAnswer({ ...adjustment, ...decided });
}
