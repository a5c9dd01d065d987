/** A table of records that are of no use after a time. Never one of entries, audit, lots, holds or marks. */
export interface PrunedTable {
  readonly table: string;
  /** Its primary key, one column of text, by which it is walked. */
  readonly key: string;
  /** The instant by which a row's age is told. */
  readonly at: string;
  /** How long rows are kept. A row that is gone can no longer answer a repeated call, which is then judged by the ledger's own keys. */
  readonly retentionDays: number;
}

/**
 * Answers to keyed calls are kept for longer than any client tries again, a queue that stood still over a holiday included. Shorter
 * saves some disk; too short refuses or repeats what a late retry would have been answered with, which is worse.
 */
const REQUEST_RETENTION_DAYS = 90;

/** What the job `prune` deletes from; a table that an instance does not have is passed over. */
export const prunedTables: readonly PrunedTable[] = [
  {
    table: 'carryover_billing_requests',
    key: 'idempotency_key',
    at: 'made_at',
    retentionDays: REQUEST_RETENTION_DAYS,
  },
  {
    table: 'carryover_tuition_requests',
    key: 'idempotency_key',
    at: 'made_at',
    retentionDays: REQUEST_RETENTION_DAYS,
  },
];
