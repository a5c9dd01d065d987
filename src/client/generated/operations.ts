// Made from docs/openapi.json by "npm run generate"; changes here are lost.

/** What each operation takes and answers, by its name. */
export interface Operations {
  /** Give or take credits by hand, within the limits of the role. */
  'billing.adjust-credits': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id: string;
      /** Dollars to give, or to take where negative. */
      readonly amount: string | number;
      /** Why, for the audit. */
      readonly reason: string;
      /** When given credits expire; else never. */
      readonly expires_at?: string;
    };
    readonly answer: {
      /** The adjustment. */
      readonly adjustment_id: string;
      /** The user whose credits move. */
      readonly user_id: string;
      /** By which operation it was asked for. */
      readonly kind: 'adjustment' | 'grant' | 'refund';
      /** Dollars given; negative where taken. */
      readonly amount: string;
      /** Pending waits for a second person, and nothing has moved. */
      readonly status: 'applied' | 'pending' | 'rejected';
      /** The bulk grant it is part of. */
      readonly batch: string | null;
      /** Why. */
      readonly reason: string;
      /** Who asked for it, such as person:42. */
      readonly requested_by: string;
      /** When it was asked for, in UTC. */
      readonly requested_at: string;
      /** The second person, where one has decided. */
      readonly decided_by: string | null;
      /** When the credits expire; null for never, in UTC. */
      readonly expires_at: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'BILLING_OWN_CREDITS'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'BILLING_LIMIT_EXCEEDED'
      | 'BILLING_AMOUNT_TOO_LARGE'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Count what somebody should look at: failed deductions, debts, overdue grants. */
  'billing.alerts': {
    readonly params: undefined;
    readonly query: { readonly hours?: number };
    readonly body: undefined;
    readonly answer: {
      /** Charges and authorizations that were refused in these hours. */
      readonly failed_deductions: number;
      /** Accounts below zero. */
      readonly negative_balances: number;
      /** Grants that should have come by now. */
      readonly overdue_grants: number;
      /** Purchases that nobody has paid for longer than policy waits. */
      readonly stale_purchases: number;
      /** Refunds of money that failed in these hours. */
      readonly failed_refunds: number;
      /** Refunds of money that nobody has resolved for a day. */
      readonly unresolved_refunds: number;
      /** Adjustments that wait for a second person. */
      readonly pending_adjustments: number;
      /** How often staff moved credits in these hours. */
      readonly staff_actions: number;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Hold what work may cost before it begins. */
  'billing.authorize': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id: string;
      /** What is charged, such as a message; it is charged once. */
      readonly source_id: string;
      /** What the work may cost at most. */
      readonly amount: string | number;
    };
    readonly answer: {
      /** Refused holds nothing; replayed was held before. */
      readonly status: 'authorized' | 'replayed' | 'refused';
      /** Why it was refused. */
      readonly code: ('insufficient-credits' | 'settled-above-hold' | 'account-frozen') | null;
      /** Dollars that are held, or would have been. */
      readonly amount: string;
      /** When the amount is free again by itself; null where refused, in UTC. */
      readonly expires_at: string | null;
      /** Dollars that can be spent beside it. */
      readonly available: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'BILLING_SOURCE_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List the models, what they cost, and whether work with them may begin. */
  'billing.available-models': {
    readonly params: undefined;
    readonly query: { readonly user_id?: string };
    readonly body: undefined;
    readonly answer: {
      /** The user. */
      readonly user_id: string;
      /** The tier in force. */
      readonly tier: string;
      /** The version of the rate card in force, which usage is priced by. */
      readonly rate_card: string;
      /** What the prices of the provider were multiplied by. */
      readonly multiplier: string;
      /** Dollars that can be spent now. */
      readonly available: string;
      /** The least that must be available for work to begin. */
      readonly needed: string;
      /** Every model that the card prices, by name. */
      readonly models: readonly {
        /** The model, as usage names it. */
        readonly model: string;
        /** Dollars that a million tokens of input cost the user. */
        readonly input_per_million: string;
        /** Dollars that a million tokens of output cost the user. */
        readonly output_per_million: string;
        /** Whether the tier may use it. */
        readonly in_tier: boolean;
        /** Whether work with it may begin now. */
        readonly can_run: boolean;
      }[];
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Read where a user stands. */
  'billing.balance': {
    readonly params: undefined;
    readonly query: { readonly user_id?: string };
    readonly body: undefined;
    readonly answer: {
      /** The user. */
      readonly user_id: string;
      /** The tier by the policy. */
      readonly tier: string;
      /** Dollars on the account. */
      readonly balance: string;
      /** Dollars that open authorizations hold. */
      readonly held: string;
      /** Dollars that can be spent now. */
      readonly available: string;
      /** What of it expires some day. */
      readonly expiring: string;
      /** What of it never expires. */
      readonly lasting: string;
      /** Whether the next work may begin. */
      readonly can_run: boolean;
      /** Who decides the balance now. */
      readonly authority: 'legacy' | 'ledger';
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Give many users credits, each once, within a total. */
  'billing.bulk-grant': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The users. */
      readonly user_ids: readonly string[];
      /** Dollars for each. */
      readonly amount: string | number;
      /** Why, for the audit. */
      readonly reason: string;
      /** When the credits expire; else never. */
      readonly expires_at?: string;
    };
    readonly answer: {
      /** What decide-adjustment names it by, where it waits for a second person. */
      readonly batch: string;
      /** How many users were granted credits. */
      readonly granted: number;
      /** Dollars that were granted in all. */
      readonly total: string;
      /** What became of each, in the order in which they were named. */
      readonly items: readonly {
        /** The user. */
        readonly user_id: string;
        /** What became of this one. */
        readonly status: 'granted' | 'pending' | 'duplicate' | 'refused';
        /** Why it was refused. */
        readonly code: ('unknown-user' | 'legacy-authority' | 'closed' | 'frozen' | 'own-credits') | null;
      }[];
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_KEY_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'BILLING_LIMIT_EXCEEDED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Let a subscription end with the period that is paid for. */
  'billing.cancel-subscription': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id?: string;
    };
    readonly answer: {
      readonly subscription_id: string;
      readonly status: string;
      /** Whether it ends with its period, rather than going on. */
      readonly cancels_at_period_end: boolean;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'PAYMENTS_DECLINED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_UNKNOWN'
      | 'PAYMENTS_OBJECT_UNKNOWN'
      | 'BILLING_COMMITMENT_RUNNING'
      | 'PAYMENTS_NOT_CONFIGURED'
      | 'PAYMENTS_KEY_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'PAYMENTS_REQUEST_REFUSED'
      | 'PAYMENTS_PROVIDER_UNAVAILABLE'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Say whether work may begin, without reserving anything. */
  'billing.check': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id?: string;
      /** What the work may cost; else the least that policy asks for. */
      readonly amount?: string | number;
    };
    readonly answer: {
      /** Whether the work may begin. */
      readonly can_run: boolean;
      /** Dollars that can be spent now. */
      readonly available: string;
      /** Dollars that are asked for. */
      readonly needed: string;
      /** Why it may not. */
      readonly code: ('insufficient-credits' | 'account-not-open') | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Say whether work may begin, without reserving anything. */
  'billing.check-read': {
    readonly params: undefined;
    readonly query: { readonly user_id?: string; readonly amount?: string | number };
    readonly body: undefined;
    readonly answer: {
      /** Whether the work may begin. */
      readonly can_run: boolean;
      /** Dollars that can be spent now. */
      readonly available: string;
      /** Dollars that are asked for. */
      readonly needed: string;
      /** Why it may not. */
      readonly code: ('insufficient-credits' | 'account-not-open') | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Say whether work may begin, without reserving anything. */
  'billing.check-status': {
    readonly params: undefined;
    readonly query: { readonly user_id?: string; readonly amount?: string | number };
    readonly body: undefined;
    readonly answer: {
      /** Whether the work may begin. */
      readonly can_run: boolean;
      /** Dollars that can be spent now. */
      readonly available: string;
      /** Dollars that are asked for. */
      readonly needed: string;
      /** Why it may not. */
      readonly code: ('insufficient-credits' | 'account-not-open') | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Begin a subscription on a page of the provider. */
  'billing.create-checkout-session': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id?: string;
      /** A price that a tier of the policy names. */
      readonly price_id: string;
    };
    readonly answer: {
      /** What the provider calls the session. */
      readonly checkout_id: string;
      /** The page to send the subscriber to. */
      readonly checkout_url: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'PAYMENTS_DECLINED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_UNKNOWN'
      | 'BILLING_USER_UNKNOWN'
      | 'PAYMENTS_OBJECT_UNKNOWN'
      | 'BILLING_STATE_CONFLICT'
      | 'PAYMENTS_NOT_CONFIGURED'
      | 'PAYMENTS_KEY_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'PAYMENTS_REQUEST_REFUSED'
      | 'PAYMENTS_PROVIDER_UNAVAILABLE'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Link to the page of the provider with invoices and cards; it is good for minutes. */
  'billing.create-portal-session': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id?: string;
    };
    readonly answer: {
      /** The page. */
      readonly url: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'PAYMENTS_DECLINED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'PAYMENTS_OBJECT_UNKNOWN'
      | 'PAYMENTS_NOT_CONFIGURED'
      | 'PAYMENTS_KEY_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'PAYMENTS_REQUEST_REFUSED'
      | 'PAYMENTS_PROVIDER_UNAVAILABLE'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Read a balance wherever it is decided now, as the old endpoint did. */
  'billing.credit-balance': {
    readonly params: undefined;
    readonly query: { readonly user_id?: string };
    readonly body: undefined;
    readonly answer: {
      /** Dollars that can be spent. */
      readonly balance_dollars: number;
      /** Dollars ever bought. */
      readonly total_purchased: number;
      /** Dollars ever used. */
      readonly total_used: number;
      /** Whether the next work may begin. */
      readonly can_run: boolean;
      /** Who decides the balance now. */
      readonly authority: 'legacy' | 'ledger';
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Approve or reject what another person has asked for. */
  'billing.decide-adjustment': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** One adjustment. */
      readonly adjustment_id?: string;
      /** All of a bulk grant. */
      readonly batch?: string;
      /** What you say. */
      readonly decision: 'approve' | 'reject';
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The adjustments as they are afterwards. */
      readonly adjustments: readonly {
        /** The adjustment. */
        readonly adjustment_id: string;
        /** The user whose credits move. */
        readonly user_id: string;
        /** By which operation it was asked for. */
        readonly kind: 'adjustment' | 'grant' | 'refund';
        /** Dollars given; negative where taken. */
        readonly amount: string;
        /** Pending waits for a second person, and nothing has moved. */
        readonly status: 'applied' | 'pending' | 'rejected';
        /** The bulk grant it is part of. */
        readonly batch: string | null;
        /** Why. */
        readonly reason: string;
        /** Who asked for it, such as person:42. */
        readonly requested_by: string;
        /** When it was asked for, in UTC. */
        readonly requested_at: string;
        /** The second person, where one has decided. */
        readonly decided_by: string | null;
        /** When the credits expire; null for never, in UTC. */
        readonly expires_at: string | null;
      }[];
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'BILLING_OWN_CREDITS'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'BILLING_STATE_CONFLICT'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'BILLING_LIMIT_EXCEEDED'
      | 'BILLING_AMOUNT_TOO_LARGE'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Take what work has cost, once per source. */
  'billing.deduct': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id: string;
      /** What is charged, such as a message; it is charged once. */
      readonly source_id: string;
      /** What it cost; this, or the usage. */
      readonly amount?: string | number;
      /** The model that was used. */
      readonly model?: string;
      /** Tokens read. */
      readonly input_tokens?: number;
      /** Tokens written. */
      readonly output_tokens?: number;
    };
    readonly answer: {
      /** Only charged has taken something by this call. */
      readonly status: 'charged' | 'replayed' | 'refused';
      /** Why it was refused. */
      readonly code: ('insufficient-credits' | 'settled-above-hold' | 'account-frozen') | null;
      /** Dollars that were charged, or would have been. */
      readonly amount: string;
      /** The version of the rate card in force. */
      readonly rate_card: string | null;
      /** Dollars on the account afterwards. */
      readonly balance: string;
      /** Dollars that can be spent afterwards. */
      readonly available: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'BILLING_SOURCE_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'BILLING_MODEL_UNKNOWN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'LEDGER_QUEUE_FULL'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Write down that the payment of a purchase failed. */
  'billing.fail-purchase': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The purchase. */
      readonly purchase_id?: string;
      /** The checkout session it came from. */
      readonly checkout_reference?: string;
      /** The payment. */
      readonly payment_reference?: string;
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The purchase. */
      readonly purchase_id: string;
      /** The user who buys. */
      readonly user_id: string;
      /** Where the purchase is. */
      readonly status: 'pending' | 'settled' | 'failed' | 'refunded' | 'withdrawn';
      /** Dollars of credit that are bought. */
      readonly amount: string;
      /** What of it went back. */
      readonly refunded: string;
      /** When it was paid; null until then, in UTC. */
      readonly settled_at: string | null;
      /** Dollars on the account. */
      readonly balance: string;
      /** Dollars that can be spent now. */
      readonly available: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'BILLING_STATE_CONFLICT'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Give a user credits, as a promotion or for goodwill, within the limits of the role. */
  'billing.grant-credits': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id: string;
      /** Dollars to give. */
      readonly amount: string | number;
      /** Why, for the audit. */
      readonly reason: string;
      /** When given credits expire; else never. */
      readonly expires_at?: string;
    };
    readonly answer: {
      /** The adjustment. */
      readonly adjustment_id: string;
      /** The user whose credits move. */
      readonly user_id: string;
      /** By which operation it was asked for. */
      readonly kind: 'adjustment' | 'grant' | 'refund';
      /** Dollars given; negative where taken. */
      readonly amount: string;
      /** Pending waits for a second person, and nothing has moved. */
      readonly status: 'applied' | 'pending' | 'rejected';
      /** The bulk grant it is part of. */
      readonly batch: string | null;
      /** Why. */
      readonly reason: string;
      /** Who asked for it, such as person:42. */
      readonly requested_by: string;
      /** When it was asked for, in UTC. */
      readonly requested_at: string;
      /** The second person, where one has decided. */
      readonly decided_by: string | null;
      /** When the credits expire; null for never, in UTC. */
      readonly expires_at: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'BILLING_OWN_CREDITS'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'BILLING_LIMIT_EXCEEDED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List what staff gave, took, or asked for, newest first. */
  'billing.list-adjustments': {
    readonly params: undefined;
    readonly query: {
      readonly user_id?: string;
      readonly status?: 'applied' | 'pending' | 'rejected';
      readonly after?: string;
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly answer: {
      /** The rows of this page. */
      readonly rows: readonly {
        /** The adjustment. */
        readonly adjustment_id: string;
        /** The user whose credits move. */
        readonly user_id: string;
        /** By which operation it was asked for. */
        readonly kind: 'adjustment' | 'grant' | 'refund';
        /** Dollars given; negative where taken. */
        readonly amount: string;
        /** Pending waits for a second person, and nothing has moved. */
        readonly status: 'applied' | 'pending' | 'rejected';
        /** The bulk grant it is part of. */
        readonly batch: string | null;
        /** Why. */
        readonly reason: string;
        /** Who asked for it, such as person:42. */
        readonly requested_by: string;
        /** When it was asked for, in UTC. */
        readonly requested_at: string;
        /** The second person, where one has decided. */
        readonly decided_by: string | null;
        /** When the credits expire; null for never, in UTC. */
        readonly expires_at: string | null;
      }[];
      /** Where the next page begins, to give as "after"; null after the last page. */
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Give the authority over one user to the ledger, or say what that would do. */
  'billing.migrate-user': {
    readonly params: { readonly userId: string };
    readonly query: undefined;
    readonly body: {
      /** True only says what would happen; it must be given. */
      readonly dry_run: boolean;
    };
    readonly answer: {
      /** The user. */
      readonly user_id: string;
      /** Blocked: a gate is closed; under way: it goes on, and the same request with its key says how it ended. */
      readonly status: 'would-migrate' | 'blocked' | 'migrated' | 'already-migrated' | 'under-way' | 'failed';
      /** Whether it was only looked at. */
      readonly dry_run: boolean;
      /** Who decides about the user now. */
      readonly authority: 'legacy' | 'ledger';
      /** Dollars that were bought. */
      readonly purchased: string;
      /** Dollars of them that were used. */
      readonly used: string;
      /** The one minus the other. */
      readonly old_balance: string;
      /** Dollars that are left of the running period's allowance. */
      readonly grant: string;
      /** Dollars on the account: the old balance and the grant. */
      readonly new_balance: string;
      /** What the row of the old application says, which its facts may contradict; null once it decides nothing. */
      readonly stored_balance: string | null;
      /** When the ledger began to decide; null before, or for a user opened here, in UTC. */
      readonly switched_at: string | null;
      /** What the accounts switched together are called. */
      readonly cohort: string | null;
      /** What must be so, and whether it is; empty where it was not only looked at. */
      readonly gates: readonly {
        /** What must be so. */
        readonly name: string;
        /** Whether it is. */
        readonly open: boolean;
        readonly reason: string | null;
        readonly next_step: string | null;
      }[];
      /** The address that says how it goes on or ended. */
      readonly outcome_at: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'TARGET_UNKNOWN'
      | 'CUTOVER_GATE_CLOSED'
      | 'CUTOVER_LEASE_HELD'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'CUTOVER_CAPTURE_BROKEN'
      | 'CUTOVER_SWITCH_HALTED'
      | 'CUTOVER_KEY_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Read a balance wherever it is decided now, as the old endpoint did. */
  'billing.old-check': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id?: string;
    };
    readonly answer: {
      /** Dollars that can be spent. */
      readonly balance_dollars: number;
      /** Dollars ever bought. */
      readonly total_purchased: number;
      /** Dollars ever used. */
      readonly total_used: number;
      /** Whether the next work may begin. */
      readonly can_run: boolean;
      /** Who decides the balance now. */
      readonly authority: 'legacy' | 'ledger';
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Read a balance wherever it is decided now, as the old endpoint did. */
  'billing.old-check-read': {
    readonly params: undefined;
    readonly query: { readonly user_id?: string };
    readonly body: undefined;
    readonly answer: {
      /** Dollars that can be spent. */
      readonly balance_dollars: number;
      /** Dollars ever bought. */
      readonly total_purchased: number;
      /** Dollars ever used. */
      readonly total_used: number;
      /** Whether the next work may begin. */
      readonly can_run: boolean;
      /** Who decides the balance now. */
      readonly authority: 'legacy' | 'ledger';
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Read a balance wherever it is decided now, as the old endpoint did. */
  'billing.old-check-status': {
    readonly params: undefined;
    readonly query: { readonly user_id?: string };
    readonly body: undefined;
    readonly answer: {
      /** Dollars that can be spent. */
      readonly balance_dollars: number;
      /** Dollars ever bought. */
      readonly total_purchased: number;
      /** Dollars ever used. */
      readonly total_used: number;
      /** Whether the next work may begin. */
      readonly can_run: boolean;
      /** Who decides the balance now. */
      readonly authority: 'legacy' | 'ledger';
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Open a free account for somebody new, with the grant of the running period. */
  'billing.open-user': {
    readonly params: { readonly userId: string };
    readonly query: undefined;
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      /** The user. */
      readonly user_id: string;
      /** The tier by the policy. */
      readonly tier: string;
      /** Dollars on the account. */
      readonly balance: string;
      /** Dollars that open authorizations hold. */
      readonly held: string;
      /** Dollars that can be spent now. */
      readonly available: string;
      /** What of it expires some day. */
      readonly expiring: string;
      /** What of it never expires. */
      readonly lasting: string;
      /** Whether the next work may begin. */
      readonly can_run: boolean;
      /** Who decides the balance now. */
      readonly authority: 'legacy' | 'ledger';
      /** False where the account was there already; then nothing was changed. */
      readonly opened: boolean;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_KEY_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Say how many projects, threads and runs a user may have. */
  'billing.project-limits': {
    readonly params: undefined;
    readonly query: { readonly user_id?: string };
    readonly body: undefined;
    readonly answer: {
      /** The user. */
      readonly user_id: string;
      /** The tier whose limits they are. */
      readonly tier: string;
      /** Projects. */
      readonly projects: {
        /** How many there may be; null for any number. */
        readonly limit: number | null;
        /** How many there are; null where the application counts them. */
        readonly used: number | null;
      };
      /** Threads. */
      readonly threads: {
        /** How many there may be; null for any number. */
        readonly limit: number | null;
        /** How many there are; null where the application counts them. */
        readonly used: number | null;
      };
      /** Work at the same time; what is used are the open authorizations. */
      readonly concurrent_runs: {
        /** How many there may be; null for any number. */
        readonly limit: number | null;
        /** How many there are; null where the application counts them. */
        readonly used: number | null;
      };
      /** Dollars that the open authorizations hold. */
      readonly held: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Begin to buy credits: a page of the provider, or a payment for a page of your own. */
  'billing.purchase-credits': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id?: string;
      /** One of the packages of the policy. */
      readonly amount: string | number;
      /** On a page of the provider, or by a payment in the application's own. */
      readonly via?: 'checkout' | 'payment';
    };
    readonly answer: {
      /** The purchase, which is settled when its payment comes. */
      readonly purchase_id: string;
      /** Dollars. */
      readonly amount: string;
      /** The page to send the buyer to. */
      readonly checkout_url: string | null;
      readonly checkout_id: string | null;
      readonly payment_id: string | null;
      /** Confirms the payment in the browser. */
      readonly client_secret: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'PAYMENTS_DECLINED'
      | 'BILLING_PURCHASE_NOT_ALLOWED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'PAYMENTS_OBJECT_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'BILLING_STATE_CONFLICT'
      | 'PAYMENTS_NOT_CONFIGURED'
      | 'PAYMENTS_KEY_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'PAYMENTS_REQUEST_REFUSED'
      | 'PAYMENTS_PROVIDER_UNAVAILABLE'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Let a subscription that was canceled, and has not ended, go on. */
  'billing.reactivate-subscription': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id?: string;
    };
    readonly answer: {
      readonly subscription_id: string;
      readonly status: string;
      /** Whether it ends with its period, rather than going on. */
      readonly cancels_at_period_end: boolean;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'PAYMENTS_DECLINED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_UNKNOWN'
      | 'PAYMENTS_OBJECT_UNKNOWN'
      | 'PAYMENTS_NOT_CONFIGURED'
      | 'PAYMENTS_KEY_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'PAYMENTS_REQUEST_REFUSED'
      | 'PAYMENTS_PROVIDER_UNAVAILABLE'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Look at the provider again for somebody who has paid and does not see it. */
  'billing.reconcile-user': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id?: string;
    };
    readonly answer: {
      /** The user. */
      readonly user_id: string;
      /** The tier by the policy. */
      readonly tier: string;
      /** Dollars on the account. */
      readonly balance: string;
      /** Dollars that open authorizations hold. */
      readonly held: string;
      /** Dollars that can be spent now. */
      readonly available: string;
      /** What of it expires some day. */
      readonly expiring: string;
      /** What of it never expires. */
      readonly lasting: string;
      /** Whether the next work may begin. */
      readonly can_run: boolean;
      /** Who decides the balance now. */
      readonly authority: 'legacy' | 'ledger';
      /** Purchases that turned out to be paid. */
      readonly settled: number;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'PAYMENTS_DECLINED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'PAYMENTS_OBJECT_UNKNOWN'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'PAYMENTS_NOT_CONFIGURED'
      | 'PAYMENTS_KEY_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'PAYMENTS_REQUEST_REFUSED'
      | 'PAYMENTS_PROVIDER_UNAVAILABLE'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Take what the payment provider says of a refund. */
  'billing.record-refund': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The payment that was refunded. */
      readonly payment_reference: string;
      /** The provider's name of the refund. */
      readonly provider_reference: string;
      /** What of the payment went back by this refund. */
      readonly amount: string | number;
      /** Where it is. */
      readonly status: 'pending' | 'succeeded' | 'failed';
    };
    readonly answer:
      | {
          /** The refund. */
          readonly refund_id: string;
          /** The user who gets it. */
          readonly user_id: string;
          /** What goes back. */
          readonly kind: 'credits' | 'money';
          /** Dollars that go back. */
          readonly amount: string;
          /** For money: the credits that were taken back. */
          readonly credits_taken: string;
          /** For money: the credits that were spent and are not owed. */
          readonly credits_forgiven: string;
          /** Pending until the payment provider has said whether the money went. */
          readonly status: 'recorded' | 'pending' | 'succeeded' | 'failed';
          /** Dollars on the account afterwards. */
          readonly balance: string;
        }
      | {
          /** A refund that failed before anybody told that it began. */
          readonly status: 'ignored';
        };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'BILLING_STATE_CONFLICT'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'BILLING_AMOUNT_TOO_LARGE'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Give credits back as goodwill, or money through the provider; one of them, never both. */
  'billing.refund': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id: string;
      /** How much. */
      readonly amount: string | number;
      /** Why, for the audit. */
      readonly reason: string;
      /** True for money, else credits. */
      readonly stripe_refund?: boolean;
      /** The payment to give back; needed for money. */
      readonly payment_intent_id?: string;
    };
    readonly answer: {
      /** What went back. */
      readonly kind: 'credits' | 'money';
      /** The adjustment or the refund. */
      readonly id: string;
      /** What became of it. */
      readonly status: string;
      /** How much. */
      readonly amount: string;
      /** Dollars on the account afterwards. */
      readonly balance: string | null;
      /** Why money did not go back. */
      readonly failure: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'PAYMENTS_DECLINED'
      | 'BILLING_OWN_CREDITS'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_UNKNOWN'
      | 'PAYMENTS_OBJECT_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'BILLING_STATE_CONFLICT'
      | 'BILLING_PAYMENT_MISSING'
      | 'BILLING_PAYMENT_MISMATCH'
      | 'PAYMENTS_NOT_CONFIGURED'
      | 'PAYMENTS_KEY_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'BILLING_LIMIT_EXCEEDED'
      | 'BILLING_AMOUNT_TOO_LARGE'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'PAYMENTS_REQUEST_REFUSED'
      | 'PAYMENTS_PROVIDER_UNAVAILABLE'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Give credits back as goodwill, without money. */
  'billing.refund-credits': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id: string;
      /** Dollars of credit. */
      readonly amount: string | number;
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The adjustment. */
      readonly adjustment_id: string;
      /** The user whose credits move. */
      readonly user_id: string;
      /** By which operation it was asked for. */
      readonly kind: 'adjustment' | 'grant' | 'refund';
      /** Dollars given; negative where taken. */
      readonly amount: string;
      /** Pending waits for a second person, and nothing has moved. */
      readonly status: 'applied' | 'pending' | 'rejected';
      /** The bulk grant it is part of. */
      readonly batch: string | null;
      /** Why. */
      readonly reason: string;
      /** Who asked for it, such as person:42. */
      readonly requested_by: string;
      /** When it was asked for, in UTC. */
      readonly requested_at: string;
      /** The second person, where one has decided. */
      readonly decided_by: string | null;
      /** When the credits expire; null for never, in UTC. */
      readonly expires_at: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'BILLING_OWN_CREDITS'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'BILLING_LIMIT_EXCEEDED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Give money back for a purchase, and take its credits back. */
  'billing.refund-money': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The purchase. */
      readonly purchase_id?: string;
      /** The checkout session it came from. */
      readonly checkout_reference?: string;
      /** The payment. */
      readonly payment_reference?: string;
      /** How much; else all that is left of the purchase. */
      readonly amount?: string | number;
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The refund. */
      readonly refund_id: string;
      /** The user who gets it. */
      readonly user_id: string;
      /** What goes back. */
      readonly kind: 'credits' | 'money';
      /** Dollars that go back. */
      readonly amount: string;
      /** For money: the credits that were taken back. */
      readonly credits_taken: string;
      /** For money: the credits that were spent and are not owed. */
      readonly credits_forgiven: string;
      /** Pending until the payment provider has said whether the money went. */
      readonly status: 'recorded' | 'pending' | 'succeeded' | 'failed';
      /** Dollars on the account afterwards. */
      readonly balance: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'BILLING_OWN_CREDITS'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'BILLING_STATE_CONFLICT'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'BILLING_AMOUNT_TOO_LARGE'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Free what an authorization holds. */
  'billing.release': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id: string;
      /** What is charged, such as a message; it is charged once. */
      readonly source_id: string;
    };
    readonly answer: {
      /** Gone had expired or been released before. */
      readonly status: 'released' | 'gone';
      /** Dollars that were freed. */
      readonly amount: string;
      /** Dollars that can be spent now. */
      readonly available: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'BILLING_STATE_CONFLICT'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Write down whether the money of a refund went. */
  'billing.resolve-refund': {
    readonly params: { readonly refundId: string };
    readonly query: undefined;
    readonly body: {
      /** What became of it. */
      readonly outcome: 'succeeded' | 'failed';
      /** The provider's name of the refund. */
      readonly provider_reference?: string;
    };
    readonly answer: {
      /** The refund. */
      readonly refund_id: string;
      /** The user who gets it. */
      readonly user_id: string;
      /** What goes back. */
      readonly kind: 'credits' | 'money';
      /** Dollars that go back. */
      readonly amount: string;
      /** For money: the credits that were taken back. */
      readonly credits_taken: string;
      /** For money: the credits that were spent and are not owed. */
      readonly credits_forgiven: string;
      /** Pending until the payment provider has said whether the money went. */
      readonly status: 'recorded' | 'pending' | 'succeeded' | 'failed';
      /** Dollars on the account afterwards. */
      readonly balance: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'BILLING_STATE_CONFLICT'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Find users by how their id begins, by tier, or by who decides about them. */
  'billing.search-users': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** How the id begins. */
      readonly query?: string;
      /** Only of this tier. */
      readonly tier?: string;
      /** Only those whom it decides about. */
      readonly authority?: 'legacy' | 'ledger';
      /** The "next" of the page before; leave out for the first page. */
      readonly after?: string;
      /** Rows of one page. */
      readonly limit?: number;
    };
    readonly answer: {
      /** The rows of this page. */
      readonly rows: readonly {
        /** The user. */
        readonly user_id: string;
        /** The tier by the policy. */
        readonly tier: string;
        /** Dollars on the account, as posted. */
        readonly balance: string;
        /** Dollars that open authorizations hold. */
        readonly held: string;
        /** Whether the account takes movements. */
        readonly status: 'open' | 'frozen' | 'closed';
        /** Who decides the balance now. */
        readonly authority: 'legacy' | 'ledger';
        /** What the subscription last said. */
        readonly subscription_status: string | null;
      }[];
      /** Where the next page begins, to give as "after"; null after the last page. */
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Set when a user's credits are topped up by themselves, with caps. */
  'billing.set-top-up-rule': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id?: string;
      /** Whether the rule is in force. */
      readonly enabled: boolean;
      /** Bought when less than this is available. */
      readonly threshold: string | number;
      /** What is bought: one of the packages. */
      readonly amount: string | number;
      /** At most so much in a calendar month. */
      readonly month_max: string | number;
      /** At most so often on a day. */
      readonly day_count_max: number;
    };
    readonly answer: {
      /** The user. */
      readonly user_id: string;
      /** Whether the rule is in force. */
      readonly enabled: boolean;
      /** Bought when fewer dollars than these are available. */
      readonly threshold: string;
      /** Dollars that are bought. */
      readonly amount: string;
      /** Dollars at most in a calendar month. */
      readonly month_max: string;
      /** How often at most on a day. */
      readonly day_count_max: number;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'BILLING_PURCHASE_NOT_ALLOWED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Turn an authorization into a charge of what the work did cost. */
  'billing.settle': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id: string;
      /** What is charged, such as a message; it is charged once. */
      readonly source_id: string;
      /** What it cost; this, or the usage. */
      readonly amount?: string | number;
      /** The model that was used. */
      readonly model?: string;
      /** Tokens read. */
      readonly input_tokens?: number;
      /** Tokens written. */
      readonly output_tokens?: number;
    };
    readonly answer: {
      /** Only charged has taken something by this call. */
      readonly status: 'charged' | 'replayed' | 'refused';
      /** Why it was refused. */
      readonly code: ('insufficient-credits' | 'settled-above-hold' | 'account-frozen') | null;
      /** Dollars that were charged, or would have been. */
      readonly amount: string;
      /** The version of the rate card in force. */
      readonly rate_card: string | null;
      /** Dollars on the account afterwards. */
      readonly balance: string;
      /** Dollars that can be spent afterwards. */
      readonly available: string;
      /** Dollars that were not there to be taken. */
      readonly shortfall: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'BILLING_SOURCE_REUSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'BILLING_MODEL_UNKNOWN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Settle a purchase by its payment, found by id, checkout or payment. */
  'billing.settle-purchase': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The purchase. */
      readonly purchase_id?: string;
      /** The checkout session it came from. */
      readonly checkout_reference?: string;
      /** The payment. */
      readonly payment_reference?: string;
      /** What was paid for. */
      readonly amount?: string | number;
    };
    readonly answer: {
      /** The purchase. */
      readonly purchase_id: string;
      /** The user who buys. */
      readonly user_id: string;
      /** Where the purchase is. */
      readonly status: 'pending' | 'settled' | 'failed' | 'refunded' | 'withdrawn';
      /** Dollars of credit that are bought. */
      readonly amount: string;
      /** What of it went back. */
      readonly refunded: string;
      /** When it was paid; null until then, in UTC. */
      readonly settled_at: string | null;
      /** Dollars on the account. */
      readonly balance: string;
      /** Dollars that can be spent now. */
      readonly available: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'BILLING_STATE_CONFLICT'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Begin a purchase of credits, to be settled by its payment. */
  'billing.start-purchase': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id?: string;
      /** One of the packages of the policy. */
      readonly amount: string | number;
      /** The checkout session of the payment provider. */
      readonly checkout_reference?: string;
      /** The payment of the provider. */
      readonly payment_reference?: string;
    };
    readonly answer: {
      /** The purchase. */
      readonly purchase_id: string;
      /** The user who buys. */
      readonly user_id: string;
      /** Where the purchase is. */
      readonly status: 'pending' | 'settled' | 'failed' | 'refunded' | 'withdrawn';
      /** Dollars of credit that are bought. */
      readonly amount: string;
      /** What of it went back. */
      readonly refunded: string;
      /** When it was paid; null until then, in UTC. */
      readonly settled_at: string | null;
      /** Dollars on the account. */
      readonly balance: string;
      /** Dollars that can be spent now. */
      readonly available: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'BILLING_PURCHASE_NOT_ALLOWED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Sum up a user: tier, lots, lifetime, purchases, refunds. */
  'billing.subscription': {
    readonly params: undefined;
    readonly query: { readonly user_id?: string };
    readonly body: undefined;
    readonly answer: {
      /** The user. */
      readonly user_id: string;
      /** The tier by the policy. */
      readonly tier: string;
      /** Dollars on the account. */
      readonly balance: string;
      /** Dollars that open authorizations hold. */
      readonly held: string;
      /** Dollars that can be spent now. */
      readonly available: string;
      /** What of it expires some day. */
      readonly expiring: string;
      /** What of it never expires. */
      readonly lasting: string;
      /** Whether the next work may begin. */
      readonly can_run: boolean;
      /** Who decides the balance now. */
      readonly authority: 'legacy' | 'ledger';
      /** What is known of the subscription. */
      readonly subscription: {
        /** The subscription as the payment provider names it. */
        readonly id: string | null;
        /** Its status in the words of the provider. */
        readonly status: string | null;
        /** The price that is paid. */
        readonly price: string | null;
        /** Whether it is paid by the year. */
        readonly yearly: boolean;
        /** When the paid period ends, in UTC. */
        readonly ends_at: string | null;
      };
      /** When the next grant is due, in UTC. */
      readonly next_grant_at: string;
      /** Whether the tier may buy credits. */
      readonly may_purchase: boolean;
      /** Sums of all entries. */
      readonly lifetime: {
        /** Dollars that were granted. */
        readonly granted: string;
        /** Dollars that were bought. */
        readonly purchased: string;
        /** Dollars that were used. */
        readonly used: string;
        /** Dollars that expired. */
        readonly expired: string;
      };
      /** Credits in the order in which they are used up. */
      readonly lots: readonly {
        /** Dollars that are left of it. */
        readonly remaining: string;
        /** Where it came from. */
        readonly funding: 'paid' | 'granted';
        /** When it expires; null for never, in UTC. */
        readonly expires_at: string | null;
      }[];
      /** Open authorizations. */
      readonly authorizations: number;
      /** Dollars of purchases that are not paid yet. */
      readonly pending_purchases: string;
      /** Dollars of purchases that went back. */
      readonly money_refunded: string;
      /** Charges that were refused. */
      readonly refused_charges: number;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Say what a subscription binds to, and from when it may be ended or lowered. */
  'billing.subscription-commitment': {
    readonly params: { readonly subscriptionId: string };
    readonly query: { readonly user_id?: string };
    readonly body: undefined;
    readonly answer: {
      /** The subscription as the payment provider names it. */
      readonly subscription_id: string;
      /** Whose it is. */
      readonly user_id: string;
      /** The tier that it gives now. */
      readonly tier: string;
      /** The price that is paid; null where it gives no tier. */
      readonly price: string | null;
      /** Its status in the words of the provider. */
      readonly status: string | null;
      /** How it is paid, and whether it binds. */
      readonly type: 'none' | 'monthly' | 'yearly' | 'yearly-commitment';
      /** Whether a commitment runs now. */
      readonly has_commitment: boolean;
      /** When the commitment began; null for a subscription that never bound, in UTC. */
      readonly starts_at: string | null;
      /** When it ends, or ended, in UTC. */
      readonly ends_at: string | null;
      /** Months of it that are left, the one that has begun included. */
      readonly months_remaining: number;
      /** Until when the tier is paid for, in UTC. */
      readonly paid_until: string | null;
      /** Whether it may be ended with its period now. */
      readonly can_cancel: boolean;
      /** From when it may; null for now, in UTC. */
      readonly cancel_from: string | null;
      /** Whether a lower tier may be chosen now. */
      readonly can_downgrade: boolean;
      /** From when it may; null for now, in UTC. */
      readonly downgrade_from: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Sum up a user: tier, lots, lifetime, purchases, refunds. */
  'billing.summary': {
    readonly params: { readonly userId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** The user. */
      readonly user_id: string;
      /** The tier by the policy. */
      readonly tier: string;
      /** Dollars on the account. */
      readonly balance: string;
      /** Dollars that open authorizations hold. */
      readonly held: string;
      /** Dollars that can be spent now. */
      readonly available: string;
      /** What of it expires some day. */
      readonly expiring: string;
      /** What of it never expires. */
      readonly lasting: string;
      /** Whether the next work may begin. */
      readonly can_run: boolean;
      /** Who decides the balance now. */
      readonly authority: 'legacy' | 'ledger';
      /** What is known of the subscription. */
      readonly subscription: {
        /** The subscription as the payment provider names it. */
        readonly id: string | null;
        /** Its status in the words of the provider. */
        readonly status: string | null;
        /** The price that is paid. */
        readonly price: string | null;
        /** Whether it is paid by the year. */
        readonly yearly: boolean;
        /** When the paid period ends, in UTC. */
        readonly ends_at: string | null;
      };
      /** When the next grant is due, in UTC. */
      readonly next_grant_at: string;
      /** Whether the tier may buy credits. */
      readonly may_purchase: boolean;
      /** Sums of all entries. */
      readonly lifetime: {
        /** Dollars that were granted. */
        readonly granted: string;
        /** Dollars that were bought. */
        readonly purchased: string;
        /** Dollars that were used. */
        readonly used: string;
        /** Dollars that expired. */
        readonly expired: string;
      };
      /** Credits in the order in which they are used up. */
      readonly lots: readonly {
        /** Dollars that are left of it. */
        readonly remaining: string;
        /** Where it came from. */
        readonly funding: 'paid' | 'granted';
        /** When it expires; null for never, in UTC. */
        readonly expires_at: string | null;
      }[];
      /** Open authorizations. */
      readonly authorizations: number;
      /** Dollars of purchases that are not paid yet. */
      readonly pending_purchases: string;
      /** Dollars of purchases that went back. */
      readonly money_refunded: string;
      /** Charges that were refused. */
      readonly refused_charges: number;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Bring a user's tier to what the payment provider says. */
  'billing.sync-subscription': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id: string;
      /** The provider's subscription object. */
      readonly subscription: unknown;
    };
    readonly answer: {
      /** The user. */
      readonly user_id: string;
      /** The tier by the policy. */
      readonly tier: string;
      /** Dollars on the account. */
      readonly balance: string;
      /** Dollars that open authorizations hold. */
      readonly held: string;
      /** Dollars that can be spent now. */
      readonly available: string;
      /** What of it expires some day. */
      readonly expiring: string;
      /** What of it never expires. */
      readonly lasting: string;
      /** Whether the next work may begin. */
      readonly can_run: boolean;
      /** Who decides the balance now. */
      readonly authority: 'legacy' | 'ledger';
      /** Dollars that this call granted. */
      readonly granted: string;
      /** When the next grant is due, in UTC. */
      readonly next_grant_at: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List a user's movements with the running balance, newest first. */
  'billing.transactions': {
    readonly params: undefined;
    readonly query: {
      readonly user_id?: string;
      readonly from?: string;
      readonly until?: string;
      readonly after?: string;
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly answer: {
      /** The rows of this page. */
      readonly rows: readonly {
        /** Its number on the account. */
        readonly id: string;
        /** When it happened, in UTC. */
        readonly occurred_at: string;
        /** Dollars in; negative out. */
        readonly amount: string;
        /** Dollars on the account after it. */
        readonly balance_after: string;
        /** What kind of movement, such as usage or purchase. */
        readonly kind: string;
        /** What it was against, such as purchases, usage or grants. */
        readonly against: string | null;
        /** The legacy row it was carried from, or the key of its entry. */
        readonly reference: string;
        /** Why, where somebody gave a reason. */
        readonly reason: string | null;
        /** Who made it, such as person:42. */
        readonly actor: string;
        /** What else is kept beside it. */
        readonly details: Readonly<Record<string, unknown>> | null;
      }[];
      /** Where the next page begins, to give as "after"; null after the last page. */
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Sum what a user used, by day. */
  'billing.usage-history': {
    readonly params: undefined;
    readonly query: { readonly user_id?: string; readonly from?: string; readonly until?: string };
    readonly body: undefined;
    readonly answer: {
      /** From when, in UTC. */
      readonly from: string;
      /** Until when, in UTC. */
      readonly until: string;
      /** Dollars that were used in all. */
      readonly total: string;
      /** The days on which something was used, oldest first. */
      readonly days: readonly {
        /** The day in UTC. */
        readonly day: string;
        /** How many charges. */
        readonly charges: number;
        /** Dollars that were used. */
        readonly amount: string;
      }[];
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Take credits wherever they are decided now, as the old endpoint did. */
  'billing.use-credits': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The user. */
      readonly user_id: string;
      /** What the usage costs. */
      readonly amount_dollars: string | number;
      /** What it was. */
      readonly description?: string;
      /** The conversation. */
      readonly thread_id?: string;
      /** The message; it is charged once. */
      readonly message_id?: string;
    };
    readonly answer: {
      /** Whether it was taken. */
      readonly success: boolean;
      /** Dollars afterwards. */
      readonly new_balance: number;
      /** Who decides the balance now. */
      readonly authority: 'legacy' | 'ledger';
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'BILLING_KEY_REUSED'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'BILLING_SOURCE_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List a user's movements with the running balance, newest first. */
  'billing.user-transactions': {
    readonly params: { readonly userId: string };
    readonly query: {
      readonly from?: string;
      readonly until?: string;
      readonly after?: string;
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly answer: {
      /** The rows of this page. */
      readonly rows: readonly {
        /** Its number on the account. */
        readonly id: string;
        /** When it happened, in UTC. */
        readonly occurred_at: string;
        /** Dollars in; negative out. */
        readonly amount: string;
        /** Dollars on the account after it. */
        readonly balance_after: string;
        /** What kind of movement, such as usage or purchase. */
        readonly kind: string;
        /** What it was against, such as purchases, usage or grants. */
        readonly against: string | null;
        /** The legacy row it was carried from, or the key of its entry. */
        readonly reference: string;
        /** Why, where somebody gave a reason. */
        readonly reason: string | null;
        /** Who made it, such as person:42. */
        readonly actor: string;
        /** What else is kept beside it. */
        readonly details: Readonly<Record<string, unknown>> | null;
      }[];
      /** Where the next page begins, to give as "after"; null after the last page. */
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Sum what a user used, by day. */
  'billing.user-usage-history': {
    readonly params: { readonly userId: string };
    readonly query: { readonly from?: string; readonly until?: string };
    readonly body: undefined;
    readonly answer: {
      /** From when, in UTC. */
      readonly from: string;
      /** Until when, in UTC. */
      readonly until: string;
      /** Dollars that were used in all. */
      readonly total: string;
      /** The days on which something was used, oldest first. */
      readonly days: readonly {
        /** The day in UTC. */
        readonly day: string;
        /** How many charges. */
        readonly charges: number;
        /** Dollars that were used. */
        readonly amount: string;
      }[];
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'BILLING_USER_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Take what Stripe tells; it is stored before it is answered, and handled afterwards. */
  'billing.webhook': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: unknown;
    readonly answer: {
      /** Whether it was new. */
      readonly outcome: 'stored' | 'duplicate';
      /** What Stripe calls the event. */
      readonly event: string;
    };
    readonly codes:
      | 'PAYMENTS_SIGNATURE_INVALID'
      | 'PAYMENTS_PAYLOAD_INVALID'
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'PAYMENTS_NOT_CONFIGURED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Say how an action on a cutover goes on or ended. */
  'cutover.action': {
    readonly params: { readonly system: string; readonly actionId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** Id of the action. */
      readonly id: string;
      /** The system. */
      readonly system: string;
      /** What is done. */
      readonly action: 'switch' | 'rollback' | 'retry-quarantine';
      readonly selection: string | null;
      readonly cohort: string | null;
      /** Who asked for it. */
      readonly actor: string;
      /** When it was accepted. */
      readonly acceptedAt: string;
      /** Interrupted: its process is gone; stopped: the service ended. Either is taken up by what the status of the cutover says. */
      readonly state: 'running' | 'interrupted' | 'done' | 'failed' | 'stopped';
      readonly outcome: Readonly<Record<string, unknown>> | null;
      readonly endedAt: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TARGET_UNKNOWN'
      | 'CUTOVER_ACTION_UNKNOWN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List what was asked of a cutover here and how it ended, newest first. */
  'cutover.actions': {
    readonly params: { readonly system: string };
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly rows: readonly {
        /** Id of the action. */
        readonly id: string;
        /** The system. */
        readonly system: string;
        /** What is done. */
        readonly action: 'switch' | 'rollback' | 'retry-quarantine';
        readonly selection: string | null;
        readonly cohort: string | null;
        /** Who asked for it. */
        readonly actor: string;
        /** When it was accepted. */
        readonly acceptedAt: string;
        /** Interrupted: its process is gone; stopped: the service ended. Either is taken up by what the status of the cutover says. */
        readonly state: 'running' | 'interrupted' | 'done' | 'failed' | 'stopped';
        readonly outcome: Readonly<Record<string, unknown>> | null;
        readonly endedAt: string | null;
      }[];
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TARGET_UNKNOWN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Stream what happens to a cutover: events "status", "progress" and "journal", the last with the number that resumes. */
  'cutover.events': {
    readonly params: { readonly system: string };
    readonly query: { readonly after?: string };
    readonly body: undefined;
    readonly answer: string;
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TARGET_UNKNOWN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List the rows that the newest pass found to need a policy or a person. */
  'cutover.findings': {
    readonly params: { readonly system: string };
    readonly query: {
      readonly code?: string;
      readonly severity?: 'info' | 'review' | 'stop';
      readonly limit?: number;
      readonly after?: string;
    };
    readonly body: undefined;
    readonly answer: {
      readonly rows: readonly {
        /** Id of the row. */
        readonly id: string;
        /** The finding. */
        readonly code: string;
        /** How much it matters. */
        readonly severity: 'info' | 'review' | 'stop';
        /** What it means. */
        readonly title: string;
        /** What the policy in force does about it. */
        readonly treatment: string;
        /** Which row. */
        readonly subject: string;
        /** Facts about it. */
        readonly details: string;
        /** When it was found. */
        readonly foundAt: string;
      }[];
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TARGET_UNKNOWN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List where the cutover of each system is, and its one next safe command. */
  'cutover.list': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly rows: readonly {
        /** The instance. */
        readonly instance: string;
        /** The system. */
        readonly system: string;
        readonly run: {
          /** Stays until the run is rolled back. */
          readonly runId: string;
          /** The present of every rule of the run. */
          readonly asOf: string;
          /** The plan that it follows. */
          readonly planHash: string;
          /** Where it is. */
          readonly stage:
            | 'analyze'
            | 'plan'
            | 'backup'
            | 'rehearse'
            | 'expand'
            | 'capture'
            | 'backfill'
            | 'verify'
            | 'switch'
            | 'watch'
            | 'contract';
          /** How the stage stands. */
          readonly state: 'running' | 'done' | 'failed' | 'rolling-back' | 'rolled-back';
          /** How often the backfill began. */
          readonly pass: string;
          /** When it began. */
          readonly startedAt: string;
          /** When it changed last. */
          readonly updatedAt: string;
          readonly failure: string | null;
          /** Whether a person has it stand still. */
          readonly paused: boolean;
          readonly pauseReason: string | null;
        } | null;
        readonly runner: {
          /** Who holds the lease. */
          readonly holder: string;
          /** A run that somebody started, or a job of the service, for which runs wait. */
          readonly kind: 'run' | 'job';
          /** Whether it still gives signs of life. */
          readonly alive: boolean;
          /** Since the last sign of life. */
          readonly heartbeatAgeSeconds: number;
        } | null;
        readonly backfill: {
          /** Facts read in this pass. */
          readonly facts: string;
          /** Facts there are. */
          readonly factsTotal: string;
          /** Entries posted in this pass. */
          readonly entries: string;
        } | null;
        readonly accounts: {
          /** Accounts that legacy decides. */
          readonly legacy: string;
          /** Accounts that the ledger decides. */
          readonly ledger: string;
        };
        readonly live: {
          /** Legacy writes that the ledger has not followed. */
          readonly marksWaiting: string;
          /** Entries that legacy was not told of. */
          readonly entriesWaiting: string;
          readonly cohorts: readonly {
            /** What they are called together. */
            readonly cohort: string;
            /** How many accounts. */
            readonly accounts: string;
            /** When the last of them was switched. */
            readonly switchedAt: string;
          }[];
        } | null;
        /** Rows in quarantine. */
        readonly quarantined: string;
        /** Rows with findings. */
        readonly findings: string;
        /** What is true, in a sentence. */
        readonly summary: string;
        readonly nextCommand: string | null;
      }[];
    };
    readonly codes:
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Hold a run between two steps; it keeps its place and stays so over a restart. */
  'cutover.pause': {
    readonly params: { readonly system: string };
    readonly query: undefined;
    readonly body: {
      /** Why, shown by the status. */
      readonly reason: string;
    };
    readonly answer: {
      /** The instance. */
      readonly instance: string;
      /** The system. */
      readonly system: string;
      readonly run: {
        /** Stays until the run is rolled back. */
        readonly runId: string;
        /** The present of every rule of the run. */
        readonly asOf: string;
        /** The plan that it follows. */
        readonly planHash: string;
        /** Where it is. */
        readonly stage:
          | 'analyze'
          | 'plan'
          | 'backup'
          | 'rehearse'
          | 'expand'
          | 'capture'
          | 'backfill'
          | 'verify'
          | 'switch'
          | 'watch'
          | 'contract';
        /** How the stage stands. */
        readonly state: 'running' | 'done' | 'failed' | 'rolling-back' | 'rolled-back';
        /** How often the backfill began. */
        readonly pass: string;
        /** When it began. */
        readonly startedAt: string;
        /** When it changed last. */
        readonly updatedAt: string;
        readonly failure: string | null;
        /** Whether a person has it stand still. */
        readonly paused: boolean;
        readonly pauseReason: string | null;
      } | null;
      readonly runner: {
        /** Who holds the lease. */
        readonly holder: string;
        /** A run that somebody started, or a job of the service, for which runs wait. */
        readonly kind: 'run' | 'job';
        /** Whether it still gives signs of life. */
        readonly alive: boolean;
        /** Since the last sign of life. */
        readonly heartbeatAgeSeconds: number;
      } | null;
      readonly backfill: {
        /** Facts read in this pass. */
        readonly facts: string;
        /** Facts there are. */
        readonly factsTotal: string;
        /** Entries posted in this pass. */
        readonly entries: string;
      } | null;
      readonly accounts: {
        /** Accounts that legacy decides. */
        readonly legacy: string;
        /** Accounts that the ledger decides. */
        readonly ledger: string;
      };
      readonly live: {
        /** Legacy writes that the ledger has not followed. */
        readonly marksWaiting: string;
        /** Entries that legacy was not told of. */
        readonly entriesWaiting: string;
        readonly cohorts: readonly {
          /** What they are called together. */
          readonly cohort: string;
          /** How many accounts. */
          readonly accounts: string;
          /** When the last of them was switched. */
          readonly switchedAt: string;
        }[];
      } | null;
      /** Rows in quarantine. */
      readonly quarantined: string;
      /** Rows with findings. */
      readonly findings: string;
      /** What is true, in a sentence. */
      readonly summary: string;
      readonly nextCommand: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TARGET_UNKNOWN'
      | 'CUTOVER_GATE_CLOSED'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Say what a rollback would do now and what legacy cannot hold, and give the token that confirms it. */
  'cutover.preview-rollback': {
    readonly params: { readonly system: string };
    readonly query: undefined;
    readonly body: {
      /** Whom it is about; "whole" removes what the cutover made. */
      readonly selection:
        | { readonly who: 'whole' }
        | { readonly who: 'all' }
        | {
            readonly who: 'owners';
            /** Whose accounts. */
            readonly owners: readonly string[];
          }
        | {
            readonly who: 'kind';
            /** The kind of the accounts. */
            readonly kind: string;
          }
        | {
            readonly who: 'cohort';
            /** Those switched together. */
            readonly cohort: string;
          };
      /** Whether what legacy cannot hold may be lost: exactly what the preview lists. */
      readonly acceptLosses?: boolean;
      /** Why, for the journal. */
      readonly reason: string;
    };
    readonly answer: {
      /** The instance. */
      readonly instance: string;
      /** The system. */
      readonly system: string;
      /** What would be done. */
      readonly action: 'switch' | 'rollback';
      /** Whom it is about, in a few words. */
      readonly selection: string;
      readonly cohort: string | null;
      /** Owners that it means. */
      readonly owners: string;
      /** Accounts that it means. */
      readonly accounts: string;
      readonly run: {
        /** The run. */
        readonly runId: string;
        /** The plan that it follows. */
        readonly planHash: string;
        /** Where it is. */
        readonly stage:
          | 'analyze'
          | 'plan'
          | 'backup'
          | 'rehearse'
          | 'expand'
          | 'capture'
          | 'backfill'
          | 'verify'
          | 'switch'
          | 'watch'
          | 'contract';
        /** How the stage stands. */
        readonly state: string;
        /** The newest line of its journal. */
        readonly journalSeq: string;
      } | null;
      readonly differences: {
        /** Accounts of legacy that were compared. */
        readonly compared: string;
        /** Of those, the ones that differ. */
        readonly different: string;
        /** The first of them. */
        readonly named: readonly {
          /** The kind of the account. */
          readonly kind: string;
          /** Whose it is. */
          readonly owner: string;
        }[];
      } | null;
      /** What legacy cannot hold of these accounts. */
      readonly losses: readonly string[];
      readonly gates: readonly {
        /** What must be so. */
        readonly name: string;
        /** Whether it is. */
        readonly open: boolean;
        readonly reason: string | null;
        readonly nextStep: string | null;
      }[];
      readonly token: string | null;
      readonly expiresAt: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TARGET_UNKNOWN'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Say what a switch would do now, and give the token that confirms it; compares every account and writes nothing. */
  'cutover.preview-switch': {
    readonly params: { readonly system: string };
    readonly query: undefined;
    readonly body: {
      /** Whom it is about. */
      readonly selection:
        | { readonly who: 'all' }
        | {
            readonly who: 'percent';
            /** A share of the owners; those of a smaller share are among those of a larger. */
            readonly percent: number;
          }
        | {
            readonly who: 'owners';
            /** Whose accounts. */
            readonly owners: readonly string[];
          }
        | {
            readonly who: 'kind';
            /** The kind of the accounts. */
            readonly kind: string;
          };
      /** What these accounts are called together; else after what is chosen. */
      readonly cohort?: string;
    };
    readonly answer: {
      /** The instance. */
      readonly instance: string;
      /** The system. */
      readonly system: string;
      /** What would be done. */
      readonly action: 'switch' | 'rollback';
      /** Whom it is about, in a few words. */
      readonly selection: string;
      readonly cohort: string | null;
      /** Owners that it means. */
      readonly owners: string;
      /** Accounts that it means. */
      readonly accounts: string;
      readonly run: {
        /** The run. */
        readonly runId: string;
        /** The plan that it follows. */
        readonly planHash: string;
        /** Where it is. */
        readonly stage:
          | 'analyze'
          | 'plan'
          | 'backup'
          | 'rehearse'
          | 'expand'
          | 'capture'
          | 'backfill'
          | 'verify'
          | 'switch'
          | 'watch'
          | 'contract';
        /** How the stage stands. */
        readonly state: string;
        /** The newest line of its journal. */
        readonly journalSeq: string;
      } | null;
      readonly differences: {
        /** Accounts of legacy that were compared. */
        readonly compared: string;
        /** Of those, the ones that differ. */
        readonly different: string;
        /** The first of them. */
        readonly named: readonly {
          /** The kind of the account. */
          readonly kind: string;
          /** Whose it is. */
          readonly owner: string;
        }[];
      } | null;
      /** What legacy cannot hold of these accounts. */
      readonly losses: readonly string[];
      readonly gates: readonly {
        /** What must be so. */
        readonly name: string;
        /** Whether it is. */
        readonly open: boolean;
        readonly reason: string | null;
        readonly nextStep: string | null;
      }[];
      readonly token: string | null;
      readonly expiresAt: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TARGET_UNKNOWN'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List the legacy rows that could not be carried and wait to be corrected. */
  'cutover.quarantine': {
    readonly params: { readonly system: string };
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly rows: readonly {
        /** The row. */
        readonly source: string;
        /** The legacy table. */
        readonly table: string;
        /** Why it waits. */
        readonly reason: string;
        /** What the reason means. */
        readonly meaning: string;
        /** Whom it is about. */
        readonly subject: string;
        /** Since when it waits. */
        readonly firstSeenAt: string;
        /** When it was tried last. */
        readonly lastSeenAt: string;
      }[];
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TARGET_UNKNOWN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Let a run go on that stands still; one that nobody works on is taken up by what its status says. */
  'cutover.resume': {
    readonly params: { readonly system: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** The instance. */
      readonly instance: string;
      /** The system. */
      readonly system: string;
      readonly run: {
        /** Stays until the run is rolled back. */
        readonly runId: string;
        /** The present of every rule of the run. */
        readonly asOf: string;
        /** The plan that it follows. */
        readonly planHash: string;
        /** Where it is. */
        readonly stage:
          | 'analyze'
          | 'plan'
          | 'backup'
          | 'rehearse'
          | 'expand'
          | 'capture'
          | 'backfill'
          | 'verify'
          | 'switch'
          | 'watch'
          | 'contract';
        /** How the stage stands. */
        readonly state: 'running' | 'done' | 'failed' | 'rolling-back' | 'rolled-back';
        /** How often the backfill began. */
        readonly pass: string;
        /** When it began. */
        readonly startedAt: string;
        /** When it changed last. */
        readonly updatedAt: string;
        readonly failure: string | null;
        /** Whether a person has it stand still. */
        readonly paused: boolean;
        readonly pauseReason: string | null;
      } | null;
      readonly runner: {
        /** Who holds the lease. */
        readonly holder: string;
        /** A run that somebody started, or a job of the service, for which runs wait. */
        readonly kind: 'run' | 'job';
        /** Whether it still gives signs of life. */
        readonly alive: boolean;
        /** Since the last sign of life. */
        readonly heartbeatAgeSeconds: number;
      } | null;
      readonly backfill: {
        /** Facts read in this pass. */
        readonly facts: string;
        /** Facts there are. */
        readonly factsTotal: string;
        /** Entries posted in this pass. */
        readonly entries: string;
      } | null;
      readonly accounts: {
        /** Accounts that legacy decides. */
        readonly legacy: string;
        /** Accounts that the ledger decides. */
        readonly ledger: string;
      };
      readonly live: {
        /** Legacy writes that the ledger has not followed. */
        readonly marksWaiting: string;
        /** Entries that legacy was not told of. */
        readonly entriesWaiting: string;
        readonly cohorts: readonly {
          /** What they are called together. */
          readonly cohort: string;
          /** How many accounts. */
          readonly accounts: string;
          /** When the last of them was switched. */
          readonly switchedAt: string;
        }[];
      } | null;
      /** Rows in quarantine. */
      readonly quarantined: string;
      /** Rows with findings. */
      readonly findings: string;
      /** What is true, in a sentence. */
      readonly summary: string;
      readonly nextCommand: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TARGET_UNKNOWN'
      | 'CUTOVER_GATE_CLOSED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Carry legacy rows that were corrected since: another pass of the backfill, then verify. */
  'cutover.retry-quarantine': {
    readonly params: { readonly system: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** Id of the action. */
      readonly id: string;
      /** The system. */
      readonly system: string;
      /** What is done. */
      readonly action: 'switch' | 'rollback' | 'retry-quarantine';
      readonly selection: string | null;
      readonly cohort: string | null;
      /** Who asked for it. */
      readonly actor: string;
      /** When it was accepted. */
      readonly acceptedAt: string;
      /** The address that says how it ended. */
      readonly outcomeAt: string;
      /** The address that streams its progress. */
      readonly watchAt: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TARGET_UNKNOWN'
      | 'CUTOVER_GATE_CLOSED'
      | 'CUTOVER_LEASE_HELD'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'CUTOVER_CAPTURE_BROKEN'
      | 'CUTOVER_KEY_REUSED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Take accounts back to legacy with what happened since, or remove the whole cutover, in the background, as the preview showed it. */
  'cutover.rollback': {
    readonly params: { readonly system: string };
    readonly query: undefined;
    readonly body: {
      /** Whom it is about; "whole" removes what the cutover made. */
      readonly selection:
        | { readonly who: 'whole' }
        | { readonly who: 'all' }
        | {
            readonly who: 'owners';
            /** Whose accounts. */
            readonly owners: readonly string[];
          }
        | {
            readonly who: 'kind';
            /** The kind of the accounts. */
            readonly kind: string;
          }
        | {
            readonly who: 'cohort';
            /** Those switched together. */
            readonly cohort: string;
          };
      /** Whether what legacy cannot hold may be lost: exactly what the preview lists. */
      readonly acceptLosses?: boolean;
      /** Why, for the journal. */
      readonly reason: string;
      /** The token of the preview. */
      readonly token: string;
    };
    readonly answer: {
      /** Id of the action. */
      readonly id: string;
      /** The system. */
      readonly system: string;
      /** What is done. */
      readonly action: 'switch' | 'rollback' | 'retry-quarantine';
      readonly selection: string | null;
      readonly cohort: string | null;
      /** Who asked for it. */
      readonly actor: string;
      /** When it was accepted. */
      readonly acceptedAt: string;
      /** The address that says how it ended. */
      readonly outcomeAt: string;
      /** The address that streams its progress. */
      readonly watchAt: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TARGET_UNKNOWN'
      | 'CUTOVER_GATE_CLOSED'
      | 'CUTOVER_LEASE_HELD'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'CUTOVER_CAPTURE_BROKEN'
      | 'CUTOVER_CONFIRMATION_REFUSED'
      | 'CUTOVER_KEY_REUSED'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Show a cutover with its stages, its newest journal lines, and how far both sides are apart. */
  'cutover.show': {
    readonly params: { readonly system: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** The instance. */
      readonly instance: string;
      /** The system. */
      readonly system: string;
      readonly run: {
        /** Stays until the run is rolled back. */
        readonly runId: string;
        /** The present of every rule of the run. */
        readonly asOf: string;
        /** The plan that it follows. */
        readonly planHash: string;
        /** Where it is. */
        readonly stage:
          | 'analyze'
          | 'plan'
          | 'backup'
          | 'rehearse'
          | 'expand'
          | 'capture'
          | 'backfill'
          | 'verify'
          | 'switch'
          | 'watch'
          | 'contract';
        /** How the stage stands. */
        readonly state: 'running' | 'done' | 'failed' | 'rolling-back' | 'rolled-back';
        /** How often the backfill began. */
        readonly pass: string;
        /** When it began. */
        readonly startedAt: string;
        /** When it changed last. */
        readonly updatedAt: string;
        readonly failure: string | null;
        /** Whether a person has it stand still. */
        readonly paused: boolean;
        readonly pauseReason: string | null;
      } | null;
      readonly runner: {
        /** Who holds the lease. */
        readonly holder: string;
        /** A run that somebody started, or a job of the service, for which runs wait. */
        readonly kind: 'run' | 'job';
        /** Whether it still gives signs of life. */
        readonly alive: boolean;
        /** Since the last sign of life. */
        readonly heartbeatAgeSeconds: number;
      } | null;
      readonly backfill: {
        /** Facts read in this pass. */
        readonly facts: string;
        /** Facts there are. */
        readonly factsTotal: string;
        /** Entries posted in this pass. */
        readonly entries: string;
      } | null;
      readonly accounts: {
        /** Accounts that legacy decides. */
        readonly legacy: string;
        /** Accounts that the ledger decides. */
        readonly ledger: string;
      };
      readonly live: {
        /** Legacy writes that the ledger has not followed. */
        readonly marksWaiting: string;
        /** Entries that legacy was not told of. */
        readonly entriesWaiting: string;
        readonly cohorts: readonly {
          /** What they are called together. */
          readonly cohort: string;
          /** How many accounts. */
          readonly accounts: string;
          /** When the last of them was switched. */
          readonly switchedAt: string;
        }[];
      } | null;
      /** Rows in quarantine. */
      readonly quarantined: string;
      /** Rows with findings. */
      readonly findings: string;
      /** What is true, in a sentence. */
      readonly summary: string;
      readonly nextCommand: string | null;
      /** All stages in their order. */
      readonly stages: readonly {
        /** The stage. */
        readonly name:
          | 'analyze'
          | 'plan'
          | 'backup'
          | 'rehearse'
          | 'expand'
          | 'capture'
          | 'backfill'
          | 'verify'
          | 'switch'
          | 'watch'
          | 'contract';
        /** Whether the run is behind it; none without a run. */
        readonly state: 'done' | 'current' | 'ahead' | 'none';
      }[];
      /** The newest lines, oldest first. */
      readonly journal: readonly {
        /** Counts up over all runs of the system. */
        readonly seq: string;
        /** The run. */
        readonly runId: string;
        /** The stage. */
        readonly stage: string;
        /** The step. */
        readonly step: string;
        /** Before or after the step. */
        readonly phase: 'intent' | 'result';
        readonly rows: string | null;
        readonly seconds: number | null;
        /** When it was written down. */
        readonly recordedAt: string;
      }[];
      readonly verification: {
        /** Accounts that were compared and equal. */
        readonly accounts: string;
        readonly seconds: number | null;
        /** When it was proven. */
        readonly provenAt: string;
        readonly proofSha256: string | null;
      } | null;
      readonly drift: {
        /** Accounts of both sides that were compared. */
        readonly compared: number;
        /** Of those, the ones that differ. */
        readonly differing: number;
        /** When. */
        readonly comparedAt: string;
      } | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TARGET_UNKNOWN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Give the authority over accounts to the ledger, in the background, as the preview showed it. */
  'cutover.switch': {
    readonly params: { readonly system: string };
    readonly query: undefined;
    readonly body: {
      /** Whom it is about. */
      readonly selection:
        | { readonly who: 'all' }
        | {
            readonly who: 'percent';
            /** A share of the owners; those of a smaller share are among those of a larger. */
            readonly percent: number;
          }
        | {
            readonly who: 'owners';
            /** Whose accounts. */
            readonly owners: readonly string[];
          }
        | {
            readonly who: 'kind';
            /** The kind of the accounts. */
            readonly kind: string;
          };
      /** What these accounts are called together; else after what is chosen. */
      readonly cohort?: string;
      /** The token of the preview. */
      readonly token: string;
    };
    readonly answer: {
      /** Id of the action. */
      readonly id: string;
      /** The system. */
      readonly system: string;
      /** What is done. */
      readonly action: 'switch' | 'rollback' | 'retry-quarantine';
      readonly selection: string | null;
      readonly cohort: string | null;
      /** Who asked for it. */
      readonly actor: string;
      /** When it was accepted. */
      readonly acceptedAt: string;
      /** The address that says how it ended. */
      readonly outcomeAt: string;
      /** The address that streams its progress. */
      readonly watchAt: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TARGET_UNKNOWN'
      | 'CUTOVER_GATE_CLOSED'
      | 'CUTOVER_LEASE_HELD'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'CUTOVER_CAPTURE_BROKEN'
      | 'CUTOVER_CONFIRMATION_REFUSED'
      | 'CUTOVER_KEY_REUSED'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Say that the process answers. */
  'health.alive': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: { readonly status: 'ok' };
    readonly codes: 'HTTP_TOO_MANY_REQUESTS' | 'HTTP_INTERNAL_FAULT' | 'HTTP_SHUTTING_DOWN';
  };
  /** Show the figures of all that serves together here and of the instance, for Prometheus. */
  'health.metrics': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: string;
    readonly codes:
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN';
  };
  /** Say whether requests should be sent here; 503 where not. */
  'health.ready': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** Whether all checks hold. */
      readonly ready: boolean;
      readonly checks: readonly {
        /** What was checked. */
        readonly name: 'database' | 'schema' | 'scheduler';
        /** Whether it holds. */
        readonly ok: boolean;
        /** A few words for people. */
        readonly detail: string;
      }[];
    };
    readonly codes: 'HTTP_TOO_MANY_REQUESTS' | 'HTTP_INTERNAL_FAULT' | 'HTTP_SHUTTING_DOWN';
  };
  /** Make an API key; its text is told this once. */
  'keys.create': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** What people call it, unique. */
      readonly label: string;
      /** As what it calls. */
      readonly role: 'server' | 'user' | 'staff' | 'admin' | 'super_admin';
      /** As whom it calls; left out for the role server. */
      readonly subject?: string;
      /** The routes it is made for; else every one that its role may use. */
      readonly scopes?: readonly string[];
      /** When it ends by itself; else never. */
      readonly expiresAt?: string;
    };
    readonly answer: {
      /** Id of the key. */
      readonly id: string;
      /** What people call it. */
      readonly label: string;
      /** The key itself: told this once, kept nowhere. */
      readonly key: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'IDENTITY_KEY_LABEL_TAKEN'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List all keys ever made, newest first. */
  'keys.list': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly rows: readonly {
        /** Id of the key. */
        readonly id: string;
        /** What people call it. */
        readonly label: string;
        /** As what it calls. */
        readonly role: 'server' | 'user' | 'staff' | 'admin' | 'super_admin';
        /** As whom it calls. */
        readonly subject: string;
        readonly scopes: readonly string[] | null;
        /** When it was made. */
        readonly createdAt: string;
        readonly expiresAt: string | null;
        readonly revokedAt: string | null;
      }[];
    };
    readonly codes:
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** End a key now. */
  'keys.revoke': {
    readonly params: { readonly keyId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** Id of the key. */
      readonly id: string;
      /** What people call it. */
      readonly label: string;
      /** As what it calls. */
      readonly role: 'server' | 'user' | 'staff' | 'admin' | 'super_admin';
      /** As whom it calls. */
      readonly subject: string;
      readonly scopes: readonly string[] | null;
      /** When it was made. */
      readonly createdAt: string;
      readonly expiresAt: string | null;
      readonly revokedAt: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'IDENTITY_KEY_UNKNOWN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Make the successor of a key, and let the old one live a while. */
  'keys.rotate': {
    readonly params: { readonly keyId: string };
    readonly query: undefined;
    readonly body: {
      /** How long both are accepted. */
      readonly overlapHours?: number;
    };
    readonly answer: {
      /** Id of the key. */
      readonly id: string;
      /** What people call it. */
      readonly label: string;
      /** The key itself: told this once, kept nowhere. */
      readonly key: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'IDENTITY_KEY_UNKNOWN'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Say what a balance was: as of an instant by what had happened, or as it was recorded then. */
  'ledger.balance-at': {
    readonly params: { readonly accountId: string };
    readonly query: { readonly at: string; readonly by?: 'occurred' | 'recorded' };
    readonly body: undefined;
    readonly answer: {
      /** The balance then. */
      readonly balance: string;
      /** What is counted. */
      readonly unit: string;
      /** The instant. */
      readonly at: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'LEDGER_ACCOUNT_UNKNOWN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Run many commands, each with a key and an outcome of its own, or all or nothing. */
  'ledger.bulk': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** All or nothing: one refusal leaves everything undone. */
      readonly atomic?: boolean;
      /** In the order in which they are to happen. */
      readonly commands: readonly (
        | {
            readonly type: 'post';
            /** Names this command on its account. */
            readonly key: string;
            /** Id of the account. */
            readonly accountId: string;
            /** What to add; negative takes. */
            readonly amount: string;
            /** What it is, in the words of the system. */
            readonly kind: string;
            /** The other side. */
            readonly contra: string;
            /** When it happened; else now. */
            readonly occurredAt?: string;
            /** Why, kept with what it leaves. */
            readonly reason?: string;
            /** Facts to keep with the entry: ids and quantities, no personal data. */
            readonly details?: Readonly<Record<string, unknown>>;
          }
        | {
            readonly type: 'transfer';
            /** Names this command on its account. */
            readonly key: string;
            /** The account that gives. */
            readonly accountId: string;
            /** The account that receives, of the same unit. */
            readonly toAccountId: string;
            /** More than zero. */
            readonly amount: string;
            /** What it is, in the words of the system. */
            readonly kind: string;
            /** When it happened; else now. */
            readonly occurredAt?: string;
            /** Why, kept with what it leaves. */
            readonly reason?: string;
            /** Facts to keep with the entry: ids and quantities, no personal data. */
            readonly details?: Readonly<Record<string, unknown>>;
          }
        | {
            readonly type: 'hold';
            /** Names this command on its account. */
            readonly key: string;
            /** Id of the account. */
            readonly accountId: string;
            /** What to reserve, more than zero. */
            readonly amount: string;
            /** When it ends by itself; else never. */
            readonly expiresAt?: string;
            /** Why, kept with what it leaves. */
            readonly reason?: string;
          }
        | {
            readonly type: 'capture';
            /** Names this command on its account. */
            readonly key: string;
            /** Id of the account. */
            readonly accountId: string;
            /** The key under which the hold was made. */
            readonly holdKey: string;
            /** At most what is held; else all of it. The rest is released. */
            readonly amount?: string;
            /** What it is, in the words of the system. */
            readonly kind: string;
            /** The other side. */
            readonly contra: string;
            /** When it happened; else now. */
            readonly occurredAt?: string;
            /** Why, kept with what it leaves. */
            readonly reason?: string;
            /** Facts to keep with the entry: ids and quantities, no personal data. */
            readonly details?: Readonly<Record<string, unknown>>;
          }
        | {
            readonly type: 'release';
            /** Names this command on its account. */
            readonly key: string;
            /** Id of the account. */
            readonly accountId: string;
            /** The key under which the hold was made. */
            readonly holdKey: string;
            /** Why, kept with what it leaves. */
            readonly reason?: string;
          }
        | {
            readonly type: 'reverse';
            /** Names this command on its account. */
            readonly key: string;
            /** Id of the account. */
            readonly accountId: string;
            /** The entry to undo. */
            readonly seq: string;
            /** Why, kept with what it leaves. */
            readonly reason?: string;
          }
      )[];
    };
    readonly answer: {
      /** One for each command, in their order. */
      readonly results: readonly (
        | {
            /** Replayed: it was posted before under this key, and this is its first result. */
            readonly status: 'posted' | 'replayed';
            /** The accounts that it names. */
            readonly after: readonly {
              /** The account. */
              readonly accountId: string;
              /** Its balance after the command. */
              readonly balance: string;
              /** Its open holds. */
              readonly held: string;
              /** What may be spent. */
              readonly available: string;
              /** The number of its newest entry then. */
              readonly seq: string;
            }[];
          }
        | {
            /** It changed nothing, and its key is not used up. */
            readonly status: 'refused';
            /** Why; see docs/errors.md. */
            readonly code: string;
            /** Why, and the next step. */
            readonly detail: string;
          }
        | {
            /** Not done because another command was refused. */
            readonly status: 'abandoned';
          }
      )[];
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'LEDGER_OWN_BALANCE'
      | 'HTTP_FORBIDDEN'
      | 'LEDGER_ACCOUNT_UNKNOWN'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'LEDGER_QUEUE_FULL'
      | 'LEDGER_CLOSED'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Spend what is reserved, or part of it; the rest is released. */
  'ledger.capture': {
    readonly params: { readonly accountId: string; readonly holdKey: string };
    readonly query: undefined;
    readonly body: {
      /** At most what is held; else all of it. The rest is released. */
      readonly amount?: string;
      /** What it is, in the words of the system. */
      readonly kind: string;
      /** The other side. */
      readonly contra: string;
      /** When it happened; else now. */
      readonly occurredAt?: string;
      /** Why, kept with what it leaves. */
      readonly reason?: string;
      /** Facts to keep with the entry: ids and quantities, no personal data. */
      readonly details?: Readonly<Record<string, unknown>>;
    };
    readonly answer: {
      /** Replayed: it was posted before under this key, and this is its first result. */
      readonly status: 'posted' | 'replayed';
      /** The accounts that it names. */
      readonly after: readonly {
        /** The account. */
        readonly accountId: string;
        /** Its balance after the command. */
        readonly balance: string;
        /** Its open holds. */
        readonly held: string;
        /** What may be spent. */
        readonly available: string;
        /** The number of its newest entry then. */
        readonly seq: string;
      }[];
    };
    readonly codes:
      | 'LEDGER_COMMAND_INVALID'
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'LEDGER_OWN_BALANCE'
      | 'HTTP_FORBIDDEN'
      | 'LEDGER_ACCOUNT_UNKNOWN'
      | 'LEDGER_HOLD_UNKNOWN'
      | 'LEDGER_ENTRY_UNKNOWN'
      | 'LEDGER_LOT_UNKNOWN'
      | 'LEDGER_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'LEDGER_HOLD_CAPTURED'
      | 'LEDGER_HOLD_RELEASED'
      | 'LEDGER_HOLD_EXPIRED'
      | 'LEDGER_ENTRY_REVERSED'
      | 'LEDGER_LOT_EMPTY'
      | 'LEDGER_LOT_SPENT'
      | 'LEDGER_ACCOUNT_NOT_EMPTY'
      | 'LEDGER_FLOOR_BREACHED'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'LEDGER_UNIT_MISMATCH'
      | 'LEDGER_ACCOUNT_NOT_LOTTED'
      | 'LEDGER_OCCURRED_IN_FUTURE'
      | 'LEDGER_EXPIRY_PASSED'
      | 'LEDGER_CAPTURE_EXCEEDS_HOLD'
      | 'LEDGER_ENTRY_NOT_REVERSIBLE'
      | 'LEDGER_OVERFLOW'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'LEDGER_QUEUE_FULL'
      | 'LEDGER_CLOSED'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Reserve an amount. */
  'ledger.hold': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** Id of the account. */
      readonly accountId: string;
      /** What to reserve, more than zero. */
      readonly amount: string;
      /** When it ends by itself; else never. */
      readonly expiresAt?: string;
      /** Why, kept with what it leaves. */
      readonly reason?: string;
    };
    readonly answer: {
      /** Replayed: it was posted before under this key, and this is its first result. */
      readonly status: 'posted' | 'replayed';
      /** The accounts that it names. */
      readonly after: readonly {
        /** The account. */
        readonly accountId: string;
        /** Its balance after the command. */
        readonly balance: string;
        /** Its open holds. */
        readonly held: string;
        /** What may be spent. */
        readonly available: string;
        /** The number of its newest entry then. */
        readonly seq: string;
      }[];
    };
    readonly codes:
      | 'LEDGER_COMMAND_INVALID'
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'LEDGER_OWN_BALANCE'
      | 'HTTP_FORBIDDEN'
      | 'LEDGER_ACCOUNT_UNKNOWN'
      | 'LEDGER_HOLD_UNKNOWN'
      | 'LEDGER_ENTRY_UNKNOWN'
      | 'LEDGER_LOT_UNKNOWN'
      | 'LEDGER_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'LEDGER_HOLD_CAPTURED'
      | 'LEDGER_HOLD_RELEASED'
      | 'LEDGER_HOLD_EXPIRED'
      | 'LEDGER_ENTRY_REVERSED'
      | 'LEDGER_LOT_EMPTY'
      | 'LEDGER_LOT_SPENT'
      | 'LEDGER_ACCOUNT_NOT_EMPTY'
      | 'LEDGER_FLOOR_BREACHED'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'LEDGER_UNIT_MISMATCH'
      | 'LEDGER_ACCOUNT_NOT_LOTTED'
      | 'LEDGER_OCCURRED_IN_FUTURE'
      | 'LEDGER_EXPIRY_PASSED'
      | 'LEDGER_CAPTURE_EXCEEDS_HOLD'
      | 'LEDGER_ENTRY_NOT_REVERSIBLE'
      | 'LEDGER_OVERFLOW'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'LEDGER_QUEUE_FULL'
      | 'LEDGER_CLOSED'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List the accounts of a system, in the order in which they were opened. */
  'ledger.list-accounts': {
    readonly params: undefined;
    readonly query: {
      readonly system: string;
      readonly kind?: string;
      readonly unit?: string;
      readonly status?: 'open' | 'frozen' | 'closed';
      readonly authority?: 'legacy' | 'ledger';
      readonly ownerPrefix?: string;
      readonly limit?: number;
      readonly after?: string;
    };
    readonly body: undefined;
    readonly answer: {
      readonly rows: readonly {
        /** The system it belongs to. */
        readonly system: string;
        /** What the system calls it. */
        readonly kind: string;
        /** Whose it is. */
        readonly owner: string;
        /** When it was opened. */
        readonly openedAt: string;
        /** Id of the account. */
        readonly id: string;
        /** What is counted. */
        readonly unit: string;
        /** Sum of all entries. */
        readonly balance: string;
        /** Sum of open holds. */
        readonly held: string;
        /** What may be spent: balance less held. */
        readonly available: string;
        readonly floor: string | null;
        /** Number of the newest entry. */
        readonly seq: string;
        /** Whether it takes movements. */
        readonly status: 'open' | 'frozen' | 'closed';
        /** Who decides the balance now. */
        readonly authority: 'legacy' | 'ledger';
        /** Whether credits are lots with expiry and priority. */
        readonly lotted: boolean;
      }[];
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Open an account, or find the one that is open. */
  'ledger.open-account': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The system it belongs to. */
      readonly system: string;
      /** What the system calls it. */
      readonly kind: string;
      /** Whose it is. */
      readonly owner: string;
      /** What is counted. */
      readonly unit: string;
      /** Lowest available that a spend may leave; null for none. */
      readonly floor?: string | null;
      /** Whether credits are lots with expiry and priority. */
      readonly lotted?: boolean;
    };
    readonly answer: {
      /** Id of the account. */
      readonly id: string;
      /** What is counted. */
      readonly unit: string;
      /** Sum of all entries. */
      readonly balance: string;
      /** Sum of open holds. */
      readonly held: string;
      /** What may be spent: balance less held. */
      readonly available: string;
      readonly floor: string | null;
      /** Number of the newest entry. */
      readonly seq: string;
      /** Whether it takes movements. */
      readonly status: 'open' | 'frozen' | 'closed';
      /** Who decides the balance now. */
      readonly authority: 'legacy' | 'ledger';
      /** Whether credits are lots with expiry and priority. */
      readonly lotted: boolean;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'LEDGER_ACCOUNT_DIFFERS'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Post one entry on an account. */
  'ledger.post': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** Id of the account. */
      readonly accountId: string;
      /** What to add; negative takes. */
      readonly amount: string;
      /** What it is, in the words of the system. */
      readonly kind: string;
      /** The other side. */
      readonly contra: string;
      /** When it happened; else now. */
      readonly occurredAt?: string;
      /** Why, kept with what it leaves. */
      readonly reason?: string;
      /** Facts to keep with the entry: ids and quantities, no personal data. */
      readonly details?: Readonly<Record<string, unknown>>;
    };
    readonly answer: {
      /** Replayed: it was posted before under this key, and this is its first result. */
      readonly status: 'posted' | 'replayed';
      /** The accounts that it names. */
      readonly after: readonly {
        /** The account. */
        readonly accountId: string;
        /** Its balance after the command. */
        readonly balance: string;
        /** Its open holds. */
        readonly held: string;
        /** What may be spent. */
        readonly available: string;
        /** The number of its newest entry then. */
        readonly seq: string;
      }[];
    };
    readonly codes:
      | 'LEDGER_COMMAND_INVALID'
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'LEDGER_OWN_BALANCE'
      | 'HTTP_FORBIDDEN'
      | 'LEDGER_ACCOUNT_UNKNOWN'
      | 'LEDGER_HOLD_UNKNOWN'
      | 'LEDGER_ENTRY_UNKNOWN'
      | 'LEDGER_LOT_UNKNOWN'
      | 'LEDGER_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'LEDGER_HOLD_CAPTURED'
      | 'LEDGER_HOLD_RELEASED'
      | 'LEDGER_HOLD_EXPIRED'
      | 'LEDGER_ENTRY_REVERSED'
      | 'LEDGER_LOT_EMPTY'
      | 'LEDGER_LOT_SPENT'
      | 'LEDGER_ACCOUNT_NOT_EMPTY'
      | 'LEDGER_FLOOR_BREACHED'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'LEDGER_UNIT_MISMATCH'
      | 'LEDGER_ACCOUNT_NOT_LOTTED'
      | 'LEDGER_OCCURRED_IN_FUTURE'
      | 'LEDGER_EXPIRY_PASSED'
      | 'LEDGER_CAPTURE_EXCEEDS_HOLD'
      | 'LEDGER_ENTRY_NOT_REVERSIBLE'
      | 'LEDGER_OVERFLOW'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'LEDGER_QUEUE_FULL'
      | 'LEDGER_CLOSED'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Give back what is reserved. */
  'ledger.release': {
    readonly params: { readonly accountId: string; readonly holdKey: string };
    readonly query: undefined;
    readonly body: {
      /** Why, kept with what it leaves. */
      readonly reason?: string;
    };
    readonly answer: {
      /** Replayed: it was posted before under this key, and this is its first result. */
      readonly status: 'posted' | 'replayed';
      /** The accounts that it names. */
      readonly after: readonly {
        /** The account. */
        readonly accountId: string;
        /** Its balance after the command. */
        readonly balance: string;
        /** Its open holds. */
        readonly held: string;
        /** What may be spent. */
        readonly available: string;
        /** The number of its newest entry then. */
        readonly seq: string;
      }[];
    };
    readonly codes:
      | 'LEDGER_COMMAND_INVALID'
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'LEDGER_OWN_BALANCE'
      | 'HTTP_FORBIDDEN'
      | 'LEDGER_ACCOUNT_UNKNOWN'
      | 'LEDGER_HOLD_UNKNOWN'
      | 'LEDGER_ENTRY_UNKNOWN'
      | 'LEDGER_LOT_UNKNOWN'
      | 'LEDGER_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'LEDGER_HOLD_CAPTURED'
      | 'LEDGER_HOLD_RELEASED'
      | 'LEDGER_HOLD_EXPIRED'
      | 'LEDGER_ENTRY_REVERSED'
      | 'LEDGER_LOT_EMPTY'
      | 'LEDGER_LOT_SPENT'
      | 'LEDGER_ACCOUNT_NOT_EMPTY'
      | 'LEDGER_FLOOR_BREACHED'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'LEDGER_UNIT_MISMATCH'
      | 'LEDGER_ACCOUNT_NOT_LOTTED'
      | 'LEDGER_OCCURRED_IN_FUTURE'
      | 'LEDGER_EXPIRY_PASSED'
      | 'LEDGER_CAPTURE_EXCEEDS_HOLD'
      | 'LEDGER_ENTRY_NOT_REVERSIBLE'
      | 'LEDGER_OVERFLOW'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'LEDGER_QUEUE_FULL'
      | 'LEDGER_CLOSED'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Undo an entry, once. */
  'ledger.reverse': {
    readonly params: { readonly accountId: string; readonly seq: string };
    readonly query: undefined;
    readonly body: {
      /** Why, kept with what it leaves. */
      readonly reason?: string;
    };
    readonly answer: {
      /** Replayed: it was posted before under this key, and this is its first result. */
      readonly status: 'posted' | 'replayed';
      /** The accounts that it names. */
      readonly after: readonly {
        /** The account. */
        readonly accountId: string;
        /** Its balance after the command. */
        readonly balance: string;
        /** Its open holds. */
        readonly held: string;
        /** What may be spent. */
        readonly available: string;
        /** The number of its newest entry then. */
        readonly seq: string;
      }[];
    };
    readonly codes:
      | 'LEDGER_COMMAND_INVALID'
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'LEDGER_OWN_BALANCE'
      | 'HTTP_FORBIDDEN'
      | 'LEDGER_ACCOUNT_UNKNOWN'
      | 'LEDGER_HOLD_UNKNOWN'
      | 'LEDGER_ENTRY_UNKNOWN'
      | 'LEDGER_LOT_UNKNOWN'
      | 'LEDGER_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'LEDGER_HOLD_CAPTURED'
      | 'LEDGER_HOLD_RELEASED'
      | 'LEDGER_HOLD_EXPIRED'
      | 'LEDGER_ENTRY_REVERSED'
      | 'LEDGER_LOT_EMPTY'
      | 'LEDGER_LOT_SPENT'
      | 'LEDGER_ACCOUNT_NOT_EMPTY'
      | 'LEDGER_FLOOR_BREACHED'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'LEDGER_UNIT_MISMATCH'
      | 'LEDGER_ACCOUNT_NOT_LOTTED'
      | 'LEDGER_OCCURRED_IN_FUTURE'
      | 'LEDGER_EXPIRY_PASSED'
      | 'LEDGER_CAPTURE_EXCEEDS_HOLD'
      | 'LEDGER_ENTRY_NOT_REVERSIBLE'
      | 'LEDGER_OVERFLOW'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'LEDGER_QUEUE_FULL'
      | 'LEDGER_CLOSED'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Show a balance now, with its holds and lots. */
  'ledger.show-account': {
    readonly params: { readonly accountId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** Id of the account. */
      readonly id: string;
      /** What is counted. */
      readonly unit: string;
      /** Sum of all entries. */
      readonly balance: string;
      /** Sum of open holds. */
      readonly held: string;
      /** What may be spent: balance less held. */
      readonly available: string;
      readonly floor: string | null;
      /** Number of the newest entry. */
      readonly seq: string;
      /** Whether it takes movements. */
      readonly status: 'open' | 'frozen' | 'closed';
      /** Who decides the balance now. */
      readonly authority: 'legacy' | 'ledger';
      /** Whether credits are lots with expiry and priority. */
      readonly lotted: boolean;
      /** Holds that are open. */
      readonly holds: readonly {
        /** Names the hold. */
        readonly key: string;
        /** What is reserved. */
        readonly amount: string;
        readonly expiresAt: string | null;
      }[];
      /** Lots with something left, in the order in which they are used. */
      readonly lots: readonly {
        /** The entry that granted it. */
        readonly seq: string;
        /** What is left of it. */
        readonly remaining: string;
        /** What it was. */
        readonly amount: string;
        /** Whether it was bought. */
        readonly funding: 'paid' | 'granted';
        /** Lower is used first. */
        readonly priority: string;
        readonly expiresAt: string | null;
      }[];
      /** The moment this is the balance of. */
      readonly at: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'LEDGER_ACCOUNT_UNKNOWN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List the entries behind a balance, with the balance after each. */
  'ledger.statement': {
    readonly params: { readonly accountId: string };
    readonly query: {
      readonly order?: 'newest-first' | 'oldest-first';
      readonly kinds?: readonly string[];
      readonly occurredFrom?: string;
      readonly occurredBefore?: string;
      readonly limit?: number;
      readonly after?: string;
    };
    readonly body: undefined;
    readonly answer: {
      readonly rows: readonly {
        /** Number of the entry on its account. */
        readonly seq: string;
        /** What it moved. */
        readonly amount: string;
        /** The balance after it. */
        readonly balanceAfter: string;
        /** What it was, in the words of the system. */
        readonly kind: string;
        readonly contra: string | null;
        readonly counterAccountId: string | null;
        readonly transferId: string | null;
        /** The key of the command that made it. */
        readonly key: string;
        readonly source: string | null;
        readonly reversesSeq: string | null;
        readonly reason: string | null;
        /** Who did it. */
        readonly actor: string;
        readonly details: Readonly<Record<string, unknown>> | null;
        /** When it happened. */
        readonly occurredAt: string;
        /** When it was written down. */
        readonly recordedAt: string;
      }[];
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'LEDGER_ACCOUNT_UNKNOWN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Move an amount from one account to another. */
  'ledger.transfer': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The account that gives. */
      readonly accountId: string;
      /** The account that receives, of the same unit. */
      readonly toAccountId: string;
      /** More than zero. */
      readonly amount: string;
      /** What it is, in the words of the system. */
      readonly kind: string;
      /** When it happened; else now. */
      readonly occurredAt?: string;
      /** Why, kept with what it leaves. */
      readonly reason?: string;
      /** Facts to keep with the entry: ids and quantities, no personal data. */
      readonly details?: Readonly<Record<string, unknown>>;
    };
    readonly answer: {
      /** Replayed: it was posted before under this key, and this is its first result. */
      readonly status: 'posted' | 'replayed';
      /** The accounts that it names. */
      readonly after: readonly {
        /** The account. */
        readonly accountId: string;
        /** Its balance after the command. */
        readonly balance: string;
        /** Its open holds. */
        readonly held: string;
        /** What may be spent. */
        readonly available: string;
        /** The number of its newest entry then. */
        readonly seq: string;
      }[];
    };
    readonly codes:
      | 'LEDGER_COMMAND_INVALID'
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'LEDGER_OWN_BALANCE'
      | 'HTTP_FORBIDDEN'
      | 'LEDGER_ACCOUNT_UNKNOWN'
      | 'LEDGER_HOLD_UNKNOWN'
      | 'LEDGER_ENTRY_UNKNOWN'
      | 'LEDGER_LOT_UNKNOWN'
      | 'LEDGER_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'LEDGER_HOLD_CAPTURED'
      | 'LEDGER_HOLD_RELEASED'
      | 'LEDGER_HOLD_EXPIRED'
      | 'LEDGER_ENTRY_REVERSED'
      | 'LEDGER_LOT_EMPTY'
      | 'LEDGER_LOT_SPENT'
      | 'LEDGER_ACCOUNT_NOT_EMPTY'
      | 'LEDGER_FLOOR_BREACHED'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'LEDGER_UNIT_MISMATCH'
      | 'LEDGER_ACCOUNT_NOT_LOTTED'
      | 'LEDGER_OCCURRED_IN_FUTURE'
      | 'LEDGER_EXPIRY_PASSED'
      | 'LEDGER_CAPTURE_EXCEEDS_HOLD'
      | 'LEDGER_ENTRY_NOT_REVERSIBLE'
      | 'LEDGER_OVERFLOW'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'LEDGER_QUEUE_FULL'
      | 'LEDGER_CLOSED'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Sum all accounts and their other sides by unit; both together are zero. */
  'ledger.trial-balance': {
    readonly params: undefined;
    readonly query: { readonly system?: string };
    readonly body: undefined;
    readonly answer: {
      readonly units: readonly {
        /** What is counted. */
        readonly unit: string;
        readonly accounts: readonly {
          /** The kind of the accounts, or the name of the other side. */
          readonly name: string;
          /** How many entries. */
          readonly entries: string;
          /** What they sum to. */
          readonly balance: string;
          /** How many accounts. */
          readonly accounts: string;
        }[];
        readonly contras: readonly {
          /** The kind of the accounts, or the name of the other side. */
          readonly name: string;
          /** How many entries. */
          readonly entries: string;
          /** What they sum to. */
          readonly balance: string;
        }[];
        /** Both sides together: zero, or the ledger is broken. */
        readonly difference: string;
      }[];
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Hold every row of the ledger to its rules; ends when the caller goes away. */
  'ledger.verify': {
    readonly params: undefined;
    readonly query: { readonly system?: string };
    readonly body: undefined;
    readonly answer: {
      /** Nothing to check is no success. */
      readonly outcome: 'clean' | 'breached' | 'nothing-to-check';
      /** Accounts looked at. */
      readonly accounts: string;
      /** Entries looked at. */
      readonly entries: string;
      /** Breaches found. */
      readonly breachesCount: string;
      /** The first of them. */
      readonly breaches: readonly {
        /** What does not hold. */
        readonly rule: string;
        /** The table. */
        readonly table: string;
        readonly accountId: string | null;
        /** The entry or lot. */
        readonly seq?: string;
        /** What is stored. */
        readonly found: string;
        /** What follows from the other rows. */
        readonly expected: string;
      }[];
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List the deliveries that wait for a person, oldest first. */
  'notices.list-dead': {
    readonly params: undefined;
    readonly query: {
      readonly system?: string;
      readonly status?: 'dead' | 'failed' | 'unknown';
      readonly limit?: number;
      readonly after?: string;
    };
    readonly body: undefined;
    readonly answer: {
      readonly rows: readonly {
        /** The delivery. */
        readonly id: string;
        /** The notice. */
        readonly noticeId: string;
        /** The system. */
        readonly system: string;
        /** Who is told, such as student:12. */
        readonly recipient: string;
        /** What it tells of. */
        readonly type: string;
        /** How it was to go. */
        readonly channel: string;
        /** Given up, not reached there, or perhaps arrived. */
        readonly status: 'dead' | 'failed' | 'unknown';
        readonly reason: string | null;
        /** How often it was tried. */
        readonly attempts: string;
        /** When it happened. */
        readonly noticedAt: string;
        /** When this was last touched. */
        readonly updatedAt: string;
      }[];
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List the channels that send nothing, and why. */
  'notices.list-paused': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly rows: readonly {
        /** The channel, or all. */
        readonly channel: string;
        /** Since when. */
        readonly pausedAt: string;
        /** Why. */
        readonly reason: string;
      }[];
    };
    readonly codes:
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List what somebody wants to be told, and how. */
  'notices.list-preferences': {
    readonly params: undefined;
    readonly query: { readonly system: string; readonly recipient: string };
    readonly body: undefined;
    readonly answer: {
      readonly rows: readonly {
        /** A type of notice, or * for every one. */
        readonly type: string;
        /** A channel, or * for every one. */
        readonly channel: string;
        /** Whether it is not wanted. */
        readonly optedOut: boolean;
      }[];
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Let a channel send nothing until it is resumed. */
  'notices.pause-channel': {
    readonly params: { readonly channel: 'whatsapp' | 'email' | 'webhook' | 'all' };
    readonly query: undefined;
    readonly body: {
      /** Why. */
      readonly reason: string;
    };
    readonly answer: { readonly status: 'paused' };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Let a channel send again. */
  'notices.resume-channel': {
    readonly params: { readonly channel: 'whatsapp' | 'email' | 'webhook' | 'all' };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** Whether it had been paused. */
      readonly status: 'resumed' | 'was-not-paused';
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Have deliveries tried again: those named, or every dead one of a system. */
  'notices.retry-dead': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body:
      | {
          /** These. */
          readonly ids: readonly string[];
        }
      | {
          /** Every dead one of this system. */
          readonly system: string;
        };
    readonly answer: {
      /** How many are tried again. */
      readonly retried: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Write down in which language somebody is told. */
  'notices.set-language': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The system. */
      readonly system: string;
      /** Who is told, such as student:12. */
      readonly recipient: string;
      /** The language. */
      readonly language: 'en' | 'ar' | 'fa';
    };
    readonly answer: { readonly status: 'kept' };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Write down what somebody wants to be told; what says that money was taken or a child turned away cannot be declined. */
  'notices.set-preference': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The system. */
      readonly system: string;
      /** Who is told, such as student:12. */
      readonly recipient: string;
      /** A type of notice, or * for every one. */
      readonly type: string;
      /** A channel, or * for every one. */
      readonly channel: 'whatsapp' | 'email' | 'webhook' | '*';
      /** Whether it is not wanted. */
      readonly optedOut: boolean;
    };
    readonly answer: { readonly status: 'kept' };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'NOTICES_TYPE_UNKNOWN'
      | 'NOTICES_CHANNEL_UNKNOWN'
      | 'NOTICES_NOT_CONFIGURED'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'NOTICES_TYPE_MANDATORY'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Take what WhatsApp tells of messages: sent, delivered, read, failed; in any order, more than once. */
  'notices.whatsapp-statuses': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: unknown;
    readonly answer: {
      /** Statuses that said something new. */
      readonly recorded: number;
      /** Statuses that did not. */
      readonly ignored: number;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'NOTICES_WEBHOOK_UNSIGNED'
      | 'NOTICES_NOT_CONFIGURED'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Show WhatsApp that the address of the status webhook is ours. */
  'notices.whatsapp-verification': {
    readonly params: undefined;
    readonly query: {
      readonly 'hub.mode': string;
      readonly 'hub.verify_token': string;
      readonly 'hub.challenge': string;
    };
    readonly body: undefined;
    readonly answer: string;
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_FORBIDDEN'
      | 'NOTICES_NOT_CONFIGURED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Set how many sessions a pupil may owe in a group. */
  'tuition.adjust-grace': {
    readonly params: { readonly studentId: string; readonly groupId: string };
    readonly query: undefined;
    readonly body: {
      /** Sessions that may be unpaid. */
      readonly newBalance: number;
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The pupil. */
      readonly studentId: string;
      /** The group. */
      readonly groupId: string;
      /** False after the pupil has left the group. */
      readonly isActive: boolean;
      /** True until the first payment, or until long enough in the group. */
      readonly isNewStudent: boolean;
      /** What the pupil pays. */
      readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
      /** What a month costs; null where neither enrolment nor group says it. */
      readonly fee: string | null;
      /** Sessions that may be unpaid. */
      readonly creditBalance: string;
      /** Sessions that were attended. */
      readonly sessionsAttended: string;
      /** Sessions that were paid for. */
      readonly sessionsPaidFor: string;
      /** Sessions attended beyond those paid for; negative while some are paid ahead. */
      readonly debt: string;
      /** Sessions that can be attended before the door refuses; null where nothing is owed. */
      readonly remainingCredit: string | null;
      /** Whether a block stands, by hand or for money. */
      readonly isBlocked: boolean;
      /** The block as a word, such as credit_exceeded_2; empty where none stands. */
      readonly blockReason: string;
      /** The text in every language. */
      readonly blockText: {
        /** In English. */
        readonly en: string;
        /** In Arabic. */
        readonly ar: string;
      } | null;
      /** When the block began, where that is known, in UTC. */
      readonly blockedAt: string | null;
      /** Money that has bought no session yet. */
      readonly money: string;
      /** Make-up sessions that can be used. */
      readonly makeUpSessions: string;
      /** A block, pass or freeze by hand that is in force. */
      readonly override: {
        /** What it does at the door. */
        readonly effect: 'block' | 'allow' | 'freeze';
        /** Until when; null until somebody ends it, in UTC. */
        readonly until: string | null;
      } | null;
      /** What the door would say if the pupil came now, door hours left aside. */
      readonly nextSession: {
        /** Whether the door would let the pupil in. */
        readonly admitted: boolean;
        /** What the door answers, as a stable word. */
        readonly code:
          | 'present'
          | 'already_in'
          | 'unknown_code'
          | 'inactive_student'
          | 'not_enrolled'
          | 'no_session_today'
          | 'session_cancelled'
          | 'too_early'
          | 'late_blocked'
          | 'very_late'
          | 'blocked_by_hand'
          | 'frozen'
          | 'credit_exceeded'
          | 'new_student_no_payment';
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_ENROLMENT_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'TUITION_NOTHING_OWED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Tell parents of pupils over the limit from when on the door will refuse. */
  'tuition.announce-gate': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** From which day on; else the day that policy enforces the gate. */
      readonly date?: string;
      /** Of this group only. */
      readonly groupId?: string;
    };
    readonly answer: {
      /** The day from which the door refuses. */
      readonly date: string;
      /** How many pupils the announcement is about. */
      readonly pupils: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_KEY_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List refused scans, and those that the gate would have refused, newest first. */
  'tuition.attempts': {
    readonly params: undefined;
    readonly query: {
      readonly studentId?: string;
      readonly groupId?: string;
      readonly shadow?: boolean;
      readonly from?: string;
      readonly until?: string;
      readonly after?: string;
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly answer: {
      /** The rows of this page. */
      readonly rows: readonly {
        /** The refused scan. */
        readonly id: string;
        /** When it was, in UTC. */
        readonly attemptedAt: string;
        /** The day of the session. */
        readonly sessionDate: string;
        /** The pupil; null where nobody was found. */
        readonly studentId: string | null;
        /** The group; null where none was found. */
        readonly groupId: string | null;
        /** What the screen at the door shows. */
        readonly color: 'green' | 'yellow' | 'red' | 'white' | 'gray';
        /** What the door answers, as a stable word. */
        readonly code:
          | 'present'
          | 'already_in'
          | 'unknown_code'
          | 'inactive_student'
          | 'not_enrolled'
          | 'no_session_today'
          | 'session_cancelled'
          | 'too_early'
          | 'late_blocked'
          | 'very_late'
          | 'blocked_by_hand'
          | 'frozen'
          | 'credit_exceeded'
          | 'new_student_no_payment';
        /** What the text is filled with, by name. */
        readonly params: Readonly<Record<string, unknown>>;
        /** The text in every language. */
        readonly text: {
          /** In English. */
          readonly en: string;
          /** In Arabic. */
          readonly ar: string;
        };
        /** True where the pupil was let in, since the gate is not enforced yet. */
        readonly shadow: boolean;
        /** Who scanned, such as person:42. */
        readonly actor: string;
      }[];
      /** Where the next page begins, to give as "after"; null after the last page. */
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Read who changed what, why and from where, newest first. */
  'tuition.audit-log': {
    readonly params: undefined;
    readonly query: {
      readonly studentId?: string;
      readonly groupId?: string;
      readonly action?: string;
      readonly by?: string;
      readonly from?: string;
      readonly until?: string;
      readonly after?: string;
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly answer: {
      /** The rows of this page. */
      readonly rows: readonly {
        /** The line. */
        readonly id: string;
        /** When it was written, in UTC. */
        readonly recordedAt: string;
        /** What was done, such as payment_recorded. */
        readonly action: string;
        /** What was acted on, such as enrolment:12:3. */
        readonly subject: string | null;
        /** Who did it, such as person:42. */
        readonly actor: string;
        /** In which role. */
        readonly role: string | null;
        /** From which address. */
        readonly ipAddress: string | null;
        /** Why. */
        readonly reason: string | null;
        /** What it was before; null where nothing is told. */
        readonly before: unknown;
        /** What it was afterwards; null where nothing is told. */
        readonly after: unknown;
      }[];
      /** Where the next page begins, to give as "after"; null after the last page. */
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Keep a pupil out of a group by hand, whatever is paid. */
  'tuition.block-enrolment': {
    readonly params: { readonly studentId: string; readonly groupId: string };
    readonly query: undefined;
    readonly body: {
      /** Until when; else until somebody unblocks. */
      readonly until?: string;
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The pupil. */
      readonly studentId: string;
      /** The group. */
      readonly groupId: string;
      /** False after the pupil has left the group. */
      readonly isActive: boolean;
      /** True until the first payment, or until long enough in the group. */
      readonly isNewStudent: boolean;
      /** What the pupil pays. */
      readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
      /** What a month costs; null where neither enrolment nor group says it. */
      readonly fee: string | null;
      /** Sessions that may be unpaid. */
      readonly creditBalance: string;
      /** Sessions that were attended. */
      readonly sessionsAttended: string;
      /** Sessions that were paid for. */
      readonly sessionsPaidFor: string;
      /** Sessions attended beyond those paid for; negative while some are paid ahead. */
      readonly debt: string;
      /** Sessions that can be attended before the door refuses; null where nothing is owed. */
      readonly remainingCredit: string | null;
      /** Whether a block stands, by hand or for money. */
      readonly isBlocked: boolean;
      /** The block as a word, such as credit_exceeded_2; empty where none stands. */
      readonly blockReason: string;
      /** The text in every language. */
      readonly blockText: {
        /** In English. */
        readonly en: string;
        /** In Arabic. */
        readonly ar: string;
      } | null;
      /** When the block began, where that is known, in UTC. */
      readonly blockedAt: string | null;
      /** Money that has bought no session yet. */
      readonly money: string;
      /** Make-up sessions that can be used. */
      readonly makeUpSessions: string;
      /** A block, pass or freeze by hand that is in force. */
      readonly override: {
        /** What it does at the door. */
        readonly effect: 'block' | 'allow' | 'freeze';
        /** Until when; null until somebody ends it, in UTC. */
        readonly until: string | null;
      } | null;
      /** What the door would say if the pupil came now, door hours left aside. */
      readonly nextSession: {
        /** Whether the door would let the pupil in. */
        readonly admitted: boolean;
        /** What the door answers, as a stable word. */
        readonly code:
          | 'present'
          | 'already_in'
          | 'unknown_code'
          | 'inactive_student'
          | 'not_enrolled'
          | 'no_session_today'
          | 'session_cancelled'
          | 'too_early'
          | 'late_blocked'
          | 'very_late'
          | 'blocked_by_hand'
          | 'frozen'
          | 'credit_exceeded'
          | 'new_student_no_payment';
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_ENROLMENT_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'TUITION_INSTANT_OUT_OF_ORDER'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Call a session off and give back what was taken for it. */
  'tuition.cancel-session': {
    readonly params: { readonly groupId: string; readonly date: string };
    readonly query: undefined;
    readonly body: {
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The group. */
      readonly groupId: string;
      /** The day of the session. */
      readonly date: string;
      /** Pupils who got a session back by this call. */
      readonly returned: string;
      /** Pupils who got one back by all calls for this session. */
      readonly returnedInAll: string;
      /** Pupils whose balance legacy still decides. */
      readonly leftToLegacy: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Let a pupil leave a group, come back, or end the enrolment for good. */
  'tuition.change-enrolment': {
    readonly params: { readonly studentId: string; readonly groupId: string };
    readonly query: undefined;
    readonly body: {
      /** Leave, return, or close: for good, with nothing owed or kept. */
      readonly action: 'leave' | 'return' | 'close';
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The pupil. */
      readonly studentId: string;
      /** The group. */
      readonly groupId: string;
      /** False after the pupil has left the group. */
      readonly isActive: boolean;
      /** True until the first payment, or until long enough in the group. */
      readonly isNewStudent: boolean;
      /** What the pupil pays. */
      readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
      /** What a month costs; null where neither enrolment nor group says it. */
      readonly fee: string | null;
      /** Sessions that may be unpaid. */
      readonly creditBalance: string;
      /** Sessions that were attended. */
      readonly sessionsAttended: string;
      /** Sessions that were paid for. */
      readonly sessionsPaidFor: string;
      /** Sessions attended beyond those paid for; negative while some are paid ahead. */
      readonly debt: string;
      /** Sessions that can be attended before the door refuses; null where nothing is owed. */
      readonly remainingCredit: string | null;
      /** Whether a block stands, by hand or for money. */
      readonly isBlocked: boolean;
      /** The block as a word, such as credit_exceeded_2; empty where none stands. */
      readonly blockReason: string;
      /** The text in every language. */
      readonly blockText: {
        /** In English. */
        readonly en: string;
        /** In Arabic. */
        readonly ar: string;
      } | null;
      /** When the block began, where that is known, in UTC. */
      readonly blockedAt: string | null;
      /** Money that has bought no session yet. */
      readonly money: string;
      /** Make-up sessions that can be used. */
      readonly makeUpSessions: string;
      /** A block, pass or freeze by hand that is in force. */
      readonly override: {
        /** What it does at the door. */
        readonly effect: 'block' | 'allow' | 'freeze';
        /** Until when; null until somebody ends it, in UTC. */
        readonly until: string | null;
      } | null;
      /** What the door would say if the pupil came now, door hours left aside. */
      readonly nextSession: {
        /** Whether the door would let the pupil in. */
        readonly admitted: boolean;
        /** What the door answers, as a stable word. */
        readonly code:
          | 'present'
          | 'already_in'
          | 'unknown_code'
          | 'inactive_student'
          | 'not_enrolled'
          | 'no_session_today'
          | 'session_cancelled'
          | 'too_early'
          | 'late_blocked'
          | 'very_late'
          | 'blocked_by_hand'
          | 'frozen'
          | 'credit_exceeded'
          | 'new_student_no_payment';
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_ENROLMENT_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'TUITION_ENROLMENT_INACTIVE'
      | 'LEDGER_ACCOUNT_NOT_EMPTY'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Let a pupil into the session that is on, and take it from what is paid. */
  'tuition.check-in': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The code on the card; this or the pupil. */
      readonly code?: string;
      /** The pupil; this or the code. */
      readonly studentId?: string;
      /** The group, where the door is bound to one; else the one that starts nearest. */
      readonly groupId?: string;
    };
    readonly answer: {
      /** What the screen at the door shows. */
      readonly color: 'green' | 'yellow' | 'red' | 'white' | 'gray';
      /** What the door answers, as a stable word. */
      readonly code:
        | 'present'
        | 'already_in'
        | 'unknown_code'
        | 'inactive_student'
        | 'not_enrolled'
        | 'no_session_today'
        | 'session_cancelled'
        | 'too_early'
        | 'late_blocked'
        | 'very_late'
        | 'blocked_by_hand'
        | 'frozen'
        | 'credit_exceeded'
        | 'new_student_no_payment';
      /** What the text is filled with, by name. */
      readonly params: Readonly<Record<string, unknown>>;
      /** The pupil; null where nobody was found. */
      readonly studentId: string | null;
      /** The group; null where none was found. */
      readonly groupId: string | null;
      /** The day of the session by the calendar of the school. */
      readonly sessionDate: string;
      /** Whether the pupil may go in. */
      readonly admitted: boolean;
      /** Sessions that were attended; null where no enrolment was found. */
      readonly attended: string | null;
      /** Sessions that were paid for. */
      readonly paid: string | null;
      /** Sessions attended beyond those paid for; negative while some are paid ahead. */
      readonly debt: string | null;
      /** Sessions left before the door refuses; null where nothing is owed. */
      readonly remaining: string | null;
      /** Whether the session was taken from a make-up credit. */
      readonly makeUp: boolean;
      /** Whether the pupil would have been refused, had the gate been enforced. */
      readonly shadow: boolean;
      /** The text in every language. */
      readonly text: {
        /** In English. */
        readonly en: string;
        /** In Arabic. */
        readonly ar: string;
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_KEY_REUSED'
      | 'TUITION_LEGACY_COLUMN_MISSING'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Report the credit of the school, a group or a pupil, with totals. */
  'tuition.credit-report': {
    readonly params: undefined;
    readonly query: {
      readonly groupId?: string;
      readonly studentId?: string;
      readonly includeInactive?: boolean;
      readonly after?: string;
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly answer: {
      /** Totals over the whole selection. */
      readonly totals: {
        /** Enrolments in all. */
        readonly enrolments: string;
        /** Enrolments of new pupils. */
        readonly new: string;
        /** Enrolments of returning pupils. */
        readonly returning: string;
        /** Enrolments that are blocked. */
        readonly blocked: string;
        /** Enrolments that owe sessions. */
        readonly withDebt: string;
      };
      /** The rows of this page. */
      readonly rows: readonly {
        /** The code on the card of the pupil. */
        readonly studentCode: string | null;
        /** The name of the pupil. */
        readonly studentName: string | null;
        /** The name of the group. */
        readonly groupName: string | null;
        /** The pupil. */
        readonly studentId: string;
        /** The group. */
        readonly groupId: string;
        /** False after the pupil has left the group. */
        readonly isActive: boolean;
        /** True until the first payment, or until long enough in the group. */
        readonly isNewStudent: boolean;
        /** What the pupil pays. */
        readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
        /** What a month costs; null where neither enrolment nor group says it. */
        readonly fee: string | null;
        /** Sessions that may be unpaid. */
        readonly creditBalance: string;
        /** Sessions that were attended. */
        readonly sessionsAttended: string;
        /** Sessions that were paid for. */
        readonly sessionsPaidFor: string;
        /** Sessions attended beyond those paid for; negative while some are paid ahead. */
        readonly debt: string;
        /** Sessions that can be attended before the door refuses; null where nothing is owed. */
        readonly remainingCredit: string | null;
        /** Whether a block stands, by hand or for money. */
        readonly isBlocked: boolean;
        /** The block as a word, such as credit_exceeded_2; empty where none stands. */
        readonly blockReason: string;
        /** The text in every language. */
        readonly blockText: {
          /** In English. */
          readonly en: string;
          /** In Arabic. */
          readonly ar: string;
        } | null;
        /** When the block began, where that is known, in UTC. */
        readonly blockedAt: string | null;
        /** Money that has bought no session yet. */
        readonly money: string;
        /** Make-up sessions that can be used. */
        readonly makeUpSessions: string;
        /** A block, pass or freeze by hand that is in force. */
        readonly override: {
          /** What it does at the door. */
          readonly effect: 'block' | 'allow' | 'freeze';
          /** Until when; null until somebody ends it, in UTC. */
          readonly until: string | null;
        } | null;
        /** What the door would say if the pupil came now, door hours left aside. */
        readonly nextSession: {
          /** Whether the door would let the pupil in. */
          readonly admitted: boolean;
          /** What the door answers, as a stable word. */
          readonly code:
            | 'present'
            | 'already_in'
            | 'unknown_code'
            | 'inactive_student'
            | 'not_enrolled'
            | 'no_session_today'
            | 'session_cancelled'
            | 'too_early'
            | 'late_blocked'
            | 'very_late'
            | 'blocked_by_hand'
            | 'frozen'
            | 'credit_exceeded'
            | 'new_student_no_payment';
        };
      }[];
      /** Where the next page begins, to give as "after"; null after the last page. */
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Tell where a pupil stands in a group: attended, paid, owed, blocked and why. */
  'tuition.credit-status': {
    readonly params: { readonly studentId: string; readonly groupId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** The pupil. */
      readonly studentId: string;
      /** The group. */
      readonly groupId: string;
      /** False after the pupil has left the group. */
      readonly isActive: boolean;
      /** True until the first payment, or until long enough in the group. */
      readonly isNewStudent: boolean;
      /** What the pupil pays. */
      readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
      /** What a month costs; null where neither enrolment nor group says it. */
      readonly fee: string | null;
      /** Sessions that may be unpaid. */
      readonly creditBalance: string;
      /** Sessions that were attended. */
      readonly sessionsAttended: string;
      /** Sessions that were paid for. */
      readonly sessionsPaidFor: string;
      /** Sessions attended beyond those paid for; negative while some are paid ahead. */
      readonly debt: string;
      /** Sessions that can be attended before the door refuses; null where nothing is owed. */
      readonly remainingCredit: string | null;
      /** Whether a block stands, by hand or for money. */
      readonly isBlocked: boolean;
      /** The block as a word, such as credit_exceeded_2; empty where none stands. */
      readonly blockReason: string;
      /** The text in every language. */
      readonly blockText: {
        /** In English. */
        readonly en: string;
        /** In Arabic. */
        readonly ar: string;
      } | null;
      /** When the block began, where that is known, in UTC. */
      readonly blockedAt: string | null;
      /** Money that has bought no session yet. */
      readonly money: string;
      /** Make-up sessions that can be used. */
      readonly makeUpSessions: string;
      /** A block, pass or freeze by hand that is in force. */
      readonly override: {
        /** What it does at the door. */
        readonly effect: 'block' | 'allow' | 'freeze';
        /** Until when; null until somebody ends it, in UTC. */
        readonly until: string | null;
      } | null;
      /** What the door would say if the pupil came now, door hours left aside. */
      readonly nextSession: {
        /** Whether the door would let the pupil in. */
        readonly admitted: boolean;
        /** What the door answers, as a stable word. */
        readonly code:
          | 'present'
          | 'already_in'
          | 'unknown_code'
          | 'inactive_student'
          | 'not_enrolled'
          | 'no_session_today'
          | 'session_cancelled'
          | 'too_early'
          | 'late_blocked'
          | 'very_late'
          | 'blocked_by_hand'
          | 'frozen'
          | 'credit_exceeded'
          | 'new_student_no_payment';
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_ENROLMENT_UNKNOWN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Enrol a pupil in a group. */
  'tuition.enrol-student': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The pupil. */
      readonly studentId: string;
      /** The group. */
      readonly groupId: string;
      /** What the pupil pays; else normal. */
      readonly financialStatus?: 'normal' | 'symbolic' | 'exempt';
      /** An own fee; else that of the group. */
      readonly customFee?: string;
      /** Why, for the audit. */
      readonly reason?: string;
    };
    readonly answer: {
      /** The pupil. */
      readonly studentId: string;
      /** The group. */
      readonly groupId: string;
      /** False after the pupil has left the group. */
      readonly isActive: boolean;
      /** True until the first payment, or until long enough in the group. */
      readonly isNewStudent: boolean;
      /** What the pupil pays. */
      readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
      /** What a month costs; null where neither enrolment nor group says it. */
      readonly fee: string | null;
      /** Sessions that may be unpaid. */
      readonly creditBalance: string;
      /** Sessions that were attended. */
      readonly sessionsAttended: string;
      /** Sessions that were paid for. */
      readonly sessionsPaidFor: string;
      /** Sessions attended beyond those paid for; negative while some are paid ahead. */
      readonly debt: string;
      /** Sessions that can be attended before the door refuses; null where nothing is owed. */
      readonly remainingCredit: string | null;
      /** Whether a block stands, by hand or for money. */
      readonly isBlocked: boolean;
      /** The block as a word, such as credit_exceeded_2; empty where none stands. */
      readonly blockReason: string;
      /** The text in every language. */
      readonly blockText: {
        /** In English. */
        readonly en: string;
        /** In Arabic. */
        readonly ar: string;
      } | null;
      /** When the block began, where that is known, in UTC. */
      readonly blockedAt: string | null;
      /** Money that has bought no session yet. */
      readonly money: string;
      /** Make-up sessions that can be used. */
      readonly makeUpSessions: string;
      /** A block, pass or freeze by hand that is in force. */
      readonly override: {
        /** What it does at the door. */
        readonly effect: 'block' | 'allow' | 'freeze';
        /** Until when; null until somebody ends it, in UTC. */
        readonly until: string | null;
      } | null;
      /** What the door would say if the pupil came now, door hours left aside. */
      readonly nextSession: {
        /** Whether the door would let the pupil in. */
        readonly admitted: boolean;
        /** What the door answers, as a stable word. */
        readonly code:
          | 'present'
          | 'already_in'
          | 'unknown_code'
          | 'inactive_student'
          | 'not_enrolled'
          | 'no_session_today'
          | 'session_cancelled'
          | 'too_early'
          | 'late_blocked'
          | 'very_late'
          | 'blocked_by_hand'
          | 'frozen'
          | 'credit_exceeded'
          | 'new_student_no_payment';
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'TUITION_ENROLMENT_EXISTS'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Show every group of the children of one parent, by telephone number. */
  'tuition.family-view': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The telephone number of the parent. */
      readonly phone: string;
    };
    readonly answer: {
      /** The children of the family. */
      readonly children: readonly {
        /** The pupil. */
        readonly studentId: string;
        /** The code on the card of the pupil. */
        readonly studentCode: string | null;
        /** The name of the pupil. */
        readonly studentName: string | null;
        /** Every group of the pupil. */
        readonly enrolments: readonly {
          /** The code on the card of the pupil. */
          readonly studentCode: string | null;
          /** The name of the pupil. */
          readonly studentName: string | null;
          /** The name of the group. */
          readonly groupName: string | null;
          /** The pupil. */
          readonly studentId: string;
          /** The group. */
          readonly groupId: string;
          /** False after the pupil has left the group. */
          readonly isActive: boolean;
          /** True until the first payment, or until long enough in the group. */
          readonly isNewStudent: boolean;
          /** What the pupil pays. */
          readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
          /** What a month costs; null where neither enrolment nor group says it. */
          readonly fee: string | null;
          /** Sessions that may be unpaid. */
          readonly creditBalance: string;
          /** Sessions that were attended. */
          readonly sessionsAttended: string;
          /** Sessions that were paid for. */
          readonly sessionsPaidFor: string;
          /** Sessions attended beyond those paid for; negative while some are paid ahead. */
          readonly debt: string;
          /** Sessions that can be attended before the door refuses; null where nothing is owed. */
          readonly remainingCredit: string | null;
          /** Whether a block stands, by hand or for money. */
          readonly isBlocked: boolean;
          /** The block as a word, such as credit_exceeded_2; empty where none stands. */
          readonly blockReason: string;
          /** The text in every language. */
          readonly blockText: {
            /** In English. */
            readonly en: string;
            /** In Arabic. */
            readonly ar: string;
          } | null;
          /** When the block began, where that is known, in UTC. */
          readonly blockedAt: string | null;
          /** Money that has bought no session yet. */
          readonly money: string;
          /** Make-up sessions that can be used. */
          readonly makeUpSessions: string;
          /** A block, pass or freeze by hand that is in force. */
          readonly override: {
            /** What it does at the door. */
            readonly effect: 'block' | 'allow' | 'freeze';
            /** Until when; null until somebody ends it, in UTC. */
            readonly until: string | null;
          } | null;
          /** What the door would say if the pupil came now, door hours left aside. */
          readonly nextSession: {
            /** Whether the door would let the pupil in. */
            readonly admitted: boolean;
            /** What the door answers, as a stable word. */
            readonly code:
              | 'present'
              | 'already_in'
              | 'unknown_code'
              | 'inactive_student'
              | 'not_enrolled'
              | 'no_session_today'
              | 'session_cancelled'
              | 'too_early'
              | 'late_blocked'
              | 'very_late'
              | 'blocked_by_hand'
              | 'frozen'
              | 'credit_exceeded'
              | 'new_student_no_payment';
          };
        }[];
      }[];
      /** Sessions owed in groups where some are owed. */
      readonly totalDebt: string;
      /** Money kept in all groups together. */
      readonly totalMoney: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_LEGACY_COLUMN_MISSING'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Freeze a pupil in a group for a time, such as a journey or an illness. */
  'tuition.freeze-enrolment': {
    readonly params: { readonly studentId: string; readonly groupId: string };
    readonly query: undefined;
    readonly body: {
      /** From when; else from now on. */
      readonly from?: string;
      /** Until when. */
      readonly until: string;
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The pupil. */
      readonly studentId: string;
      /** The group. */
      readonly groupId: string;
      /** False after the pupil has left the group. */
      readonly isActive: boolean;
      /** True until the first payment, or until long enough in the group. */
      readonly isNewStudent: boolean;
      /** What the pupil pays. */
      readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
      /** What a month costs; null where neither enrolment nor group says it. */
      readonly fee: string | null;
      /** Sessions that may be unpaid. */
      readonly creditBalance: string;
      /** Sessions that were attended. */
      readonly sessionsAttended: string;
      /** Sessions that were paid for. */
      readonly sessionsPaidFor: string;
      /** Sessions attended beyond those paid for; negative while some are paid ahead. */
      readonly debt: string;
      /** Sessions that can be attended before the door refuses; null where nothing is owed. */
      readonly remainingCredit: string | null;
      /** Whether a block stands, by hand or for money. */
      readonly isBlocked: boolean;
      /** The block as a word, such as credit_exceeded_2; empty where none stands. */
      readonly blockReason: string;
      /** The text in every language. */
      readonly blockText: {
        /** In English. */
        readonly en: string;
        /** In Arabic. */
        readonly ar: string;
      } | null;
      /** When the block began, where that is known, in UTC. */
      readonly blockedAt: string | null;
      /** Money that has bought no session yet. */
      readonly money: string;
      /** Make-up sessions that can be used. */
      readonly makeUpSessions: string;
      /** A block, pass or freeze by hand that is in force. */
      readonly override: {
        /** What it does at the door. */
        readonly effect: 'block' | 'allow' | 'freeze';
        /** Until when; null until somebody ends it, in UTC. */
        readonly until: string | null;
      } | null;
      /** What the door would say if the pupil came now, door hours left aside. */
      readonly nextSession: {
        /** Whether the door would let the pupil in. */
        readonly admitted: boolean;
        /** What the door answers, as a stable word. */
        readonly code:
          | 'present'
          | 'already_in'
          | 'unknown_code'
          | 'inactive_student'
          | 'not_enrolled'
          | 'no_session_today'
          | 'session_cancelled'
          | 'too_early'
          | 'late_blocked'
          | 'very_late'
          | 'blocked_by_hand'
          | 'frozen'
          | 'credit_exceeded'
          | 'new_student_no_payment';
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_ENROLMENT_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'TUITION_INSTANT_OUT_OF_ORDER'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Grant a pupil make-up sessions, which expire. */
  'tuition.grant-make-up': {
    readonly params: { readonly studentId: string; readonly groupId: string };
    readonly query: undefined;
    readonly body: {
      /** How many. */
      readonly sessions: number;
      /** When they expire; else after the days that policy says. */
      readonly expiresAt?: string;
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** When the sessions expire, in UTC. */
      readonly expiresAt: string;
      /** Where the pupil stands in the group. */
      readonly status: {
        /** The pupil. */
        readonly studentId: string;
        /** The group. */
        readonly groupId: string;
        /** False after the pupil has left the group. */
        readonly isActive: boolean;
        /** True until the first payment, or until long enough in the group. */
        readonly isNewStudent: boolean;
        /** What the pupil pays. */
        readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
        /** What a month costs; null where neither enrolment nor group says it. */
        readonly fee: string | null;
        /** Sessions that may be unpaid. */
        readonly creditBalance: string;
        /** Sessions that were attended. */
        readonly sessionsAttended: string;
        /** Sessions that were paid for. */
        readonly sessionsPaidFor: string;
        /** Sessions attended beyond those paid for; negative while some are paid ahead. */
        readonly debt: string;
        /** Sessions that can be attended before the door refuses; null where nothing is owed. */
        readonly remainingCredit: string | null;
        /** Whether a block stands, by hand or for money. */
        readonly isBlocked: boolean;
        /** The block as a word, such as credit_exceeded_2; empty where none stands. */
        readonly blockReason: string;
        /** The text in every language. */
        readonly blockText: {
          /** In English. */
          readonly en: string;
          /** In Arabic. */
          readonly ar: string;
        } | null;
        /** When the block began, where that is known, in UTC. */
        readonly blockedAt: string | null;
        /** Money that has bought no session yet. */
        readonly money: string;
        /** Make-up sessions that can be used. */
        readonly makeUpSessions: string;
        /** A block, pass or freeze by hand that is in force. */
        readonly override: {
          /** What it does at the door. */
          readonly effect: 'block' | 'allow' | 'freeze';
          /** Until when; null until somebody ends it, in UTC. */
          readonly until: string | null;
        } | null;
        /** What the door would say if the pupil came now, door hours left aside. */
        readonly nextSession: {
          /** Whether the door would let the pupil in. */
          readonly admitted: boolean;
          /** What the door answers, as a stable word. */
          readonly code:
            | 'present'
            | 'already_in'
            | 'unknown_code'
            | 'inactive_student'
            | 'not_enrolled'
            | 'no_session_today'
            | 'session_cancelled'
            | 'too_early'
            | 'late_blocked'
            | 'very_late'
            | 'blocked_by_hand'
            | 'frozen'
            | 'credit_exceeded'
            | 'new_student_no_payment';
        };
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_ENROLMENT_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'TUITION_ENROLMENT_INACTIVE'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'TUITION_INSTANT_OUT_OF_ORDER'
      | 'LEDGER_EXPIRY_PASSED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** The page for the door: reads cards and shows who may come in. */
  'tuition.kiosk': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: string;
    readonly codes:
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** A module of the page for the door. */
  'tuition.kiosk-module': {
    readonly params: {
      readonly module:
        | 'kiosk.js'
        | 'ask-door.js'
        | 'browser.js'
        | 'door.js'
        | 'door-answer.js'
        | 'door-screen.js'
        | 'key-character.js'
        | 'kiosk-settings.js'
        | 'kiosk-texts.js'
        | 'present-outcome.js'
        | 'scan-input.js'
        | 'scan-reader.js'
        | 'setup-form.js'
        | 'watch-connection.js'
        | 'way-to-setup.js'
        | 'write-texts.js';
    };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: string;
    readonly codes:
      | 'INPUT_INVALID'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** The style of the page for the door. */
  'tuition.kiosk-styles': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: string;
    readonly codes:
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List payments of a pupil, a group or a receipt, newest first. */
  'tuition.list-payments': {
    readonly params: undefined;
    readonly query: {
      readonly studentId?: string;
      readonly groupId?: string;
      readonly receipt?: string;
      readonly after?: string;
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly answer: {
      /** The rows of this page. */
      readonly rows: readonly {
        /** The payment. */
        readonly id: string;
        /** The number of the receipt. */
        readonly receipt: string;
        /** The pupil. */
        readonly studentId: string;
        /** The group. */
        readonly groupId: string;
        /** What it was received for: a month, or a name of its own. */
        readonly plan: string;
        /** When it was paid, in UTC. */
        readonly paidAt: string;
        /** Where the money came from. */
        readonly from: 'received' | 'kept-money';
        /** How much. */
        readonly amount: string;
        /** Sessions that it bought. */
        readonly sessions: string;
        /** What it added to the money that is kept. */
        readonly moneyKept: string;
        /** Where the payment is. */
        readonly status: 'recorded' | 'voided' | 'refunded';
        /** What of it went back. */
        readonly refunded: string;
        /** Who took it, such as person:42. */
        readonly actor: string;
        /** A note for the record. */
        readonly note: string | null;
      }[];
      /** Where the next page begins, to give as "after"; null after the last page. */
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Settle a month: what came in per group, and the shares of teacher and school. */
  'tuition.monthly-settlement': {
    readonly params: { readonly month: string };
    readonly query: { readonly groupId?: string; readonly teacherId?: string };
    readonly body: undefined;
    readonly answer: {
      /** The month. */
      readonly month: string;
      /** The groups in which money moved. */
      readonly groups: readonly {
        /** The group. */
        readonly groupId: string;
        /** The name of the group. */
        readonly groupName: string | null;
        /** The teacher. */
        readonly teacherId: string | null;
        /** Percent that the school keeps. */
        readonly centerPercent: string;
        /** What came in. */
        readonly received: string;
        /** What went back. */
        readonly refunded: string;
        /** What came in minus what went back. */
        readonly revenue: string;
        /** The share of the teacher. */
        readonly teacherShare: string;
        /** The share of the school. */
        readonly centerShare: string;
      }[];
      /** What came in. */
      readonly received: string;
      /** What went back. */
      readonly refunded: string;
      /** What came in minus what went back. */
      readonly revenue: string;
      /** The share of the teacher. */
      readonly teacherShare: string;
      /** The share of the school. */
      readonly centerShare: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Record one month of fees from the pupils of a group. */
  'tuition.record-bulk-payment': {
    readonly params: { readonly groupId: string };
    readonly query: undefined;
    readonly body: {
      /** For which month; else the present one. */
      readonly month?: string;
      /** From these pupils only; else from every active one. */
      readonly studentIds?: readonly string[];
      /** When it was received; else now. */
      readonly paidAt?: string;
      /** A note for the record. */
      readonly note?: string;
    };
    readonly answer: {
      /** The month it is for. */
      readonly month: string;
      /** What was taken. */
      readonly payments: readonly {
        /** The pupil. */
        readonly studentId: string;
        /** The payment. */
        readonly paymentId: string;
        /** The number of the receipt. */
        readonly receipt: string;
        /** What was taken. */
        readonly amount: string;
        /** Sessions that it bought. */
        readonly sessions: string;
      }[];
      /** What was taken in all. */
      readonly total: string;
      /** From whom nothing was taken. */
      readonly skipped: readonly {
        /** The pupil. */
        readonly studentId: string;
        /** Why nothing was taken. */
        readonly why: 'paid' | 'nothing-owed' | 'no-fee' | 'not-enrolled' | 'legacy-authority';
      }[];
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'TUITION_INSTANT_OUT_OF_ORDER'
      | 'TUITION_FEE_UNKNOWN'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Record money received for a month, or spend money that was kept. */
  'tuition.record-payment': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** The pupil. */
      readonly studentId: string;
      /** The group. */
      readonly groupId: string;
      /** How much, in the currency of the school. */
      readonly amount: string;
      /** For which month; else the present one. */
      readonly month?: string;
      /** When it was received; else now. */
      readonly paidAt?: string;
      /** Where the money comes from; else it was received. */
      readonly from?: 'received' | 'kept-money';
      /** A note for the record. */
      readonly note?: string;
    };
    readonly answer: {
      /** The payment. */
      readonly paymentId: string;
      /** The number of the receipt. */
      readonly receipt: string;
      /** The month it is for. */
      readonly month: string;
      /** What the month costs. */
      readonly due: string;
      /** All that was received for the month by now. */
      readonly received: string;
      /** Sessions that this payment bought. */
      readonly sessions: string;
      /** What it added to the money that is kept; negative where kept money completed a session. */
      readonly moneyKept: string;
      /** Where the pupil stands in the group. */
      readonly status: {
        /** The pupil. */
        readonly studentId: string;
        /** The group. */
        readonly groupId: string;
        /** False after the pupil has left the group. */
        readonly isActive: boolean;
        /** True until the first payment, or until long enough in the group. */
        readonly isNewStudent: boolean;
        /** What the pupil pays. */
        readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
        /** What a month costs; null where neither enrolment nor group says it. */
        readonly fee: string | null;
        /** Sessions that may be unpaid. */
        readonly creditBalance: string;
        /** Sessions that were attended. */
        readonly sessionsAttended: string;
        /** Sessions that were paid for. */
        readonly sessionsPaidFor: string;
        /** Sessions attended beyond those paid for; negative while some are paid ahead. */
        readonly debt: string;
        /** Sessions that can be attended before the door refuses; null where nothing is owed. */
        readonly remainingCredit: string | null;
        /** Whether a block stands, by hand or for money. */
        readonly isBlocked: boolean;
        /** The block as a word, such as credit_exceeded_2; empty where none stands. */
        readonly blockReason: string;
        /** The text in every language. */
        readonly blockText: {
          /** In English. */
          readonly en: string;
          /** In Arabic. */
          readonly ar: string;
        } | null;
        /** When the block began, where that is known, in UTC. */
        readonly blockedAt: string | null;
        /** Money that has bought no session yet. */
        readonly money: string;
        /** Make-up sessions that can be used. */
        readonly makeUpSessions: string;
        /** A block, pass or freeze by hand that is in force. */
        readonly override: {
          /** What it does at the door. */
          readonly effect: 'block' | 'allow' | 'freeze';
          /** Until when; null until somebody ends it, in UTC. */
          readonly until: string | null;
        } | null;
        /** What the door would say if the pupil came now, door hours left aside. */
        readonly nextSession: {
          /** Whether the door would let the pupil in. */
          readonly admitted: boolean;
          /** What the door answers, as a stable word. */
          readonly code:
            | 'present'
            | 'already_in'
            | 'unknown_code'
            | 'inactive_student'
            | 'not_enrolled'
            | 'no_session_today'
            | 'session_cancelled'
            | 'too_early'
            | 'late_blocked'
            | 'very_late'
            | 'blocked_by_hand'
            | 'frozen'
            | 'credit_exceeded'
            | 'new_student_no_payment';
        };
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_ENROLMENT_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'TUITION_MONTH_PAID'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'TUITION_INSTANT_OUT_OF_ORDER'
      | 'TUITION_FEE_UNKNOWN'
      | 'TUITION_MONEY_SHORT'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Give money back, in part or whole, and take back the sessions it bought. */
  'tuition.refund-payment': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** A payment taken here; this, or pupil, group and month. */
      readonly paymentId?: string;
      /** The pupil, for a month paid before the cutover. */
      readonly studentId?: string;
      /** The group of that month. */
      readonly groupId?: string;
      /** That month. */
      readonly month?: string;
      /** How much; else all that is left. */
      readonly amount?: string;
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The payment; null for a month that was paid before the cutover. */
      readonly paymentId: string | null;
      /** What goes back. */
      readonly amount: string;
      /** Sessions taken back: zero or negative. */
      readonly sessions: string;
      /** What it did to the money that is kept. */
      readonly moneyKept: string;
      /** Where the pupil stands in the group. */
      readonly status: {
        /** The pupil. */
        readonly studentId: string;
        /** The group. */
        readonly groupId: string;
        /** False after the pupil has left the group. */
        readonly isActive: boolean;
        /** True until the first payment, or until long enough in the group. */
        readonly isNewStudent: boolean;
        /** What the pupil pays. */
        readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
        /** What a month costs; null where neither enrolment nor group says it. */
        readonly fee: string | null;
        /** Sessions that may be unpaid. */
        readonly creditBalance: string;
        /** Sessions that were attended. */
        readonly sessionsAttended: string;
        /** Sessions that were paid for. */
        readonly sessionsPaidFor: string;
        /** Sessions attended beyond those paid for; negative while some are paid ahead. */
        readonly debt: string;
        /** Sessions that can be attended before the door refuses; null where nothing is owed. */
        readonly remainingCredit: string | null;
        /** Whether a block stands, by hand or for money. */
        readonly isBlocked: boolean;
        /** The block as a word, such as credit_exceeded_2; empty where none stands. */
        readonly blockReason: string;
        /** The text in every language. */
        readonly blockText: {
          /** In English. */
          readonly en: string;
          /** In Arabic. */
          readonly ar: string;
        } | null;
        /** When the block began, where that is known, in UTC. */
        readonly blockedAt: string | null;
        /** Money that has bought no session yet. */
        readonly money: string;
        /** Make-up sessions that can be used. */
        readonly makeUpSessions: string;
        /** A block, pass or freeze by hand that is in force. */
        readonly override: {
          /** What it does at the door. */
          readonly effect: 'block' | 'allow' | 'freeze';
          /** Until when; null until somebody ends it, in UTC. */
          readonly until: string | null;
        } | null;
        /** What the door would say if the pupil came now, door hours left aside. */
        readonly nextSession: {
          /** Whether the door would let the pupil in. */
          readonly admitted: boolean;
          /** What the door answers, as a stable word. */
          readonly code:
            | 'present'
            | 'already_in'
            | 'unknown_code'
            | 'inactive_student'
            | 'not_enrolled'
            | 'no_session_today'
            | 'session_cancelled'
            | 'too_early'
            | 'late_blocked'
            | 'very_late'
            | 'blocked_by_hand'
            | 'frozen'
            | 'credit_exceeded'
            | 'new_student_no_payment';
        };
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_UNKNOWN'
      | 'TUITION_ENROLMENT_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'TUITION_PAYMENT_NOT_REVERSIBLE'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'TUITION_MONEY_SHORT'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Remind the parents of pupils with one unpaid session, at most once a day. */
  'tuition.remind-debtors': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** Of this group only. */
      readonly groupId?: string;
    };
    readonly answer: {
      /** The day of the reminder. */
      readonly date: string;
      /** How many pupils a reminder is about. */
      readonly pupils: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_KEY_REUSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Give back a session that was taken for an attendance. */
  'tuition.reverse-attendance': {
    readonly params: { readonly studentId: string; readonly groupId: string; readonly date: string };
    readonly query: undefined;
    readonly body: {
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The pupil. */
      readonly studentId: string;
      /** The group. */
      readonly groupId: string;
      /** False after the pupil has left the group. */
      readonly isActive: boolean;
      /** True until the first payment, or until long enough in the group. */
      readonly isNewStudent: boolean;
      /** What the pupil pays. */
      readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
      /** What a month costs; null where neither enrolment nor group says it. */
      readonly fee: string | null;
      /** Sessions that may be unpaid. */
      readonly creditBalance: string;
      /** Sessions that were attended. */
      readonly sessionsAttended: string;
      /** Sessions that were paid for. */
      readonly sessionsPaidFor: string;
      /** Sessions attended beyond those paid for; negative while some are paid ahead. */
      readonly debt: string;
      /** Sessions that can be attended before the door refuses; null where nothing is owed. */
      readonly remainingCredit: string | null;
      /** Whether a block stands, by hand or for money. */
      readonly isBlocked: boolean;
      /** The block as a word, such as credit_exceeded_2; empty where none stands. */
      readonly blockReason: string;
      /** The text in every language. */
      readonly blockText: {
        /** In English. */
        readonly en: string;
        /** In Arabic. */
        readonly ar: string;
      } | null;
      /** When the block began, where that is known, in UTC. */
      readonly blockedAt: string | null;
      /** Money that has bought no session yet. */
      readonly money: string;
      /** Make-up sessions that can be used. */
      readonly makeUpSessions: string;
      /** A block, pass or freeze by hand that is in force. */
      readonly override: {
        /** What it does at the door. */
        readonly effect: 'block' | 'allow' | 'freeze';
        /** Until when; null until somebody ends it, in UTC. */
        readonly until: string | null;
      } | null;
      /** What the door would say if the pupil came now, door hours left aside. */
      readonly nextSession: {
        /** Whether the door would let the pupil in. */
        readonly admitted: boolean;
        /** What the door answers, as a stable word. */
        readonly code:
          | 'present'
          | 'already_in'
          | 'unknown_code'
          | 'inactive_student'
          | 'not_enrolled'
          | 'no_session_today'
          | 'session_cancelled'
          | 'too_early'
          | 'late_blocked'
          | 'very_late'
          | 'blocked_by_hand'
          | 'frozen'
          | 'credit_exceeded'
          | 'new_student_no_payment';
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_ENROLMENT_UNKNOWN'
      | 'TUITION_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Set what a pupil pays in a group: the normal fee, a symbolic one, or none. */
  'tuition.set-financial-status': {
    readonly params: { readonly studentId: string; readonly groupId: string };
    readonly query: undefined;
    readonly body: {
      /** What the pupil pays. */
      readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
      /** The own fee of the enrolment, "none" for the fee of the group; else it stays. */
      readonly customFee?: string;
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The pupil. */
      readonly studentId: string;
      /** The group. */
      readonly groupId: string;
      /** False after the pupil has left the group. */
      readonly isActive: boolean;
      /** True until the first payment, or until long enough in the group. */
      readonly isNewStudent: boolean;
      /** What the pupil pays. */
      readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
      /** What a month costs; null where neither enrolment nor group says it. */
      readonly fee: string | null;
      /** Sessions that may be unpaid. */
      readonly creditBalance: string;
      /** Sessions that were attended. */
      readonly sessionsAttended: string;
      /** Sessions that were paid for. */
      readonly sessionsPaidFor: string;
      /** Sessions attended beyond those paid for; negative while some are paid ahead. */
      readonly debt: string;
      /** Sessions that can be attended before the door refuses; null where nothing is owed. */
      readonly remainingCredit: string | null;
      /** Whether a block stands, by hand or for money. */
      readonly isBlocked: boolean;
      /** The block as a word, such as credit_exceeded_2; empty where none stands. */
      readonly blockReason: string;
      /** The text in every language. */
      readonly blockText: {
        /** In English. */
        readonly en: string;
        /** In Arabic. */
        readonly ar: string;
      } | null;
      /** When the block began, where that is known, in UTC. */
      readonly blockedAt: string | null;
      /** Money that has bought no session yet. */
      readonly money: string;
      /** Make-up sessions that can be used. */
      readonly makeUpSessions: string;
      /** A block, pass or freeze by hand that is in force. */
      readonly override: {
        /** What it does at the door. */
        readonly effect: 'block' | 'allow' | 'freeze';
        /** Until when; null until somebody ends it, in UTC. */
        readonly until: string | null;
      } | null;
      /** What the door would say if the pupil came now, door hours left aside. */
      readonly nextSession: {
        /** Whether the door would let the pupil in. */
        readonly admitted: boolean;
        /** What the door answers, as a stable word. */
        readonly code:
          | 'present'
          | 'already_in'
          | 'unknown_code'
          | 'inactive_student'
          | 'not_enrolled'
          | 'no_session_today'
          | 'session_cancelled'
          | 'too_early'
          | 'late_blocked'
          | 'very_late'
          | 'blocked_by_hand'
          | 'frozen'
          | 'credit_exceeded'
          | 'new_student_no_payment';
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_ENROLMENT_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** List pupils who attended more sessions than are paid for. */
  'tuition.students-with-debt': {
    readonly params: undefined;
    readonly query: {
      readonly groupId?: string;
      readonly studentId?: string;
      readonly includeInactive?: boolean;
      readonly after?: string;
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly answer: {
      /** The rows of this page. */
      readonly rows: readonly {
        /** The code on the card of the pupil. */
        readonly studentCode: string | null;
        /** The name of the pupil. */
        readonly studentName: string | null;
        /** The name of the group. */
        readonly groupName: string | null;
        /** The pupil. */
        readonly studentId: string;
        /** The group. */
        readonly groupId: string;
        /** False after the pupil has left the group. */
        readonly isActive: boolean;
        /** True until the first payment, or until long enough in the group. */
        readonly isNewStudent: boolean;
        /** What the pupil pays. */
        readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
        /** What a month costs; null where neither enrolment nor group says it. */
        readonly fee: string | null;
        /** Sessions that may be unpaid. */
        readonly creditBalance: string;
        /** Sessions that were attended. */
        readonly sessionsAttended: string;
        /** Sessions that were paid for. */
        readonly sessionsPaidFor: string;
        /** Sessions attended beyond those paid for; negative while some are paid ahead. */
        readonly debt: string;
        /** Sessions that can be attended before the door refuses; null where nothing is owed. */
        readonly remainingCredit: string | null;
        /** Whether a block stands, by hand or for money. */
        readonly isBlocked: boolean;
        /** The block as a word, such as credit_exceeded_2; empty where none stands. */
        readonly blockReason: string;
        /** The text in every language. */
        readonly blockText: {
          /** In English. */
          readonly en: string;
          /** In Arabic. */
          readonly ar: string;
        } | null;
        /** When the block began, where that is known, in UTC. */
        readonly blockedAt: string | null;
        /** Money that has bought no session yet. */
        readonly money: string;
        /** Make-up sessions that can be used. */
        readonly makeUpSessions: string;
        /** A block, pass or freeze by hand that is in force. */
        readonly override: {
          /** What it does at the door. */
          readonly effect: 'block' | 'allow' | 'freeze';
          /** Until when; null until somebody ends it, in UTC. */
          readonly until: string | null;
        } | null;
        /** What the door would say if the pupil came now, door hours left aside. */
        readonly nextSession: {
          /** Whether the door would let the pupil in. */
          readonly admitted: boolean;
          /** What the door answers, as a stable word. */
          readonly code:
            | 'present'
            | 'already_in'
            | 'unknown_code'
            | 'inactive_student'
            | 'not_enrolled'
            | 'no_session_today'
            | 'session_cancelled'
            | 'too_early'
            | 'late_blocked'
            | 'very_late'
            | 'blocked_by_hand'
            | 'frozen'
            | 'credit_exceeded'
            | 'new_student_no_payment';
        };
      }[];
      /** Where the next page begins, to give as "after"; null after the last page. */
      readonly next: string | null;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Let a pupil in again: end a block by hand, or allow past the limit until a date. */
  'tuition.unblock-enrolment': {
    readonly params: { readonly studentId: string; readonly groupId: string };
    readonly query: undefined;
    readonly body: {
      /** Until when the pupil is let in whatever is owed. */
      readonly until?: string;
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The pupil. */
      readonly studentId: string;
      /** The group. */
      readonly groupId: string;
      /** False after the pupil has left the group. */
      readonly isActive: boolean;
      /** True until the first payment, or until long enough in the group. */
      readonly isNewStudent: boolean;
      /** What the pupil pays. */
      readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
      /** What a month costs; null where neither enrolment nor group says it. */
      readonly fee: string | null;
      /** Sessions that may be unpaid. */
      readonly creditBalance: string;
      /** Sessions that were attended. */
      readonly sessionsAttended: string;
      /** Sessions that were paid for. */
      readonly sessionsPaidFor: string;
      /** Sessions attended beyond those paid for; negative while some are paid ahead. */
      readonly debt: string;
      /** Sessions that can be attended before the door refuses; null where nothing is owed. */
      readonly remainingCredit: string | null;
      /** Whether a block stands, by hand or for money. */
      readonly isBlocked: boolean;
      /** The block as a word, such as credit_exceeded_2; empty where none stands. */
      readonly blockReason: string;
      /** The text in every language. */
      readonly blockText: {
        /** In English. */
        readonly en: string;
        /** In Arabic. */
        readonly ar: string;
      } | null;
      /** When the block began, where that is known, in UTC. */
      readonly blockedAt: string | null;
      /** Money that has bought no session yet. */
      readonly money: string;
      /** Make-up sessions that can be used. */
      readonly makeUpSessions: string;
      /** A block, pass or freeze by hand that is in force. */
      readonly override: {
        /** What it does at the door. */
        readonly effect: 'block' | 'allow' | 'freeze';
        /** Until when; null until somebody ends it, in UTC. */
        readonly until: string | null;
      } | null;
      /** What the door would say if the pupil came now, door hours left aside. */
      readonly nextSession: {
        /** Whether the door would let the pupil in. */
        readonly admitted: boolean;
        /** What the door answers, as a stable word. */
        readonly code:
          | 'present'
          | 'already_in'
          | 'unknown_code'
          | 'inactive_student'
          | 'not_enrolled'
          | 'no_session_today'
          | 'session_cancelled'
          | 'too_early'
          | 'late_blocked'
          | 'very_late'
          | 'blocked_by_hand'
          | 'frozen'
          | 'credit_exceeded'
          | 'new_student_no_payment';
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_ENROLMENT_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'TUITION_UNTIL_MISSING'
      | 'TUITION_INSTANT_OUT_OF_ORDER'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** End the freeze of a pupil in a group. */
  'tuition.unfreeze-enrolment': {
    readonly params: { readonly studentId: string; readonly groupId: string };
    readonly query: undefined;
    readonly body: {
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The pupil. */
      readonly studentId: string;
      /** The group. */
      readonly groupId: string;
      /** False after the pupil has left the group. */
      readonly isActive: boolean;
      /** True until the first payment, or until long enough in the group. */
      readonly isNewStudent: boolean;
      /** What the pupil pays. */
      readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
      /** What a month costs; null where neither enrolment nor group says it. */
      readonly fee: string | null;
      /** Sessions that may be unpaid. */
      readonly creditBalance: string;
      /** Sessions that were attended. */
      readonly sessionsAttended: string;
      /** Sessions that were paid for. */
      readonly sessionsPaidFor: string;
      /** Sessions attended beyond those paid for; negative while some are paid ahead. */
      readonly debt: string;
      /** Sessions that can be attended before the door refuses; null where nothing is owed. */
      readonly remainingCredit: string | null;
      /** Whether a block stands, by hand or for money. */
      readonly isBlocked: boolean;
      /** The block as a word, such as credit_exceeded_2; empty where none stands. */
      readonly blockReason: string;
      /** The text in every language. */
      readonly blockText: {
        /** In English. */
        readonly en: string;
        /** In Arabic. */
        readonly ar: string;
      } | null;
      /** When the block began, where that is known, in UTC. */
      readonly blockedAt: string | null;
      /** Money that has bought no session yet. */
      readonly money: string;
      /** Make-up sessions that can be used. */
      readonly makeUpSessions: string;
      /** A block, pass or freeze by hand that is in force. */
      readonly override: {
        /** What it does at the door. */
        readonly effect: 'block' | 'allow' | 'freeze';
        /** Until when; null until somebody ends it, in UTC. */
        readonly until: string | null;
      } | null;
      /** What the door would say if the pupil came now, door hours left aside. */
      readonly nextSession: {
        /** Whether the door would let the pupil in. */
        readonly admitted: boolean;
        /** What the door answers, as a stable word. */
        readonly code:
          | 'present'
          | 'already_in'
          | 'unknown_code'
          | 'inactive_student'
          | 'not_enrolled'
          | 'no_session_today'
          | 'session_cancelled'
          | 'too_early'
          | 'late_blocked'
          | 'very_late'
          | 'blocked_by_hand'
          | 'frozen'
          | 'credit_exceeded'
          | 'new_student_no_payment';
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_ENROLMENT_UNKNOWN'
      | 'TUITION_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Undo a payment that was recorded by mistake. */
  'tuition.void-payment': {
    readonly params: { readonly paymentId: string };
    readonly query: undefined;
    readonly body: {
      /** Why, for the audit. */
      readonly reason: string;
    };
    readonly answer: {
      /** The payment; null for a month that was paid before the cutover. */
      readonly paymentId: string | null;
      /** What goes back. */
      readonly amount: string;
      /** Sessions taken back: zero or negative. */
      readonly sessions: string;
      /** What it did to the money that is kept. */
      readonly moneyKept: string;
      /** Where the pupil stands in the group. */
      readonly status: {
        /** The pupil. */
        readonly studentId: string;
        /** The group. */
        readonly groupId: string;
        /** False after the pupil has left the group. */
        readonly isActive: boolean;
        /** True until the first payment, or until long enough in the group. */
        readonly isNewStudent: boolean;
        /** What the pupil pays. */
        readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
        /** What a month costs; null where neither enrolment nor group says it. */
        readonly fee: string | null;
        /** Sessions that may be unpaid. */
        readonly creditBalance: string;
        /** Sessions that were attended. */
        readonly sessionsAttended: string;
        /** Sessions that were paid for. */
        readonly sessionsPaidFor: string;
        /** Sessions attended beyond those paid for; negative while some are paid ahead. */
        readonly debt: string;
        /** Sessions that can be attended before the door refuses; null where nothing is owed. */
        readonly remainingCredit: string | null;
        /** Whether a block stands, by hand or for money. */
        readonly isBlocked: boolean;
        /** The block as a word, such as credit_exceeded_2; empty where none stands. */
        readonly blockReason: string;
        /** The text in every language. */
        readonly blockText: {
          /** In English. */
          readonly en: string;
          /** In Arabic. */
          readonly ar: string;
        } | null;
        /** When the block began, where that is known, in UTC. */
        readonly blockedAt: string | null;
        /** Money that has bought no session yet. */
        readonly money: string;
        /** Make-up sessions that can be used. */
        readonly makeUpSessions: string;
        /** A block, pass or freeze by hand that is in force. */
        readonly override: {
          /** What it does at the door. */
          readonly effect: 'block' | 'allow' | 'freeze';
          /** Until when; null until somebody ends it, in UTC. */
          readonly until: string | null;
        } | null;
        /** What the door would say if the pupil came now, door hours left aside. */
        readonly nextSession: {
          /** Whether the door would let the pupil in. */
          readonly admitted: boolean;
          /** What the door answers, as a stable word. */
          readonly code:
            | 'present'
            | 'already_in'
            | 'unknown_code'
            | 'inactive_student'
            | 'not_enrolled'
            | 'no_session_today'
            | 'session_cancelled'
            | 'too_early'
            | 'late_blocked'
            | 'very_late'
            | 'blocked_by_hand'
            | 'frozen'
            | 'credit_exceeded'
            | 'new_student_no_payment';
        };
      };
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_REQUEST_UNREADABLE'
      | 'HTTP_IDEMPOTENCY_KEY_MISSING'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'TUITION_UNKNOWN'
      | 'TUITION_KEY_REUSED'
      | 'LEDGER_AUTHORITY_LEGACY'
      | 'LEDGER_ACCOUNT_CLOSED'
      | 'TUITION_PAYMENT_NOT_REVERSIBLE'
      | 'LEDGER_ACCOUNT_FROZEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_BODY_TOO_LARGE'
      | 'HTTP_MEDIA_TYPE_UNSUPPORTED'
      | 'TUITION_MONEY_SHORT'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
  /** Tell whom the door would refuse today, group by group. */
  'tuition.who-would-be-refused-today': {
    readonly params: undefined;
    readonly query: { readonly date?: string; readonly groupId?: string };
    readonly body: undefined;
    readonly answer: {
      /** The day. */
      readonly date: string;
      /** False while those refused for money are let in and written down. */
      readonly enforced: boolean;
      /** The groups in the order of their starts. */
      readonly groups: readonly {
        /** The group. */
        readonly groupId: string;
        /** The name of the group. */
        readonly groupName: string | null;
        /** When it starts by the clocks of the school, such as 16:00. */
        readonly start: string | null;
        /** Pupils who are expected. */
        readonly expected: string;
        /** Pupils whom the door will refuse. */
        readonly refused: readonly {
          /** The pupil. */
          readonly studentId: string;
          /** The code on the card of the pupil. */
          readonly studentCode: string | null;
          /** The name of the pupil. */
          readonly studentName: string | null;
          /** What the door answers, as a stable word. */
          readonly code:
            | 'present'
            | 'already_in'
            | 'unknown_code'
            | 'inactive_student'
            | 'not_enrolled'
            | 'no_session_today'
            | 'session_cancelled'
            | 'too_early'
            | 'late_blocked'
            | 'very_late'
            | 'blocked_by_hand'
            | 'frozen'
            | 'credit_exceeded'
            | 'new_student_no_payment';
          /** The text in every language. */
          readonly text: {
            /** In English. */
            readonly en: string;
            /** In Arabic. */
            readonly ar: string;
          };
          /** Sessions attended beyond those paid for. */
          readonly debt: string;
          /** Sessions over the limit. */
          readonly number: string;
        }[];
      }[];
      /** Pupils whom the door will refuse in all. */
      readonly total: string;
    };
    readonly codes:
      | 'INPUT_INVALID'
      | 'HTTP_UNAUTHENTICATED'
      | 'HTTP_FORBIDDEN'
      | 'APP_SYSTEM_NOT_MADE'
      | 'CUTOVER_LEGACY_MISMATCH'
      | 'HTTP_AUTHENTICATION_LIMITED'
      | 'HTTP_TOO_MANY_REQUESTS'
      | 'HTTP_INTERNAL_FAULT'
      | 'SQL_UNREACHABLE'
      | 'SQL_LOCK_TIMEOUT'
      | 'HTTP_IDENTITY_UNAVAILABLE'
      | 'HTTP_SHUTTING_DOWN'
      | 'SQL_DISK_FULL';
  };
}

/** Where each operation answers. */
export const addresses: Readonly<Record<keyof Operations, { readonly method: string; readonly path: string }>> = {
  'billing.adjust-credits': { method: 'POST', path: '/api/admin/billing/credits/adjust' },
  'billing.alerts': { method: 'GET', path: '/api/admin/billing/alerts' },
  'billing.authorize': { method: 'POST', path: '/api/billing/v2/authorize' },
  'billing.available-models': { method: 'GET', path: '/api/billing/v2/available-models' },
  'billing.balance': { method: 'GET', path: '/api/billing/v2/balance' },
  'billing.bulk-grant': { method: 'POST', path: '/api/admin/billing/credits/grant-bulk' },
  'billing.cancel-subscription': { method: 'POST', path: '/api/billing/v2/cancel-subscription' },
  'billing.check': { method: 'POST', path: '/api/billing/v2/check' },
  'billing.check-read': { method: 'GET', path: '/api/billing/v2/check' },
  'billing.check-status': { method: 'GET', path: '/api/billing/v2/check-status' },
  'billing.create-checkout-session': { method: 'POST', path: '/api/billing/v2/create-checkout-session' },
  'billing.create-portal-session': { method: 'POST', path: '/api/billing/v2/create-portal-session' },
  'billing.credit-balance': { method: 'GET', path: '/api/billing/credit-balance' },
  'billing.decide-adjustment': { method: 'POST', path: '/api/admin/billing/adjustments/decide' },
  'billing.deduct': { method: 'POST', path: '/api/billing/v2/deduct' },
  'billing.fail-purchase': { method: 'POST', path: '/api/billing/v2/purchases/fail' },
  'billing.grant-credits': { method: 'POST', path: '/api/admin/billing/credits/grant' },
  'billing.list-adjustments': { method: 'GET', path: '/api/admin/billing/adjustments' },
  'billing.migrate-user': { method: 'POST', path: '/api/admin/billing/migrate-user/{userId}' },
  'billing.old-check': { method: 'POST', path: '/api/billing/check' },
  'billing.old-check-read': { method: 'GET', path: '/api/billing/check' },
  'billing.old-check-status': { method: 'GET', path: '/api/billing/check-status' },
  'billing.open-user': { method: 'POST', path: '/api/admin/billing/user/{userId}/open' },
  'billing.project-limits': { method: 'GET', path: '/api/billing/v2/project-limits' },
  'billing.purchase-credits': { method: 'POST', path: '/api/billing/v2/purchase-credits' },
  'billing.reactivate-subscription': { method: 'POST', path: '/api/billing/v2/reactivate-subscription' },
  'billing.reconcile-user': { method: 'POST', path: '/api/billing/v2/reconcile' },
  'billing.record-refund': { method: 'POST', path: '/api/billing/v2/refunds/record' },
  'billing.refund': { method: 'POST', path: '/api/admin/billing/refund' },
  'billing.refund-credits': { method: 'POST', path: '/api/admin/billing/refunds/credits' },
  'billing.refund-money': { method: 'POST', path: '/api/admin/billing/refunds/money' },
  'billing.release': { method: 'POST', path: '/api/billing/v2/release' },
  'billing.resolve-refund': { method: 'POST', path: '/api/admin/billing/refunds/{refundId}/resolve' },
  'billing.search-users': { method: 'POST', path: '/api/admin/billing/user/search' },
  'billing.set-top-up-rule': { method: 'POST', path: '/api/billing/v2/top-up-rule' },
  'billing.settle': { method: 'POST', path: '/api/billing/v2/settle' },
  'billing.settle-purchase': { method: 'POST', path: '/api/billing/v2/purchases/settle' },
  'billing.start-purchase': { method: 'POST', path: '/api/billing/v2/purchases' },
  'billing.subscription': { method: 'GET', path: '/api/billing/v2/subscription' },
  'billing.subscription-commitment': {
    method: 'GET',
    path: '/api/billing/v2/subscription-commitment/{subscriptionId}',
  },
  'billing.summary': { method: 'GET', path: '/api/admin/billing/user/{userId}/summary' },
  'billing.sync-subscription': { method: 'POST', path: '/api/billing/v2/sync-subscription' },
  'billing.transactions': { method: 'GET', path: '/api/billing/v2/transactions' },
  'billing.usage-history': { method: 'GET', path: '/api/billing/v2/usage-history' },
  'billing.use-credits': { method: 'POST', path: '/api/billing/use-credits' },
  'billing.user-transactions': { method: 'GET', path: '/api/admin/billing/user/{userId}/transactions' },
  'billing.user-usage-history': { method: 'GET', path: '/api/admin/billing/user/{userId}/usage-history' },
  'billing.webhook': { method: 'POST', path: '/api/billing/v2/webhook' },
  'cutover.action': { method: 'GET', path: '/api/cutovers/{system}/actions/{actionId}' },
  'cutover.actions': { method: 'GET', path: '/api/cutovers/{system}/actions' },
  'cutover.events': { method: 'GET', path: '/api/cutovers/{system}/events' },
  'cutover.findings': { method: 'GET', path: '/api/cutovers/{system}/findings' },
  'cutover.list': { method: 'GET', path: '/api/cutovers' },
  'cutover.pause': { method: 'POST', path: '/api/cutovers/{system}/pause' },
  'cutover.preview-rollback': { method: 'POST', path: '/api/cutovers/{system}/rollback/preview' },
  'cutover.preview-switch': { method: 'POST', path: '/api/cutovers/{system}/switch/preview' },
  'cutover.quarantine': { method: 'GET', path: '/api/cutovers/{system}/quarantine' },
  'cutover.resume': { method: 'POST', path: '/api/cutovers/{system}/resume' },
  'cutover.retry-quarantine': { method: 'POST', path: '/api/cutovers/{system}/quarantine/retry' },
  'cutover.rollback': { method: 'POST', path: '/api/cutovers/{system}/rollback' },
  'cutover.show': { method: 'GET', path: '/api/cutovers/{system}' },
  'cutover.switch': { method: 'POST', path: '/api/cutovers/{system}/switch' },
  'health.alive': { method: 'GET', path: '/healthz' },
  'health.metrics': { method: 'GET', path: '/metrics' },
  'health.ready': { method: 'GET', path: '/readyz' },
  'keys.create': { method: 'POST', path: '/api/keys' },
  'keys.list': { method: 'GET', path: '/api/keys' },
  'keys.revoke': { method: 'POST', path: '/api/keys/{keyId}/revocation' },
  'keys.rotate': { method: 'POST', path: '/api/keys/{keyId}/rotation' },
  'ledger.balance-at': { method: 'GET', path: '/api/ledger/accounts/{accountId}/balance' },
  'ledger.bulk': { method: 'POST', path: '/api/ledger/bulk' },
  'ledger.capture': { method: 'POST', path: '/api/ledger/accounts/{accountId}/holds/{holdKey}/capture' },
  'ledger.hold': { method: 'POST', path: '/api/ledger/holds' },
  'ledger.list-accounts': { method: 'GET', path: '/api/ledger/accounts' },
  'ledger.open-account': { method: 'POST', path: '/api/ledger/accounts' },
  'ledger.post': { method: 'POST', path: '/api/ledger/posts' },
  'ledger.release': { method: 'POST', path: '/api/ledger/accounts/{accountId}/holds/{holdKey}/release' },
  'ledger.reverse': { method: 'POST', path: '/api/ledger/accounts/{accountId}/entries/{seq}/reversal' },
  'ledger.show-account': { method: 'GET', path: '/api/ledger/accounts/{accountId}' },
  'ledger.statement': { method: 'GET', path: '/api/ledger/accounts/{accountId}/entries' },
  'ledger.transfer': { method: 'POST', path: '/api/ledger/transfers' },
  'ledger.trial-balance': { method: 'GET', path: '/api/ledger/trial-balance' },
  'ledger.verify': { method: 'GET', path: '/api/ledger/verification' },
  'notices.list-dead': { method: 'GET', path: '/api/notices/dead' },
  'notices.list-paused': { method: 'GET', path: '/api/notices/paused-channels' },
  'notices.list-preferences': { method: 'GET', path: '/api/notices/preferences' },
  'notices.pause-channel': { method: 'POST', path: '/api/notices/channels/{channel}/pause' },
  'notices.resume-channel': { method: 'POST', path: '/api/notices/channels/{channel}/resume' },
  'notices.retry-dead': { method: 'POST', path: '/api/notices/dead/retry' },
  'notices.set-language': { method: 'PUT', path: '/api/notices/language' },
  'notices.set-preference': { method: 'PUT', path: '/api/notices/preferences' },
  'notices.whatsapp-statuses': { method: 'POST', path: '/api/notices/whatsapp' },
  'notices.whatsapp-verification': { method: 'GET', path: '/api/notices/whatsapp' },
  'tuition.adjust-grace': { method: 'POST', path: '/api/tuition/enrolments/{studentId}/{groupId}/grace' },
  'tuition.announce-gate': { method: 'POST', path: '/api/tuition/gate-announcements' },
  'tuition.attempts': { method: 'GET', path: '/api/tuition/attempts' },
  'tuition.audit-log': { method: 'GET', path: '/api/tuition/audit' },
  'tuition.block-enrolment': { method: 'POST', path: '/api/tuition/enrolments/{studentId}/{groupId}/block' },
  'tuition.cancel-session': { method: 'POST', path: '/api/tuition/groups/{groupId}/sessions/{date}/cancellation' },
  'tuition.change-enrolment': { method: 'POST', path: '/api/tuition/enrolments/{studentId}/{groupId}/changes' },
  'tuition.check-in': { method: 'POST', path: '/api/tuition/scan' },
  'tuition.credit-report': { method: 'GET', path: '/api/tuition/reports/credit' },
  'tuition.credit-status': { method: 'GET', path: '/api/tuition/enrolments/{studentId}/{groupId}/credit-status' },
  'tuition.enrol-student': { method: 'POST', path: '/api/tuition/enrolments' },
  'tuition.family-view': { method: 'POST', path: '/api/tuition/family' },
  'tuition.freeze-enrolment': { method: 'POST', path: '/api/tuition/enrolments/{studentId}/{groupId}/freeze' },
  'tuition.grant-make-up': { method: 'POST', path: '/api/tuition/enrolments/{studentId}/{groupId}/make-ups' },
  'tuition.kiosk': { method: 'GET', path: '/kiosk' },
  'tuition.kiosk-module': { method: 'GET', path: '/kiosk/{module}' },
  'tuition.kiosk-styles': { method: 'GET', path: '/kiosk/kiosk.css' },
  'tuition.list-payments': { method: 'GET', path: '/api/tuition/payments' },
  'tuition.monthly-settlement': { method: 'GET', path: '/api/tuition/reports/settlement/{month}' },
  'tuition.record-bulk-payment': { method: 'POST', path: '/api/tuition/groups/{groupId}/payments' },
  'tuition.record-payment': { method: 'POST', path: '/api/tuition/payments' },
  'tuition.refund-payment': { method: 'POST', path: '/api/tuition/refunds' },
  'tuition.remind-debtors': { method: 'POST', path: '/api/tuition/reminders' },
  'tuition.reverse-attendance': {
    method: 'POST',
    path: '/api/tuition/enrolments/{studentId}/{groupId}/attendances/{date}/reversal',
  },
  'tuition.set-financial-status': {
    method: 'POST',
    path: '/api/tuition/enrolments/{studentId}/{groupId}/financial-status',
  },
  'tuition.students-with-debt': { method: 'GET', path: '/api/tuition/reports/students-with-debt' },
  'tuition.unblock-enrolment': { method: 'POST', path: '/api/tuition/enrolments/{studentId}/{groupId}/unblock' },
  'tuition.unfreeze-enrolment': { method: 'POST', path: '/api/tuition/enrolments/{studentId}/{groupId}/unfreeze' },
  'tuition.void-payment': { method: 'POST', path: '/api/tuition/payments/{paymentId}/void' },
  'tuition.who-would-be-refused-today': { method: 'GET', path: '/api/tuition/reports/refused-today' },
};
