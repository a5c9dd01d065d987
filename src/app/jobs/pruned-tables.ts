import type { PruneSettings } from './prune-settings.ts';

/** A table of records that are of no use after a time. Never one of entries, audit, lots, holds or marks. */
export interface PrunedTable {
  readonly table: string;
  /** A column of text with a unique index, by which it is walked. */
  readonly key: string;
  /** The instant by which a row's age is told; a row that has none stays. */
  readonly at: string;
  /** Which setting says how long rows are kept. A row that is gone can no longer answer a repeated call, which the ledger's own keys then judge. */
  readonly kept: keyof PruneSettings;
}

/** What the job `prune` deletes from row by row; a table that an instance does not have is passed over. */
export const prunedTables: readonly PrunedTable[] = [
  { table: 'carryover_billing_requests', key: 'idempotency_key', at: 'made_at', kept: 'requestsDays' },
  { table: 'carryover_tuition_requests', key: 'idempotency_key', at: 'made_at', kept: 'requestsDays' },
  // One whose process died has no end and stays, so that somebody looks at it.
  { table: 'carryover_cutover_actions', key: 'id', at: 'ended_at', kept: 'cutoverActionsDays' },
];
