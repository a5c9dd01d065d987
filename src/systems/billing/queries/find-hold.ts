import type { Instant } from '../../../base/instant.ts';
import type { HoldStatus } from '../../../ledger/types.ts';
import type { Handle } from '../../../sql/engine.ts';
import { billingTables } from './billing-tables.ts';

/** An authorization, whatever became of it. */
export interface FoundHold {
  readonly amount: bigint;
  readonly status: HoldStatus;
  readonly expiresAt: Instant | null;
}

/** A hold by its key. One that is open in the table may have expired since; the ledger says when it is touched. */
export async function findHold(handle: Handle, accountId: bigint, key: string): Promise<FoundHold | undefined> {
  const row = await billingTables(handle)
    .selectFrom('carryover_holds')
    .select(['amount', 'status', 'expires_at'])
    .where('account_id', '=', accountId)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  return row === undefined ? undefined : { amount: row.amount, status: row.status, expiresAt: row.expires_at };
}
