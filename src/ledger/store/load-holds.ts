import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { AccountKey } from '../kernel/kernel-types.ts';
import type { HoldsTable } from '../tables.ts';
import type { HoldState } from '../types.ts';
import type { Session } from './session.ts';
import { columnsOf, keyRows } from './sql-pieces.ts';

const HOLD_STATE_COLUMNS = [
  'account_id',
  'idempotency_key',
  'amount',
  'amount_captured',
  'status',
  'expires_at',
  'content_hash',
  'resolution_key',
  'resolution_hash',
] as const;

type HoldStateRow = Pick<Selectable<HoldsTable>, (typeof HOLD_STATE_COLUMNS)[number]>;

/** The open holds of some accounts, and named holds whatever their status, in one statement; none is given twice. */
export async function loadHolds(
  { database, handle }: Session,
  accountIds: readonly bigint[],
  named: readonly AccountKey[],
): Promise<HoldState[]> {
  if (accountIds.length === 0 && named.length === 0) return [];
  const columns = columnsOf('h', HOLD_STATE_COLUMNS);
  const holds = sql.table('carryover_holds');
  const open = sql`select ${columns} from ${holds} as h where h.status = 'open' and ${database.dialect.statements.idIn('h.account_id', accountIds)}`;
  // UNION without ALL, because an open hold may also be named.
  const query =
    named.length === 0
      ? open
      : sql`${open} union select ${columns} from ${keyRows(database, 'k', named)}
          join ${holds} as h on h.account_id = k.account_id and h.idempotency_key = k.idempotency_key`;
  const { rows } = await sql<HoldStateRow>`${query}`.execute(handle);
  return rows.map((row) => ({
    accountId: row.account_id,
    key: row.idempotency_key,
    amount: row.amount,
    amountCaptured: row.amount_captured,
    status: row.status,
    expiresAt: row.expires_at,
    contentHash: row.content_hash,
    resolutionKey: row.resolution_key,
    resolutionHash: row.resolution_hash,
  }));
}
