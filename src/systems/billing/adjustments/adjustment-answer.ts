import type { TSchema } from 'typebox';
import * as answer from '../../answer-fields.ts';
import { dollars } from '../money.ts';
import type { StoredAdjustment } from './adjustment.ts';

/** An adjustment. Amounts are decimal texts of dollars. */
export interface AdjustmentAnswer {
  readonly adjustmentId: string;
  readonly userId: string;
  readonly kind: StoredAdjustment['kind'];
  readonly amount: string;
  /** `pending`: somebody else has to approve it, and nothing has moved yet. */
  readonly status: StoredAdjustment['status'];
  readonly batch: string | null;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly decidedBy: string | null;
  readonly expiresAt: string | null;
}

/** The schema of `AdjustmentAnswer`. */
export const adjustmentSchema: TSchema = answer.answerOf<AdjustmentAnswer>({
  adjustmentId: answer.id('The adjustment'),
  userId: answer.text('The user whose credits move'),
  kind: answer.oneOf(['adjustment', 'grant', 'refund'], 'By which operation it was asked for'),
  amount: answer.amount('Dollars given; negative where taken'),
  status: answer.oneOf(['applied', 'pending', 'rejected'], 'Pending waits for a second person, and nothing has moved'),
  batch: answer.nullable(answer.text('The bulk grant it is part of')),
  reason: answer.text('Why'),
  requestedBy: answer.text('Who asked for it, such as person:42'),
  requestedAt: answer.instant('When it was asked for'),
  decidedBy: answer.nullable(answer.text('The second person, where one has decided')),
  expiresAt: answer.nullable(answer.instant('When the credits expire; null for never')),
});

/** The answer about an adjustment. */
export function adjustmentAnswer(stored: StoredAdjustment): AdjustmentAnswer {
  return {
    adjustmentId: stored.id.toString(),
    userId: stored.user_id,
    kind: stored.kind,
    amount: dollars(stored.amount),
    status: stored.status,
    batch: stored.batch,
    reason: stored.reason,
    requestedBy: stored.requested_by,
    requestedAt: stored.requested_at.toString(),
    decidedBy: stored.decided_by,
    expiresAt: stored.expires_at?.toString() ?? null,
  };
}
