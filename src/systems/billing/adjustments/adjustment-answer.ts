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
