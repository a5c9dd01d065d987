import type { SharedRows } from '../../cutover/descriptor.ts';
import { balanceRows } from './legacy-balances.ts';
import { grantColumns, grantRows } from './legacy-grants.ts';
import { purchaseRows } from './legacy-purchases.ts';
import { subscriptionRows } from './legacy-subscriptions.ts';
import { usageRows } from './legacy-usage.ts';
import type { BillingPolicy } from './policy.ts';

/** What findings, the history, copies and invariants begin from. The expected balances begin from the tables alone, since they must share none of it. */
export const billingShared: readonly SharedRows<BillingPolicy>[] = [
  { name: 'purchases', rows: purchaseRows },
  { name: 'usage', rows: usageRows },
  { name: 'subscriptions', rows: subscriptionRows },
  { name: 'grants', rows: grantRows, staged: grantColumns },
  { name: 'balances', rows: balanceRows },
];
