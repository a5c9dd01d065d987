import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { AccountKey } from '../kernel/kernel-types.ts';
import type { HoldsTable } from '../tables.ts';
import type { HoldState } from '../types.ts';
import type { Session } from './session.ts';
import { keyRows } from './sql-pieces.ts';
import { unionOfLatest } from './union-of-latest.ts';

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
  const { statements } = database.dialect;
  const holds = sql.table('carryover_holds');
  const ofAccounts = sql`${holds} as h where h.status = 'open' and ${statements.idIn('h.account_id', accountIds)}`;
  const byName = sql`${keyRows(database, 'k', named)}
    join ${holds} as h on h.account_id = k.account_id and h.idempotency_key = k.idempotency_key`;
  const parts = [...(accountIds.length > 0 ? [ofAccounts] : []), ...(named.length > 0 ? [byName] : [])];
  const { rows } = await unionOfLatest<HoldStateRow>(
    { database, handle },
    { alias: 'h', columns: HOLD_STATE_COLUMNS, parts },
  );
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
