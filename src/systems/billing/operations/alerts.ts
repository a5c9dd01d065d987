import { sql, type RawBuilder } from 'kysely';
import type { TSchema } from 'typebox';
import type { Instant } from '../../../base/instant.ts';
import type { Handle } from '../../../sql/engine.ts';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import type { BillingPolicy } from '../policy.ts';
import { runRead, type BillingContext } from '../writes/billing-call.ts';

const HOUR_MS = 3_600_000;

/** Over which time. */
export interface AlertsInput {
  readonly hours?: number;
}

/** What somebody should look at. Each number can rise above zero, unlike those the seed's document counts (U-29). */
export interface Alerts {
  /** Charges and authorizations that were refused in these hours. */
  readonly failedDeductions: number;
  /** Accounts below zero: debts that were carried, or refunds of money whose credits were spent. */
  readonly negativeBalances: number;
  /** Grants that should have come by now. */
  readonly overdueGrants: number;
  /** Purchases that nobody has paid for longer than policy waits. */
  readonly stalePurchases: number;
  /** Refunds of money that failed in these hours, and those nobody has resolved for a day. */
  readonly failedRefunds: number;
  readonly unresolvedRefunds: number;
  /** Adjustments that wait for a second person, and how often staff moved credits in these hours. */
  readonly pendingAdjustments: number;
  readonly staffActions: number;
}

const alertsSchema: TSchema = answer.answerOf<Alerts>({
  failedDeductions: answer.count('Charges and authorizations that were refused in these hours'),
  negativeBalances: answer.count('Accounts below zero'),
  overdueGrants: answer.count('Grants that should have come by now'),
  stalePurchases: answer.count('Purchases that nobody has paid for longer than policy waits'),
  failedRefunds: answer.count('Refunds of money that failed in these hours'),
  unresolvedRefunds: answer.count('Refunds of money that nobody has resolved for a day'),
  pendingAdjustments: answer.count('Adjustments that wait for a second person'),
  staffActions: answer.count('How often staff moved credits in these hours'),
});

/** Counts what somebody should look at. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`. */
export const alerts: Operation<BillingPolicy, AlertsInput, Alerts> = defineOperation({
  name: 'alerts',
  title: 'Count what somebody should look at: failed deductions, debts, overdue grants',
  input: field.inputOf({ hours: field.optional(field.hours('Over so many hours; else one')) }),
  writes: false,
  access: { roles: ['server', ...STAFF] },
  answer: alertsSchema,
  errors: [],
  run: (context, input) =>
    runRead(context, (handle, now) => countAll(context, handle, { now, hours: input.hours ?? 1 })),
});

async function countAll(
  { database, policy }: BillingContext,
  handle: Handle,
  { now, hours }: { readonly now: Instant; readonly hours: number },
): Promise<Alerts> {
  const { instant } = database.dialect.expressions;
  const table = (name: string): RawBuilder<unknown> => sql.table(`carryover_billing_${name}`);
  const since = instant(now.plusMillis(-hours * HOUR_MS));
  const aDayAgo = instant(now.plusMillis(-24 * HOUR_MS));
  const givenUp = instant(now.plusMillis(-policy.purchases.pendingHours * HOUR_MS));
  const accounts = sql.table('carryover_accounts');
  const counts: Readonly<Record<keyof Alerts, RawBuilder<unknown>>> = {
    failedDeductions: sql`${table('attempts')} t where t.attempted_at > ${since}`,
    negativeBalances: sql`${accounts} t where t.system_name = 'billing' and t.balance < 0`,
    overdueGrants: sql`${table('users')} t join ${accounts} a on a.id = t.account_id
      where t.next_grant_at <= ${instant(now)} and a.authority = 'ledger' and a.status = 'open'`,
    stalePurchases: sql`${table('purchases')} t where t.status = 'pending' and t.started_at <= ${givenUp}`,
    failedRefunds: sql`${table('refunds')} t where t.status = 'failed' and t.resolved_at > ${since}`,
    unresolvedRefunds: sql`${table('refunds')} t where t.status = 'pending' and t.refunded_at <= ${aDayAgo}`,
    pendingAdjustments: sql`${table('adjustments')} t where t.status = 'pending'`,
    staffActions: sql`${table('adjustments')} t where t.requested_at > ${since}`,
  };
  const columns = Object.entries(counts).map(([name, from]) => sql`(select count(*) from ${from}) as ${sql.ref(name)}`);
  const { rows } = await sql<Record<keyof Alerts, bigint>>`select ${sql.join(columns)}`.execute(handle);
  const [row] = rows;
  if (row === undefined) throw new Error('A count gave no row.');
  const entries = Object.keys(counts).map((name) => [name, Number(row[name as keyof Alerts])]);
  return Object.fromEntries(entries) as Record<keyof Alerts, number>;
}
