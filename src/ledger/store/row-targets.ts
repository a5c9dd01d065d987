import type { BulkKind, BulkRows, BulkValue } from '../../sql/contract/statements.ts';
import type { LedgerChanges, NewEntry, NewHold } from '../kernel/kernel-types.ts';
import type { AccountState, LotState } from '../types.ts';

/** Where rows of the kernel go: a table's columns and, for each, how a row gives its value. */
export interface Target<Row> {
  readonly table: string;
  /** For updates: the columns that name the row; the others are set. */
  readonly key?: readonly string[];
  /** In the order in which they are sent. */
  readonly columns: Readonly<Record<string, readonly [BulkKind, (row: Row) => BulkValue]>>;
}

/** Rows of the kernel as bulk rows of their table. */
export function bulkRows<Row>(target: Target<Row>, rows: readonly Row[]): BulkRows {
  const columns = Object.entries(target.columns);
  return {
    columns: Object.fromEntries(columns.map(([name, [kind]]) => [name, kind])),
    rows: rows.map((row) => columns.map(([, [, read]]) => read(row))),
  };
}

/** What commands may change of an account. */
export const ACCOUNT: Target<AccountState> = {
  table: 'carryover_accounts',
  key: ['id'],
  columns: {
    id: ['int64', (row) => row.id],
    balance: ['int64', (row) => row.balance],
    held: ['int64', (row) => row.held],
    floor: ['int64', (row) => row.floor],
    seq: ['int64', (row) => row.seq],
    status: ['text', (row) => row.status],
  },
};

/** All of an entry. */
export const ENTRY: Target<NewEntry> = {
  table: 'carryover_entries',
  columns: {
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
    occurred_at: ['instant', (row) => row.occurredAt],
    recorded_at: ['instant', (row) => row.recordedAt],
  },
};

/** All of a hold. */
export const HOLD: Target<NewHold> = {
  table: 'carryover_holds',
  columns: {
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
  },
};

/** What becomes of an open hold. */
export const HOLD_RESOLUTION: Target<LedgerChanges['resolvedHolds'][number]> = {
  table: 'carryover_holds',
  key: ['account_id', 'idempotency_key'],
  columns: {
    account_id: ['int64', (row) => row.accountId],
    idempotency_key: ['text', (row) => row.key],
    amount_captured: ['int64', (row) => row.amountCaptured],
    status: ['text', (row) => row.status],
    resolution_key: ['text', (row) => row.resolutionKey],
    resolution_hash: ['int64', (row) => row.resolutionHash],
    resolved_at: ['instant', (row) => row.resolvedAt],
  },
};

/** All of a lot. */
export const LOT: Target<LotState> = {
  table: 'carryover_lots',
  columns: {
    account_id: ['int64', (row) => row.accountId],
    seq: ['int64', (row) => row.seq],
    amount: ['int64', (row) => row.amount],
    remaining: ['int64', (row) => row.remaining],
    funding: ['text', (row) => row.funding],
    priority: ['int64', (row) => row.priority],
    expires_at: ['instant', (row) => row.expiresAt],
  },
};

/** What debits change of a lot. */
export const LOT_REMAINING: Target<LedgerChanges['changedLots'][number]> = {
  table: 'carryover_lots',
  key: ['account_id', 'seq'],
  columns: {
    account_id: ['int64', (row) => row.accountId],
    seq: ['int64', (row) => row.seq],
    remaining: ['int64', (row) => row.remaining],
  },
};

/** All of a draw. */
export const DRAW: Target<LedgerChanges['draws'][number]> = {
  table: 'carryover_lot_draws',
  columns: {
    account_id: ['int64', (row) => row.accountId],
    entry_seq: ['int64', (row) => row.entrySeq],
    lot_seq: ['int64', (row) => row.lotSeq],
    amount: ['int64', (row) => row.amount],
  },
};

/** What the ledger tells of an audited change. */
export const AUDIT: Target<LedgerChanges['audit'][number] & { readonly system: string }> = {
  table: 'carryover_audit',
  columns: {
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
};
