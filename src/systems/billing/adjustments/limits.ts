import { sql } from 'kysely';
import { formatActor } from '../../../base/actor.ts';
import { CarryoverError } from '../../../base/errors.ts';
import { limitExceeded } from '../billing-errors.ts';
import type { RoleLimits } from '../limits-policy.ts';
import { dollars, micros } from '../money.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { BillingCall } from '../writes/billing-call.ts';
import type { Role } from '../../../base/role.ts';
import { magnitude } from './adjustment.ts';

const HOUR_MS = 3_600_000;

/** The limits of a role that may move credits at all. */
export function limitsOf(call: BillingCall, role: Role): RoleLimits {
  const { admin, superAdmin } = call.context.policy.limits;
  return role === 'super_admin' ? superAdmin : admin;
}

/**
 * Asks whether somebody may move an amount now: at once, and together with all they moved within the rolling window, so that a limit cannot be passed in parts (U-33). Waits for other calls of the
 * same person. Throws `BILLING_LIMIT_EXCEEDED`.
 */
export async function claimAmount(call: BillingCall, role: Role, amount: bigint): Promise<void> {
  const { maxPerAction, maxPerWindow } = limitsOf(call, role);
  requireWithin(call, { amount: magnitude(amount), limit: 'at once', allowed: micros(maxPerAction) });
  await lockStaff(call);
  const moved = await movedWithinWindow(call, sql<boolean>`a.batch is null`);
  requireWithin(call, {
    amount: moved + magnitude(amount),
    limit: `within ${call.context.policy.limits.windowHours} hours`,
    allowed: micros(maxPerWindow),
  });
}

/** As `claimAmount` for a bulk grant, which has limits of its own: each item that of one action, all within the window the total (U-31). */
export async function claimBulk(call: BillingCall, role: Role, amounts: readonly bigint[]): Promise<void> {
  const { maxPerAction } = limitsOf(call, role);
  for (const amount of amounts) requireWithin(call, { amount, limit: 'for one user', allowed: micros(maxPerAction) });
  await lockStaff(call);
  const moved = await movedWithinWindow(call, sql<boolean>`a.batch is not null`);
  requireWithin(call, {
    amount: amounts.reduce((sum, amount) => sum + amount, moved),
    limit: `in bulk within ${call.context.policy.limits.windowHours} hours`,
    allowed: micros(call.context.policy.limits.bulk.maxTotal),
  });
}

/** Throws `BILLING_LIMIT_EXCEEDED` for an amount above what is allowed. */
export function requireWithin(
  call: BillingCall,
  { amount, limit, allowed }: { readonly amount: bigint; readonly limit: string; readonly allowed: bigint },
): void {
  if (amount <= allowed) return;
  throw new CarryoverError(limitExceeded, {
    operation: call.operation,
    limit,
    found: dollars(amount),
    allowed: dollars(allowed),
    nextStep: 'Ask for less, wait for the window to pass, or let somebody with higher limits do it.',
  });
}

/** Holds the row of whoever calls until the transaction ends. */
async function lockStaff(call: BillingCall): Promise<void> {
  const { expressions, statements } = call.context.database.dialect;
  const actor = formatActor(call.context.actor);
  const row = statements.rows('s', { columns: { actor: 'text' }, rows: [[actor]] });
  await statements.insertIfAbsent(call.trx, {
    table: 'carryover_billing_staff',
    columns: ['actor', 'acted_at'],
    source: sql`select s.actor, ${expressions.now()} from ${row}`,
    conflict: ['actor'],
  });
  await billingTables(call.trx)
    .updateTable('carryover_billing_staff')
    .set({ acted_at: call.recordedAt })
    .where('actor', '=', actor)
    .execute();
}

/** What whoever calls has moved, or asked to move, within the window; what was rejected does not count. */
async function movedWithinWindow(call: BillingCall, where: ReturnType<typeof sql<boolean>>): Promise<bigint> {
  const { instant, int64 } = call.context.database.dialect.expressions;
  const since = call.now.plusMillis(-call.context.policy.limits.windowHours * HOUR_MS);
  const { rows } = await sql<{ moved: bigint }>`
    select ${int64(sql`coalesce(sum(abs(a.amount)), 0)`)} as moved from ${sql.table('carryover_billing_adjustments')} a
    where a.requested_by = ${formatActor(call.context.actor)} and a.requested_at > ${instant(since)} and a.status <> 'rejected' and ${where}`.execute(
    call.trx,
  );
  return rows[0]?.moved ?? 0n;
}
