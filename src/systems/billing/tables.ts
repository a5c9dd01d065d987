import type { Generated } from 'kysely';
import type { Instant } from '../../base/instant.ts';

/** The billing system's own tables. Balances are never here: they are accounts of the ledger. Amounts are micro-dollars. */
export interface BillingTables {
  carryover_billing_users: UsersTable;
  carryover_billing_purchases: PurchasesTable;
  carryover_billing_refunds: RefundsTable;
  carryover_billing_grants: GrantsTable;
  carryover_billing_attempts: AttemptsTable;
  carryover_billing_adjustments: AdjustmentsTable;
  carryover_billing_topup_rules: TopUpRulesTable;
  carryover_billing_staff: StaffTable;
  carryover_billing_requests: RequestsTable;
}

/** Somebody with credits: the tier, and when the next grant is due. */
export interface UsersTable {
  user_id: string;
  account_id: bigint;
  tier: string;
  price_id: string | null;
  /** 1 where the subscription is paid by the year; its credits come by the month all the same (U-21). */
  yearly: bigint;
  subscription_id: string | null;
  subscription_status: string | null;
  /** When it began, from which a commitment is counted; null where nobody has said. */
  subscription_created_at: Instant | null;
  /** Until when the tier is paid for; null for the free tier. */
  subscription_ends_at: Instant | null;
  /** The instant from which grant periods are counted, with its original day of the month. */
  anchor_at: Instant;
  next_grant_at: Instant;
  /** What usage has cost below a micro-dollar, in parts of `REMAINDER_PARTS` (U-19). */
  usage_remainder: bigint;
}

/** Credits that were bought, or are being bought. */
export interface PurchasesTable {
  id: Generated<bigint>;
  /** The name of the legacy fact, `credit_purchases:7`, or `purchase:` and the key of the call that began it. */
  purchase_key: string;
  user_id: string;
  origin: 'carried' | 'bought' | 'top-up';
  amount: bigint;
  /** `withdrawn` where legacy no longer has the purchase that was carried. */
  status: 'pending' | 'settled' | 'failed' | 'refunded' | 'withdrawn';
  /** By which a payment finds its purchase: the provider's payment, or the checkout it came from (U-25). */
  payment_reference: string | null;
  checkout_reference: string | null;
  /** Money given back so far. */
  refunded: bigint;
  failure: string | null;
  /** The ledger key of the entry that settled it here; null for one that was carried as settled. */
  entry_key: string | null;
  started_at: Instant;
  settled_at: Instant | null;
  /** When the bought credits expire; null for never. */
  expires_at: Instant | null;
}

/** Credits or money given back, with the one outcome it had (U-30). */
export interface RefundsTable {
  id: Generated<bigint>;
  refund_key: string;
  user_id: string;
  /** Null for credits given back. */
  purchase_id: bigint | null;
  kind: 'credits' | 'money';
  /** Of credits given, or of money returned. */
  amount: bigint;
  /** Taken back for money; 0 for credits. */
  credits_taken: bigint;
  /** What could not be taken back because it was spent, and policy forgives. */
  credits_forgiven: bigint;
  status: 'recorded' | 'pending' | 'succeeded' | 'failed';
  provider_reference: string | null;
  reason: string;
  actor: string;
  refunded_at: Instant;
  resolved_at: Instant | null;
}

/** What a grant period gave: one row per user and period, which is why a grant that is asked for twice comes once (U-21, U-23). */
export interface GrantsTable {
  user_id: string;
  starts_at: Instant;
  ends_at: Instant;
  tier: string;
  price_id: string | null;
  /** What the tier gives for a period. */
  credits: bigint;
  /** What of it was used up before it was carried (U-07), and what went beyond it. */
  used: bigint;
  exceeded: bigint;
  /** What came onto the account. */
  granted: bigint;
  origin: 'carried' | 'granted';
  granted_at: Instant;
  expires_at: Instant | null;
}

/** A deduction or authorization that was refused, which an alert can count (U-29). */
export interface AttemptsTable {
  id: Generated<bigint>;
  user_id: string;
  operation: string;
  source_id: string;
  amount: bigint;
  available: bigint;
  code: string;
  actor: string;
  attempted_at: Instant;
}

/** Credits that staff gave or took, or wants to: above the limit another person approves (U-33). */
export interface AdjustmentsTable {
  id: Generated<bigint>;
  adjustment_key: string;
  /** The bulk grant it was part of. */
  batch: string | null;
  user_id: string;
  kind: 'adjustment' | 'grant' | 'refund';
  amount: bigint;
  status: 'applied' | 'pending' | 'rejected';
  reason: string;
  requested_by: string;
  requested_role: string;
  requested_at: Instant;
  decided_by: string | null;
  decided_at: Instant | null;
  /** When the credits expire; null for never. */
  expires_at: Instant | null;
}

/** When somebody's credits are topped up by themselves. */
export interface TopUpRulesTable {
  user_id: string;
  enabled: bigint;
  /** Bought when less than this is available. */
  threshold: bigint;
  /** What is bought. */
  amount: bigint;
  /** At most so much in a calendar month (UTC), and so often on a day. */
  month_max: bigint;
  day_count_max: bigint;
  set_by: string;
  set_at: Instant;
}

/** One row per person of staff, locked while what they did within the window is summed, so that two calls at once do not both pass. */
export interface StaffTable {
  actor: string;
  acted_at: Instant;
}

/** What an operation answered under a key, so that the same call again is answered the same and done once. */
export interface RequestsTable {
  idempotency_key: string;
  operation: string;
  content_hash: bigint;
  /** JSON text; null only inside the transaction that is still at work. */
  result: string | null;
  made_at: Instant;
}
