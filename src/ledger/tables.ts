import type { Generated } from 'kysely';
import type { Instant } from '../base/instant.ts';
import type { AccountStatus, Authority, Funding, HoldStatus } from './types.ts';

/** The ledger's tables as Kysely sees them. Every key starts with the account, so that the schema distributes by it. A type, because Kysely takes no interface here. */
export type LedgerTables = {
  carryover_accounts: AccountsTable;
  carryover_entries: EntriesTable;
  carryover_holds: HoldsTable;
  carryover_lots: LotsTable;
  carryover_lot_draws: LotDrawsTable;
  carryover_audit: AuditTable;
  carryover_outbox: OutboxTable;
  carryover_erasures: ErasuresTable;
};

/** One row per account; the row that writers lock. */
export interface AccountsTable {
  id: Generated<bigint>;
  system_name: string;
  kind: string;
  owner: string;
  unit: string;
  balance: bigint;
  held: bigint;
  floor: bigint | null;
  seq: bigint;
  status: AccountStatus;
  authority: Authority;
  /** 1 when the account keeps lots, else 0. */
  lotted: bigint;
  opened_at: Instant;
  /** What the legacy row of the owner is found by; null for an account that was never in legacy. */
  walk_key: string | null;
}

/** Append-only lines of accounts, numbered from 1 on each. */
export interface EntriesTable {
  account_id: bigint;
  seq: bigint;
  amount: bigint;
  balance_after: bigint;
  kind: string;
  /** The named other side; null on the legs of a transfer between accounts. */
  contra: string | null;
  /** The other account of a transfer. */
  counter_account_id: bigint | null;
  /** Equal on both legs of a transfer; null otherwise. `<from account>:<from seq>`. */
  transfer_id: string | null;
  idempotency_key: string;
  /** Hash of the command's content; null on entries that a cutover carried. */
  content_hash: bigint | null;
  /** The legacy fact this entry carries (`payments:123`); null on entries made by commands. */
  source: string | null;
  /** The seq this entry undoes. Unique per account, which makes a second reversal impossible. */
  reverses_seq: bigint | null;
  reason: string | null;
  actor: string;
  details: string | null;
  occurred_at: Instant;
  recorded_at: Instant;
}

/** Amounts set aside, named by account and the key that made them. */
export interface HoldsTable {
  account_id: bigint;
  idempotency_key: string;
  amount: bigint;
  amount_captured: bigint;
  status: HoldStatus;
  content_hash: bigint;
  resolution_key: string | null;
  resolution_hash: bigint | null;
  reason: string | null;
  actor: string;
  expires_at: Instant | null;
  created_at: Instant;
  resolved_at: Instant | null;
}

/** Grants inside lotted accounts, named by the entry that brought them. */
export interface LotsTable {
  account_id: bigint;
  seq: bigint;
  amount: bigint;
  remaining: bigint;
  funding: Funding;
  priority: bigint;
  expires_at: Instant | null;
}

/** How much one entry took from (positive) or gave back to (negative) one lot. */
export interface LotDrawsTable {
  account_id: bigint;
  entry_seq: bigint;
  lot_seq: bigint;
  amount: bigint;
}

/** Append-only record of who changed what besides entries. */
export interface AuditTable {
  id: Generated<bigint>;
  system_name: string;
  action: string;
  /** The account concerned, if one is. */
  account_id: bigint | null;
  /** What was acted on in the system's words, such as `enrolment:12:3`; never a person's name. */
  subject: string | null;
  /** The command's key, unique per account; null where no command of the ledger was given. */
  idempotency_key: string | null;
  content_hash: bigint | null;
  actor: string;
  role: string | null;
  ip_address: string | null;
  reason: string | null;
  before_state: string | null;
  after_state: string | null;
  recorded_at: Instant;
}

/** Notices waiting to be sent, written in the transaction that gave rise to them. */
export interface OutboxTable {
  id: Generated<bigint>;
  system_name: string;
  type: string;
  /** Two rows with one key would be two messages about one thing; unique. */
  dedupe_key: string;
  /** The owner the notice goes to, as a reference; addresses are looked up when it is sent. */
  recipient: string;
  /** 1 when preferences cannot opt out of it. */
  mandatory: bigint;
  payload: string;
  /** `planned` once it has deliveries; where it is then, they say. */
  status: 'pending' | 'planned' | 'suppressed';
  created_at: Instant;
  not_before_at: Instant | null;
}

/** A row here, inside one transaction, permits deleting the entries of that system's accounts under legacy authority. */
export interface ErasuresTable {
  system_name: string;
}
