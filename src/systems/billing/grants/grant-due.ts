import { sql } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import { monthStart, periodAt } from '../calendar/grant-periods.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { loadUser, type UserFacts } from '../queries/load-user.ts';
import type { UsersTable } from '../tables.ts';
import { runStep, type BillingCall, type BillingContext } from '../writes/billing-call.ts';
import { updateUser } from '../writes/lock-user.ts';
import { grantPeriod, type Grantee } from './grant-period.ts';

const DAY_MS = 86_400_000;
/** Users looked up at once. Each is granted in a transaction of its own, so that one who is locked keeps no other waiting. */
const USERS_PER_PAGE = 500;
/** Periods caught up with at once: two years. */
const PERIODS_MAX = 24;

/** What a run of the job did. */
export interface GrantRun {
  /** Users for whom a period was due, and who got something. */
  readonly due: number;
  readonly granted: number;
  /** In all, a decimal text of dollars. */
  readonly amount: string;
  /** Users whose account takes no credit (frozen, closed): tried again by the next run. */
  readonly failed: readonly { readonly userId: string; readonly reason: string }[];
}

/**
 * Grants every period that has begun and was not granted: the one scheduler of all tiers, monthly or yearly (U-20, U-21). Twice, late, or by two processes at once changes nothing, since each
 * period is granted under its own name. Whoever's subscription has ended is free from then on. Users under legacy authority are left alone.
 */
export async function grantDue(context: BillingContext): Promise<GrantRun> {
  const now = context.now ?? (await context.database.dialect.statements.serverNow(context.database.handle));
  const failed: { userId: string; reason: string }[] = [];
  let [due, granted, amount, after] = [0, 0, 0n, ''];
  for (;;) {
    const page = await dueUsers(context, { now, after });
    for (const userId of page) {
      const given = await grantOne(context, userId, now).catch((error: unknown) => {
        if (context.database.classify(error) !== undefined) throw error;
        failed.push({ userId, reason: error instanceof Error ? error.message : 'unknown' });
        return undefined;
      });
      due += 1;
      granted += (given ?? 0n) > 0n ? 1 : 0;
      amount += given ?? 0n;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < USERS_PER_PAGE) return { due, granted, amount: dollars(amount), failed };
    after = last;
  }
}

async function dueUsers(
  { database }: BillingContext,
  { now, after }: { readonly now: Instant; readonly after: string },
): Promise<readonly string[]> {
  const { instant } = database.dialect.expressions;
  const { rows } = await sql<{ user_id: string }>`
    select u.user_id from ${sql.table('carryover_billing_users')} u join ${sql.table('carryover_accounts')} a on a.id = u.account_id
    where u.next_grant_at <= ${instant(now)} and a.authority = 'ledger' and a.status <> 'closed' and u.user_id > ${after}
    order by u.user_id limit ${sql.lit(USERS_PER_PAGE)}`.execute(database.handle);
  return rows.map(({ user_id: userId }) => userId);
}

function grantOne(context: BillingContext, userId: string, now: Instant): Promise<bigint> {
  return runStep(context, 'grants', async (call) => {
    const { accountId } = await loadUser(context.database, call.trx, userId);
    await call.ledger.lock([accountId]);
    const user = await loadUser(context.database, call.trx, userId);
    return user.authority === 'legacy' ? 0n : grantBegunPeriods(call, user, now);
  });
}

/**
 * Grants, to a user whose account is locked, the periods that have begun since the last grant, and sets when the next is due. A subscription that has ended makes the user free, with the free
 * tier's own periods, from the period in which that was noticed.
 */
export async function grantBegunPeriods(call: BillingCall, user: UserFacts, now: Instant): Promise<bigint> {
  const { policy } = call.context;
  const row = standingAt(user.row, policy, now);
  const changed = row.tier !== user.row.tier;
  let next = changed ? periodAt(row.anchor_at, now).start : row.next_grant_at;
  let amount = 0n;
  for (let periods = 0; periods < PERIODS_MAX && !now.isBefore(next) && isPaidAt(row, policy, next); periods += 1) {
    const period = periodAt(row.anchor_at, next);
    amount += await grantPeriod(call, row, period);
    next = period.end;
  }
  const { tier, price_id, yearly, anchor_at } = row;
  await updateUser(call, user.userId, { tier, price_id, yearly, anchor_at, next_grant_at: next });
  return amount;
}

/** The user's row as policy has it at an instant: free once the paid time, with the days forgiven, is over (U-08). */
export function standingAt(row: UsersTable, policy: BillingPolicy, now: Instant): UsersTable & Grantee {
  const { endedStatuses, graceDays } = policy.entitlement;
  const endsAt = row.subscription_ends_at;
  if (endsAt === null || row.tier === policy.freeTier) return row;
  const forgivenMs = endedStatuses.includes(row.subscription_status ?? '') ? 0 : graceDays * DAY_MS;
  if (now.isBefore(endsAt.plusMillis(forgivenMs))) return row;
  return { ...row, tier: policy.freeTier, price_id: null, yearly: 0n, anchor_at: freeAnchor(policy, row, now) };
}

/** In the days in which a renewal may still be told the tier is kept, but nothing is granted for a period that nobody has paid yet. */
function isPaidAt(row: UsersTable, { freeTier }: BillingPolicy, at: Instant): boolean {
  return row.tier === freeTier || row.subscription_ends_at === null || at.isBefore(row.subscription_ends_at);
}

/** From where free periods are counted. */
export function freeAnchor(
  { freePeriods }: Pick<BillingPolicy, 'freePeriods'>,
  openedAt: { readonly anchor_at: Instant },
  now: Instant,
): Instant {
  return freePeriods === 'calendar-month' ? monthStart(now) : openedAt.anchor_at;
}
