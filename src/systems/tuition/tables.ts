import type { Generated } from 'kysely';
import type { Instant } from '../../base/instant.ts';

/** The tuition system's own tables. Balances are never here: they are accounts of the ledger. */
export interface TuitionTables {
  carryover_tuition_enrolments: EnrolmentsTable;
  carryover_tuition_months: MonthsTable;
  carryover_tuition_payments: PaymentsTable;
  carryover_tuition_refunds: RefundsTable;
  carryover_tuition_scans: ScansTable;
  carryover_tuition_attempts: AttemptsTable;
  carryover_tuition_cancellations: CancellationsTable;
  carryover_tuition_overrides: OverridesTable;
  carryover_tuition_requests: RequestsTable;
}

/** A pupil in a group. The sessions account's floor is minus the sessions of grace, null for exempt. */
export interface EnrolmentsTable {
  student_id: bigint;
  group_id: bigint;
  sessions_account_id: bigint;
  money_account_id: bigint;
  standing: 'new' | 'returning';
  financial_status: 'normal' | 'symbolic' | 'exempt';
  /** Minor units; null where the group's standard fee applies. */
  custom_fee: bigint | null;
  /** The earliest evidence of the pupil in the group (T-12). */
  started_at: Instant;
  /** 0 when enrolment, pupil or group was inactive (T-10): no check-in, no notice. */
  active: bigint;
  /** Set while blocked; the number in the reason is computed when it is read (T-17). */
  block_code: 'credit_exceeded' | 'new_student_no_payment' | null;
  blocked_at: Instant | null;
}

/** What was owed and received for one plan: a calendar month, or one row of it where policy counts each row (T-07). */
export interface MonthsTable {
  student_id: bigint;
  group_id: bigint;
  /** `2026-01`; with each-row counting `2026-01#<payment id>`. */
  plan: string;
  /** `2026-01`. */
  month: string;
  due: bigint;
  plan_sessions: bigint;
  /** All money received for it. */
  received: bigint;
  /** The part that counts toward sessions: at most `due` (T-02). */
  counted: bigint;
}

/** A payment taken through Carryover. */
export interface PaymentsTable {
  id: Generated<bigint>;
  student_id: bigint;
  group_id: bigint;
  plan: string;
  idempotency_key: string;
  /** `received` at the desk, or `kept`: money that was on the enrolment's money account already, so nothing came in. */
  origin: 'received' | 'kept';
  amount: bigint;
  sessions: bigint;
  /** What went to (positive) or came from (negative) the money account. */
  money: bigint;
  receipt: string;
  status: 'recorded' | 'voided' | 'refunded';
  /** Refunded so far, minor units. */
  refunded: bigint;
  actor: string;
  note: string | null;
  paid_at: Instant;
  recorded_at: Instant;
}

/** Money given back, on the day it was: what was settled for an earlier month stays as it was settled. */
export interface RefundsTable {
  id: Generated<bigint>;
  /** Null for money that was received before the cutover; it is known by its plan only. */
  payment_id: bigint | null;
  student_id: bigint;
  group_id: bigint;
  plan: string;
  kind: 'void' | 'refund';
  amount: bigint;
  /** Sessions taken back, zero or negative. */
  sessions: bigint;
  /** What the refund did to the money account. */
  money: bigint;
  reason: string;
  actor: string;
  refunded_at: Instant;
  recorded_at: Instant;
}

/** A pupil let in through Carryover: once per pupil, group and day. */
export interface ScansTable {
  student_id: bigint;
  group_id: bigint;
  session_date: string;
  /** The account that paid: the sessions account or the make-up account. */
  account_id: bigint;
  entry_seq: bigint;
  result: string;
  minutes_late: bigint;
  scanned_at: Instant;
  actor: string;
  /** The seq that gave the session back; null while it is charged. */
  returned_seq: bigint | null;
}

/** A refused scan, or one that the gate would have refused in its shadow period (T-41). */
export interface AttemptsTable {
  id: Generated<bigint>;
  student_id: bigint | null;
  group_id: bigint | null;
  session_date: string;
  color: string;
  code: string;
  details: string;
  shadow: bigint;
  attempted_at: Instant;
  actor: string;
}

/** A session called off through Carryover. */
export interface CancellationsTable {
  group_id: bigint;
  session_date: string;
  reason: string;
  returned: bigint;
  actor: string;
  cancelled_at: Instant;
}

/** A block, a pass or a freeze by hand (T-19). In force from `from_at` until `until_at` or `ended_at`, whichever is first. */
export interface OverridesTable {
  id: Generated<bigint>;
  student_id: bigint;
  group_id: bigint;
  effect: 'block' | 'allow' | 'freeze';
  reason: string;
  actor: string;
  from_at: Instant;
  until_at: Instant | null;
  ended_at: Instant | null;
  ended_by: string | null;
}

/** What an operation answered under a key, so that the same call again is answered the same and done once (T-34). */
export interface RequestsTable {
  idempotency_key: string;
  operation: string;
  content_hash: bigint;
  /** JSON text; null only inside the transaction that is still at work. */
  result: string | null;
  made_at: Instant;
}
