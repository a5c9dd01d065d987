import type { AnyOperation } from '../../operation.ts';
import type { BillingPolicy } from '../policy.ts';
import { adjustCredits } from './adjust-credits.ts';
import { alerts } from './alerts.ts';
import { authorize } from './authorize.ts';
import { availableModels } from './available-models.ts';
import { balance } from './balance.ts';
import { bulkGrant } from './bulk-grant.ts';
import { check } from './check.ts';
import { creditBalance } from './credit-balance.ts';
import { decideAdjustment } from './decide-adjustment.ts';
import { deduct } from './deduct.ts';
import { failPurchase } from './fail-purchase.ts';
import { grantCredits } from './grant-credits.ts';
import { listAdjustments } from './list-adjustments.ts';
import { openUser } from './open-user.ts';
import { projectLimits } from './project-limits.ts';
import { recordRefund } from './record-refund.ts';
import { refundCredits } from './refund-credits.ts';
import { refundMoney } from './refund-money.ts';
import { release } from './release.ts';
import { resolveRefund } from './resolve-refund.ts';
import { searchUsers } from './search-users.ts';
import { setTopUpRule } from './set-top-up-rule.ts';
import { settlePurchase } from './settle-purchase.ts';
import { settle } from './settle.ts';
import { startPurchase } from './start-purchase.ts';
import { subscriptionCommitment } from './subscription-commitment.ts';
import { summary } from './summary.ts';
import { syncSubscription } from './sync-subscription.ts';
import { transactions } from './transactions.ts';
import { useCredits } from './use-credits.ts';
import { usageHistory } from './usage-history.ts';

/** What staff and apps can do with credits, in the order in which help lists it. */
export const billingOperations: readonly AnyOperation<BillingPolicy>[] = [
  check,
  authorize,
  settle,
  release,
  deduct,
  openUser,
  syncSubscription,
  startPurchase,
  settlePurchase,
  failPurchase,
  adjustCredits,
  grantCredits,
  bulkGrant,
  decideAdjustment,
  refundCredits,
  refundMoney,
  resolveRefund,
  recordRefund,
  setTopUpRule,
  balance,
  summary,
  transactions,
  usageHistory,
  availableModels,
  projectLimits,
  subscriptionCommitment,
  creditBalance,
  useCredits,
  searchUsers,
  listAdjustments,
  alerts,
];
