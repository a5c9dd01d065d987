import type { BulkKind, BulkRows, BulkValue } from '../../sql/contract/statements.ts';
import type { LedgerChanges, NewEntry, NewHold } from '../kernel/kernel-types.ts';
import type { AccountState, LotState } from '../types.ts';

/** How a row of the kernel gives the value of each column, in the order in which they are sent. */
export type ColumnReaders<Row> = Readonly<Record<string, readonly [BulkKind, (row: Row) => BulkValue]>>;

/** Where rows of the kernel go. */
export class Target<Row> {
  readonly table: string;
  /** For updates: the columns that name the row; the others are set. None for inserts. */
  readonly key: readonly string[];
  readonly columns: BulkRows['columns'];
  readonly #readers: readonly ((row: Row) => BulkValue)[];

  constructor(table: string, key: readonly string[], readers: ColumnReaders<Row>) {
    this.table = table;
    this.key = key;
    this.columns = Object.fromEntries(Object.entries(readers).map(([name, [kind]]) => [name, kind]));
    this.#readers = Object.values(readers).map(([, read]) => read);
  }

  /** Rows of the kernel as bulk rows of the table. */
  bulkRows(rows: readonly Row[]): BulkRows {
    return { columns: this.columns, rows: rows.map((row) => this.#readers.map((read) => read(row))) };
  }
}

/** What commands may change of an account. */
export const ACCOUNT: Target<AccountState> = new Target('carryover_accounts', ['id'], {
  id: ['int64', (row) => row.id],
  balance: ['int64', (row) => row.balance],
  held: ['int64', (row) => row.held],
  floor: ['int64', (row) => row.floor],
  seq: ['int64', (row) => row.seq],
  status: ['text', (row) => row.status],
});

const ENTRY_COLUMNS: ColumnReaders<NewEntry> = {
  account_id: ['int64', (row) => row.accountId],
  seq: ['int64', (row) => row.seq],
  amount: ['int64', (row) => row.amount],
  balance_after: ['int64', (row) => row.balanceAfter],
  kind: ['text', (row) => row.kind],
  contra: ['text', (row) => row.contra],
  counter_account_id: ['int64', (row) => row.counterAccountId],
  transfer_id: ['text', (row) => row.transferId],
  idempotency_key: ['text', (row) => row.key],
  content_hash: ['int64', (row) => row.contentHash],
  source: ['text', (row) => row.source],
  reverses_seq: ['int64', (row) => row.reversesSeq],
  reason: ['text', (row) => row.reason],
  actor: ['text', (row) => row.actor],
  details: ['json', (row) => row.details],
};

/** An entry but for its times, which the database sets. */
export const ENTRY_OF_NOW: Target<NewEntry> = new Target('carryover_entries', [], ENTRY_COLUMNS);

/** All of an entry. */
export const ENTRY: Target<NewEntry> = new Target('carryover_entries', [], {
  ...ENTRY_COLUMNS,
  occurred_at: ['instant', (row) => row.occurredAt],
  recorded_at: ['instant', (row) => row.recordedAt],
});

/** All of a hold. */
export const HOLD: Target<NewHold> = new Target('carryover_holds', [], {
  account_id: ['int64', (row) => row.accountId],
  idempotency_key: ['text', (row) => row.key],
  amount: ['int64', (row) => row.amount],
  amount_captured: ['int64', (row) => row.amountCaptured],
  status: ['text', (row) => row.status],
  content_hash: ['int64', (row) => row.contentHash],
  resolution_key: ['text', (row) => row.resolutionKey],
  resolution_hash: ['int64', (row) => row.resolutionHash],
  reason: ['text', (row) => row.reason],
  actor: ['text', (row) => row.actor],
  expires_at: ['instant', (row) => row.expiresAt],
  created_at: ['instant', (row) => row.createdAt],
  resolved_at: ['instant', (row) => row.resolvedAt],
});

/** What becomes of an open hold. */
export const HOLD_RESOLUTION: Target<LedgerChanges['resolvedHolds'][number]> = new Target(
  'carryover_holds',
  ['account_id', 'idempotency_key'],
  {
    account_id: ['int64', (row) => row.accountId],
    idempotency_key: ['text', (row) => row.key],
    amount_captured: ['int64', (row) => row.amountCaptured],
    status: ['text', (row) => row.status],
    resolution_key: ['text', (row) => row.resolutionKey],
    resolution_hash: ['int64', (row) => row.resolutionHash],
    resolved_at: ['instant', (row) => row.resolvedAt],
  },
);

/** All of a lot. */
export const LOT: Target<LotState> = new Target('carryover_lots', [], {
  account_id: ['int64', (row) => row.accountId],
  seq: ['int64', (row) => row.seq],
  amount: ['int64', (row) => row.amount],
  remaining: ['int64', (row) => row.remaining],
  funding: ['text', (row) => row.funding],
  priority: ['int64', (row) => row.priority],
  expires_at: ['instant', (row) => row.expiresAt],
});

/** What debits change of a lot. */
export const LOT_REMAINING: Target<LedgerChanges['changedLots'][number]> = new Target(
  'carryover_lots',
  ['account_id', 'seq'],
  {
    account_id: ['int64', (row) => row.accountId],
    seq: ['int64', (row) => row.seq],
    remaining: ['int64', (row) => row.remaining],
  },
);

/** All of a draw. */
export const DRAW: Target<LedgerChanges['draws'][number]> = new Target('carryover_lot_draws', [], {
  account_id: ['int64', (row) => row.accountId],
  entry_seq: ['int64', (row) => row.entrySeq],
  lot_seq: ['int64', (row) => row.lotSeq],
  amount: ['int64', (row) => row.amount],
});

/** What the ledger tells of an audited change. */
export const AUDIT: Target<LedgerChanges['audit'][number] & { readonly system: string }> = new Target(
  'carryover_audit',
  [],
  {
    system_name: ['text', (row) => row.system],
    action: ['text', (row) => row.action],
    account_id: ['int64', (row) => row.accountId],
    idempotency_key: ['text', (row) => row.key],
    content_hash: ['int64', (row) => row.contentHash],
    actor: ['text', (row) => row.actor],
    reason: ['text', (row) => row.reason],
    before_state: ['json', (row) => row.beforeState],
    after_state: ['json', (row) => row.afterState],
    recorded_at: ['instant', (row) => row.recordedAt],
  },
);
