import type { Route } from '../../http/route.ts';
import type { AnyOperation } from '../operation.ts';
import { operationRoute, type OperationAddress, type SystemScope } from '../operation-route.ts';
import { adjustCredits } from './operations/adjust-credits.ts';
import { alerts } from './operations/alerts.ts';
import { authorize } from './operations/authorize.ts';
import { availableModels } from './operations/available-models.ts';
import { balance } from './operations/balance.ts';
import { bulkGrant } from './operations/bulk-grant.ts';
import { check } from './operations/check.ts';
import { creditBalance } from './operations/credit-balance.ts';
import { decideAdjustment } from './operations/decide-adjustment.ts';
import { deduct } from './operations/deduct.ts';
import { failPurchase } from './operations/fail-purchase.ts';
import { grantCredits } from './operations/grant-credits.ts';
import { listAdjustments } from './operations/list-adjustments.ts';
import { openUser } from './operations/open-user.ts';
import { projectLimits } from './operations/project-limits.ts';
import { recordRefund } from './operations/record-refund.ts';
import { refundCredits } from './operations/refund-credits.ts';
import { refundMoney } from './operations/refund-money.ts';
import { release } from './operations/release.ts';
import { resolveRefund } from './operations/resolve-refund.ts';
import { searchUsers } from './operations/search-users.ts';
import { setTopUpRule } from './operations/set-top-up-rule.ts';
import { settlePurchase } from './operations/settle-purchase.ts';
import { settle } from './operations/settle.ts';
import { startPurchase } from './operations/start-purchase.ts';
import { subscriptionCommitment } from './operations/subscription-commitment.ts';
import { summary } from './operations/summary.ts';
import { syncSubscription } from './operations/sync-subscription.ts';
import { transactions } from './operations/transactions.ts';
import { useCredits } from './operations/use-credits.ts';
import { usageHistory } from './operations/usage-history.ts';
import type { BillingPolicy } from './policy.ts';

const OLD = '/api/billing';
const USERS = '/api/billing/v2';
const STAFF = '/api/admin/billing';

/**
 * The addresses of billing: those that the application's callers know already, in the names they know (snake_case, amounts as numbers or
 * decimal texts), and in the same style those that are new.
 */
export const billingRoutes: readonly Route<SystemScope>[] = [
  // For callers that do not know of the ledger: whoever decides at that moment answers, with amounts as the numbers they have always been.
  at(creditBalance, `${OLD}/check`, { name: 'billing.old-check', method: 'POST', answersNumbers: true }),
  // The page that the application serves asks by GET, its server by POST.
  at(creditBalance, `${OLD}/check`, { name: 'billing.old-check-read', answersNumbers: true }),
  at(creditBalance, `${OLD}/check-status`, { name: 'billing.old-check-status', answersNumbers: true }),
  at(creditBalance, `${OLD}/credit-balance`, { answersNumbers: true }),
  at(useCredits, `${OLD}/use-credits`, { aliases: { amount: 'amountDollars' }, answersNumbers: true }),
  at(check, `${USERS}/check`, { method: 'POST' }),
  at(check, `${USERS}/check`, { name: 'billing.check-read' }),
  at(check, `${USERS}/check-status`, { name: 'billing.check-status' }),
  at(deduct, `${USERS}/deduct`),
  at(authorize, `${USERS}/authorize`),
  at(settle, `${USERS}/settle`),
  at(release, `${USERS}/release`),
  at(balance, `${USERS}/balance`),
  at(summary, `${USERS}/subscription`, { name: 'billing.subscription' }),
  at(transactions, `${USERS}/transactions`),
  at(usageHistory, `${USERS}/usage-history`),
  at(availableModels, `${USERS}/available-models`),
  at(projectLimits, `${USERS}/project-limits`),
  at(subscriptionCommitment, `${USERS}/subscription-commitment/:subscriptionId`),
  at(setTopUpRule, `${USERS}/top-up-rule`),
  at(startPurchase, `${USERS}/purchases`),
  at(settlePurchase, `${USERS}/purchases/settle`),
  at(failPurchase, `${USERS}/purchases/fail`),
  at(syncSubscription, `${USERS}/sync-subscription`),
  at(recordRefund, `${USERS}/refunds/record`),
  at(adjustCredits, `${STAFF}/credits/adjust`),
  at(grantCredits, `${STAFF}/credits/grant`),
  at(bulkGrant, `${STAFF}/credits/grant-bulk`),
  at(listAdjustments, `${STAFF}/adjustments`),
  at(decideAdjustment, `${STAFF}/adjustments/decide`),
  at(refundCredits, `${STAFF}/refunds/credits`),
  at(refundMoney, `${STAFF}/refunds/money`),
  at(resolveRefund, `${STAFF}/refunds/:refundId/resolve`),
  at(searchUsers, `${STAFF}/user/search`, { method: 'POST' }),
  at(openUser, `${STAFF}/user/:userId/open`),
  at(summary, `${STAFF}/user/:userId/summary`),
  at(transactions, `${STAFF}/user/:userId/transactions`, { name: 'billing.user-transactions' }),
  at(usageHistory, `${STAFF}/user/:userId/usage-history`, { name: 'billing.user-usage-history' }),
  at(alerts, `${STAFF}/alerts`),
];

function at(
  operation: AnyOperation<BillingPolicy>,
  path: string,
  more: Partial<OperationAddress> = {},
): Route<SystemScope> {
  return operationRoute(operation, { system: 'billing', path, isSeedStyle: true, ...more });
}
