import type { SystemDescriptor } from '../../cutover/descriptor.ts';
import { billingAccounts, billingUnits } from './accounts.ts';
import { billingCopies } from './copies.ts';
import { billingExpected } from './expected.ts';
import { billingFacts } from './facts.ts';
import { balanceFindings } from './findings/balance-findings.ts';
import { grantFindings } from './findings/grant-findings.ts';
import { purchaseFindings } from './findings/purchase-findings.ts';
import { subscriptionFindings } from './findings/subscription-findings.ts';
import { billingHistory, billingLots } from './history.ts';
import { billingInvariants } from './invariants.ts';
import { billingLegacy, billingWalk } from './legacy.ts';
import { billingCaptured } from './live/captured.ts';
import { billingCarryBack } from './live/carry-back.ts';
import { createTold } from './live/create-told.ts';
import { billingPolicySchema, type BillingPolicy } from './policy.ts';
import { billingRollbackLimits } from './rollback-limits.ts';
import { createBilling } from './schema.ts';
import { billingShared } from './shared-rows.ts';
import { billingViews } from './views.ts';

/** Billing: credits in dollars that are granted by the month, bought in packages and used up, from the tables of a SaaS. */
export const billingSystem: SystemDescriptor<BillingPolicy> = {
  name: 'billing',
  title: 'Credits of a SaaS: granted by tier each month, bought, used, adjusted and refunded',
  policySchema: billingPolicySchema,
  units: billingUnits,
  legacy: billingLegacy,
  walk: billingWalk,
  schemaMigrations: [createBilling, createTold],
  shared: billingShared,
  accounts: billingAccounts,
  history: billingHistory,
  expected: billingExpected,
  lots: billingLots,
  facts: billingFacts,
  copies: billingCopies,
  findings: [...balanceFindings, ...grantFindings, ...subscriptionFindings, ...purchaseFindings],
  invariants: billingInvariants,
  rollbackLimits: billingRollbackLimits,
  views: billingViews,
  live: { captured: billingCaptured, carryBack: billingCarryBack },
};
