import type { Generated } from 'kysely';
import type { Instant } from '../base/instant.ts';
import type { RunState, StageName } from './cutover-state.ts';

/** What may hold the lease of a cutover: a run that somebody started, or a job of the service, which has it for a moment. */
export type HolderKind = 'run' | 'job';

/** The cutover's own tables as Kysely sees them. */
export type CutoverTables = {
  carryover_cutovers: CutoversTable;
  carryover_journal: JournalTable;
  carryover_findings: FindingsTable;
  carryover_quarantine: QuarantineTable;
  carryover_marks: MarksTable;
  carryover_switched: SwitchedTable;
  carryover_mirrors: MirrorsTable;
};

/** One row per system: its run, the lease of the one runner, and how far it is. */
export interface CutoversTable {
  system_name: string;
  /** Stays until the run is rolled back; a later pass belongs to the same run. */
  run_id: string;
  as_of: Instant;
  plan_hash: string;
  /** JSON: what the hash was made of, part by part, to say what changed when another hash comes out. */
  plan_parts: string;
  tool_version: string;
  backup_id: string;
  stage: StageName;
  state: RunState;
  /** How often the backfill was started from its beginning. */
  pass: bigint;
  /** JSON of `BackfillProgress`: cursor, upper bound and counts of the pass. Written in the transaction of each chunk. */
  progress: string | null;
  /** JSON: rows and digest of each legacy table before the pass began. */
  legacy_fingerprint: string | null;
  /** 1 while a person holds the run between two chunks. */
  paused: bigint;
  pause_reason: string | null;
  /** Why the run is `failed` or `rolling-back`. */
  failure: string | null;
  /** Who runs; null while nobody does. */
  holder: string | null;
  /** What runs; null with `holder`. */
  holder_kind: HolderKind | null;
  /** Counts the takers of the lease. A writer whose epoch is not this one has been replaced and must stop. */
  epoch: bigint;
  /** By the database's clock. */
  heartbeat_at: Instant;
  lease_ttl_ms: bigint;
  /** The seq of the newest journal line. */
  journal_seq: bigint;
  started_at: Instant;
  updated_at: Instant;
}

/** Append-only: what was intended, what came of it, and what would undo it. */
export interface JournalTable {
  system_name: string;
  /** Counts up over all runs of the system, without gaps. */
  seq: bigint;
  run_id: string;
  epoch: bigint;
  stage: string;
  /** Such as `create-view credit_accounts` or `chunk 12`. */
  step: string;
  /** `intent` before, `result` after; a step inside one transaction has only its result. */
  phase: 'intent' | 'result';
  /** SHA-256 of the statements, null for steps without any. */
  statement_hash: string | null;
  plan_hash: string;
  tool_version: string;
  row_count: bigint | null;
  duration_us: bigint | null;
  /** The inverse step a rollback runs, null for steps that leave nothing. */
  inverse: string | null;
  /** JSON of further evidence, such as the numbers of a check. */
  details: string | null;
  recorded_at: Instant;
}

/** The rows of the findings of the newest pass. */
export interface FindingsTable {
  id: Generated<bigint>;
  system_name: string;
  run_id: string;
  code: string;
  severity: string;
  subject: string;
  details: string;
  found_at: Instant;
}

/** Legacy rows that could not be carried. Every pass tries each of them again and removes those that are carried now. */
export interface QuarantineTable {
  system_name: string;
  source: string;
  legacy_table: string;
  reason: string;
  subject: string;
  first_seen_at: Instant;
  last_seen_at: Instant;
  last_pass: bigint;
}

/** Legacy writes that the ledger has not followed yet: one row per write and subject, deleted when its accounts were derived anew. */
export interface MarksTable {
  id: Generated<bigint>;
  system_name: string;
  walk_key: string;
  owner: string;
  /** The one fact that was written, where the table says that a row of it is one by itself; null: any fact of the accounts may have changed. */
  source: string | null;
}

/** Accounts under ledger authority that came from legacy. The row is deleted when the account goes back. */
export interface SwitchedTable {
  account_id: bigint;
  system_name: string;
  /** Whom it was switched with: what a rollback of a cohort takes back together. */
  cohort: string;
  /** The newest entry when it was switched; legacy knew everything up to it. */
  seq_at_switch: bigint;
  /** The newest entry that legacy was told of. */
  mirrored_seq: bigint;
  switched_at: Instant;
}

/** Which legacy fact stands for an entry that was made under ledger authority. */
export interface MirrorsTable {
  account_id: bigint;
  entry_seq: bigint;
  /** As `history` gives it; a later cutover of the account finds the fact posted by this entry. */
  source: string;
  mirrored_at: Instant;
}
