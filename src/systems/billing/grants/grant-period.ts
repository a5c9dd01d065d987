import type { Instant } from '../../../base/instant.ts';
import { endAfterRollOver, type GrantPeriod } from '../calendar/grant-periods.ts';
import { GRANT_PRIORITY } from '../lot-terms.ts';
import type { BillingPolicy } from '../policy.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { GrantsTable, UsersTable } from '../tables.ts';
import { tierNamed } from '../tiers.ts';
import type { BillingCall } from '../writes/billing-call.ts';

/** Whom a period is granted to: the user's row as it is to be, whose account is locked. */
export type Grantee = Pick<UsersTable, 'user_id' | 'account_id' | 'tier' | 'price_id' | 'anchor_at'>;

/**
 * Grants a period once, keyed by user and start: a second call gives nothing, and one after an upgrade within the period gives the difference (U-21, U-23). A
 * period that is over by now is written down and gives nothing, since it would have expired. Answers what came onto the account, micro-dollars.
 */
export async function grantPeriod(call: BillingCall, grantee: Grantee, period: GrantPeriod): Promise<bigint> {
  const credits = tierNamed(call.context.policy, grantee.tier)?.credits ?? 0n;
  const earlier = await findGrant(call, grantee.user_id, period.start);
  const due = credits - (earlier?.credits ?? 0n);
  if (earlier !== undefined && due <= 0n) return 0n;
  const expiresAt = expiryOf(call.context.policy, grantee.anchor_at, period);
  const isOver = expiresAt !== null && !call.recordedAt.isBefore(expiresAt);
  // What was used beyond the smaller grant before the account was carried belongs to the larger one (U-07).
  const exceeded = earlier?.exceeded ?? 0n;
  const amount = isOver ? 0n : due > exceeded ? due - exceeded : 0n;
  if (amount > 0n) await postGrant(call, grantee, { period, amount, credits, expiresAt });
  await saveGrant(call, grantee, { period, credits, amount, expiresAt, earlier });
  return amount;
}

/** When what a period grants expires, by policy (U-37). */
function expiryOf({ grants }: BillingPolicy, anchor: Instant, period: GrantPeriod): Instant | null {
  return endAfterRollOver(anchor, period, grants.unused === 'roll-over' ? grants.rollOverPeriods : 0);
}

async function findGrant(call: BillingCall, userId: string, startsAt: Instant): Promise<GrantsTable | undefined> {
  return billingTables(call.trx)
    .selectFrom('carryover_billing_grants')
    .selectAll()
    .where('user_id', '=', userId)
    .where('starts_at', '=', startsAt)
    .executeTakeFirst();
}

interface Granted {
  readonly period: GrantPeriod;
  /** What the tier gives for the period, and what of it comes now. */
  readonly credits: bigint;
  readonly amount: bigint;
  readonly expiresAt: Instant | null;
}

async function postGrant(call: BillingCall, grantee: Grantee, granted: Granted): Promise<void> {
  const { period, amount, credits, expiresAt } = granted;
  await call.ledger.executeOrThrow([
    {
      type: 'grant-lot',
      accountId: grantee.account_id,
      amount,
      kind: 'grant',
      contra: 'grants',
      funding: 'granted',
      priority: GRANT_PRIORITY,
      // The credits tell an upgrade within the period from the grant itself.
      key: `grant:${period.start.toString()}:${credits}`,
      actor: call.context.actor,
      details: { tier: grantee.tier, periodStart: period.start.toString(), periodEnd: period.end.toString() },
      ...(expiresAt === null ? {} : { expiresAt }),
    },
  ]);
}

async function saveGrant(
  call: BillingCall,
  { user_id, tier, price_id }: Grantee,
  granted: Granted & { readonly earlier: GrantsTable | undefined },
): Promise<void> {
  const { period, credits, amount, expiresAt, earlier } = granted;
  const tables = billingTables(call.trx);
  if (earlier === undefined) {
    await tables
      .insertInto('carryover_billing_grants')
      .values({
        user_id,
        starts_at: period.start,
        ends_at: period.end,
        tier,
        price_id,
        credits,
        used: 0n,
        exceeded: 0n,
        granted: amount,
        origin: 'granted',
        granted_at: call.recordedAt,
        expires_at: expiresAt,
      })
      .execute();
    return;
  }
  const due = credits - earlier.credits;
  await tables
    .updateTable('carryover_billing_grants')
    .set({
      tier,
      price_id,
      credits,
      exceeded: earlier.exceeded > due ? earlier.exceeded - due : 0n,
      granted: earlier.granted + amount,
    })
    .where('user_id', '=', user_id)
    .where('starts_at', '=', period.start)
    .execute();
}
