import { formatActor } from '../../../base/actor.ts';
import { CarryoverError } from '../../../base/errors.ts';
import type { Instant } from '../../../base/instant.ts';
import type { Command } from '../../../ledger/types.ts';
import { amountTooLarge } from '../billing-errors.ts';
import { GIVEN_PRIORITY } from '../lot-terms.ts';
import { dollars, micros } from '../money.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { UserFacts } from '../queries/load-user.ts';
import type { AdjustmentsTable } from '../tables.ts';
import { appendAudit, userSubject, type AuditAction } from '../writes/append-audit.ts';
import type { BillingCall } from '../writes/billing-call.ts';
import type { Role } from '../../../base/role.ts';

/** Credits that staff gives or takes. */
export interface Adjustment {
  readonly kind: AdjustmentsTable['kind'];
  /** Micro-dollars, not zero. */
  readonly amount: bigint;
  readonly reason: string;
  /** When credits that are given expire; null for never. */
  readonly expiresAt: Instant | null;
  /** The bulk grant it is part of. */
  readonly batch: string | null;
  /** Unique among all adjustments; the call's key, with a number where the call makes several. */
  readonly key: string;
}

/** An adjustment as it is stored. */
export type StoredAdjustment = Omit<AdjustmentsTable, 'id'> & { readonly id: bigint };

const AUDIT: Readonly<Record<Adjustment['kind'], AuditAction>> = {
  adjustment: 'credit_adjustment',
  grant: 'credit_grant',
  refund: 'credit_refund',
};

/** Whether one person is not enough for an amount (U-33). */
export function needsSecondPerson(call: BillingCall, amount: bigint): boolean {
  return magnitude(amount) > micros(call.context.policy.limits.fourEyesAbove);
}

/** An amount without its sign. */
export function magnitude(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

/**
 * Writes an adjustment down, and moves the credits of the locked user at once unless a second person must approve. Limits were asked before. Throws `BILLING_AMOUNT_TOO_LARGE` where it takes more than there
 * is, and the ledger's refusals.
 */
export async function makeAdjustment(
  call: BillingCall,
  user: UserFacts,
  given: { readonly adjustment: Adjustment; readonly role: Role; readonly isPending: boolean },
): Promise<StoredAdjustment> {
  const { adjustment, role, isPending } = given;
  const row = {
    adjustment_key: adjustment.key,
    batch: adjustment.batch,
    user_id: user.userId,
    kind: adjustment.kind,
    amount: adjustment.amount,
    status: isPending ? 'pending' : 'applied',
    reason: adjustment.reason,
    requested_by: formatActor(call.context.actor),
    requested_role: role,
    requested_at: call.now,
    decided_by: null,
    decided_at: null,
    expires_at: adjustment.expiresAt,
  } as const;
  const id = await call.context.database.dialect.statements.insertReturningId(
    call.trx,
    'carryover_billing_adjustments',
    row,
  );
  const stored = { ...row, id };
  if (!isPending) await applyAdjustment(call, user, stored);
  else {
    const after = { adjustment: id, kind: row.kind, amount: row.amount };
    await audit(call, user, { action: 'adjustment_requested', after, reason: row.reason });
  }
  return stored;
}

/** Moves the credits of an adjustment, of a user who is locked. Throws as `makeAdjustment`. */
export async function applyAdjustment(call: BillingCall, user: UserFacts, stored: StoredAdjustment): Promise<void> {
  const { amount, kind, reason } = stored;
  if (amount < 0n && -amount > user.available) {
    const available = dollars(user.available > 0n ? user.available : 0n);
    throw new CarryoverError(amountTooLarge, {
      attempt: `adjust the credits of user "${user.userId}"`,
      found: dollars(-amount),
      available,
    });
  }
  await call.ledger.executeOrThrow([commandOf(call, user, stored)]);
  const after = { balance: user.balance + amount, adjustment: stored.id, amount };
  await audit(call, user, { action: AUDIT[kind], after, reason });
}

const ENTRY: Readonly<Record<Adjustment['kind'], { readonly kind: string; readonly contra: string }>> = {
  adjustment: { kind: 'adjustment', contra: 'adjustments' },
  grant: { kind: 'admin-grant', contra: 'given' },
  refund: { kind: 'refund', contra: 'refunds' },
};

function commandOf(call: BillingCall, { accountId }: UserFacts, stored: StoredAdjustment): Command {
  const { amount, expires_at: expiresAt, id, kind, reason } = stored;
  const entry = {
    accountId,
    key: `adjustment:${id}`,
    actor: call.context.actor,
    reason,
    details: { adjustment: id.toString(), requestedBy: stored.requested_by },
    ...ENTRY[kind],
    ...call.occurredAt,
  };
  if (amount < 0n) return { ...entry, type: 'post', amount };
  const expiry = expiresAt === null ? {} : { expiresAt };
  return { ...entry, type: 'grant-lot', amount, funding: 'granted', priority: GIVEN_PRIORITY, ...expiry };
}

async function audit(
  call: BillingCall,
  user: UserFacts,
  line: {
    readonly action: AuditAction;
    readonly after: Readonly<Record<string, string | bigint>>;
    readonly reason: string;
  },
): Promise<void> {
  const { action, after, reason } = line;
  const before = { balance: user.balance };
  await appendAudit(call, [
    { action, subject: userSubject(user.userId), accountId: user.accountId, before, after, reason },
  ]);
}

/** An adjustment anew, or those of a bulk grant. */
export async function loadAdjustments(
  call: BillingCall,
  by: { readonly id: bigint } | { readonly batch: string },
): Promise<readonly StoredAdjustment[]> {
  const query = billingTables(call.trx).selectFrom('carryover_billing_adjustments').selectAll().orderBy('id');
  return 'id' in by ? query.where('id', '=', by.id).execute() : query.where('batch', '=', by.batch).execute();
}
