/** One plan: what a month owes, the sessions it buys, and what was received for it so far. Amounts in minor units, never negative. */
export interface PlanMonth {
  readonly plan: string;
  readonly due: bigint;
  readonly sessions: bigint;
  readonly received: bigint;
}

/** What an enrolment's payments have bought: whole sessions, and money kept because it buys no whole session or exceeds what was due. */
export interface PlanTotals {
  readonly sessions: bigint;
  readonly money: bigint;
}

/**
 * Sessions and money from all plans of one enrolment. Of each plan at most its due counts; the rest is kept as money (T-02).
 * Plans of one price (same due, same sessions) are summed before the one floor (T-06): `floor(counted * sessions / due)`;
 * what those whole sessions cost, rounded up, is used, the remainder is money. A plan that owes nothing gives its sessions
 * free and keeps what was received as money (T-01). Order does not matter, so any two computations agree.
 */
export function planTotals(plans: readonly PlanMonth[]): PlanTotals {
  const countedByPrice = new Map<string, { due: bigint; sessions: bigint; counted: bigint }>();
  let totals: PlanTotals = { sessions: 0n, money: 0n };
  for (const plan of plans) {
    if (plan.due === 0n) {
      totals = { sessions: totals.sessions + plan.sessions, money: totals.money + plan.received };
      continue;
    }
    const counted = plan.received < plan.due ? plan.received : plan.due;
    const price = `${plan.due}/${plan.sessions}`;
    const sum = countedByPrice.get(price) ?? { due: plan.due, sessions: plan.sessions, counted: 0n };
    countedByPrice.set(price, { ...sum, counted: sum.counted + counted });
    totals = { ...totals, money: totals.money + plan.received - counted };
  }
  for (const { due, sessions, counted } of countedByPrice.values()) {
    const whole = (counted * sessions) / due;
    const cost = (whole * due + sessions - 1n) / (sessions === 0n ? 1n : sessions);
    totals = { sessions: totals.sessions + whole, money: totals.money + counted - (sessions === 0n ? 0n : cost) };
  }
  return totals;
}
