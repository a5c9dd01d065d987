import { planTotals, type PlanMonth, type PlanTotals } from '../plan-months.ts';
import type { TuitionPolicy } from '../policy.ts';

/** A plan with the calendar month it belongs to. */
export interface Plan extends PlanMonth {
  readonly month: string;
}

/** The plan of money that belongs to no month: it owes nothing and buys nothing, so all that it received is kept. */
export const KEPT_PLAN = 'kept';

/**
 * What the plans have bought, by the same rule as the migration's. Where policy gives nothing for a free month, its sessions
 * do not count.
 */
export function bookTotals(plans: readonly Plan[], { freeMonths }: Pick<TuitionPolicy, 'freeMonths'>): PlanTotals {
  if (freeMonths === 'grant-plan') return planTotals(plans);
  return planTotals(plans.map((plan) => (plan.due === 0n ? { ...plan, sessions: 0n } : plan)));
}

/** The plans after an amount was received for one of them at its price; it is added where it is not there yet. */
export function receive(plans: readonly Plan[], target: Omit<Plan, 'received'>, amount: bigint): readonly Plan[] {
  const { plan: name, month, due, sessions } = target;
  const known = plans.find(({ plan }) => plan === name);
  const after = { plan: name, month, due, sessions, received: (known?.received ?? 0n) + amount };
  return known === undefined ? [...plans, after] : plans.map((plan) => (plan === known ? after : plan));
}

/**
 * The plans after an amount was given back. It comes from the named plans first, then from money that bought nothing, then from
 * the newest months, so that as few sessions as possible are taken back. Undefined where less was received in all.
 */
export function giveBack(
  plans: readonly Plan[],
  first: readonly string[],
  amount: bigint,
): readonly Plan[] | undefined {
  return take(plans, amount, [
    (plan) => (first.includes(plan.plan) ? plan.received : 0n),
    surplusOf,
    (plan) => plan.received,
  ]);
}

/**
 * The plans after kept money was taken out to be spent: what belongs to no month, then what exceeds a month's due, then
 * remainders that buy no whole session. No session is lost by it. Undefined where less is kept.
 */
export function spendKept(plans: readonly Plan[], amount: bigint): readonly Plan[] | undefined {
  const withoutSurplus = take(plans, amount, [surplusOf]);
  if (withoutSurplus !== undefined) return withoutSurplus;
  const surplus = plans.reduce((sum, plan) => sum + surplusOf(plan), 0n);
  const bare = take(plans, surplus, [surplusOf]) ?? plans;
  return takeRemainders(bare, amount - surplus);
}

/** The plans that one list has and the other has not, or has with another amount. */
export function changedPlans(before: readonly Plan[], after: readonly Plan[]): readonly Plan[] {
  return after.filter((plan) => before.find((old) => old.plan === plan.plan)?.received !== plan.received);
}

function surplusOf({ received, due }: Plan): bigint {
  return received > due ? received - due : 0n;
}

/** Newest months first, and of one month the later plan first, so that what is given back does not depend on the order of rows. */
function newestFirst(one: Plan, other: Plan): number {
  if (one.month !== other.month) return one.month > other.month ? -1 : 1;
  return one.plan > other.plan ? -1 : 1;
}

function take(
  plans: readonly Plan[],
  amount: bigint,
  offers: readonly ((plan: Plan) => bigint)[],
): readonly Plan[] | undefined {
  let left = amount;
  let after = plans;
  for (const offer of offers) {
    for (const { plan: name } of plans.toSorted(newestFirst)) {
      const plan = after.find((each) => each.plan === name) as Plan;
      const taken = smaller(offer(plan), left);
      if (taken > 0n) after = change(after, name, -taken);
      left -= taken;
    }
  }
  return left === 0n ? after : undefined;
}

/** Plans of one price share one remainder, so it is computed anew after each of them gave of it. */
function takeRemainders(plans: readonly Plan[], amount: bigint): readonly Plan[] | undefined {
  let left = amount;
  let after = plans;
  for (const { plan: name } of plans.toSorted(newestFirst)) {
    const plan = after.find((each) => each.plan === name) as Plan;
    if (plan.due === 0n) continue;
    const samePrice = after.filter(({ due, sessions }) => due === plan.due && sessions === plan.sessions);
    const taken = smaller(smaller(planTotals(samePrice).money, plan.received), left);
    if (taken > 0n) after = change(after, name, -taken);
    left -= taken;
  }
  return left === 0n ? after : undefined;
}

function change(plans: readonly Plan[], name: string, amount: bigint): readonly Plan[] {
  return plans.map((plan) => (plan.plan === name ? { ...plan, received: plan.received + amount } : plan));
}

function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
