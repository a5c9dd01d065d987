import { readDetails } from '../../../ledger/reads/read-statement.ts';
import type { Handle } from '../../../sql/engine.ts';
import { billingTables } from './billing-tables.ts';

/** The key under which a source's charge stands on its account: the same for a deduction and a settlement (U-44). */
export function usageKey(sourceId: string): string {
  return `usage:${sourceId}`;
}

/** The key under which a source's authorization stands on its account. */
export function holdKey(sourceId: string): string {
  return `authorization:${sourceId}`;
}

/** A charge that was made for a source. */
export interface FoundCharge {
  /** Micro-dollars, more than zero. */
  readonly amount: bigint;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The key under which stands what work cost beyond its authorization. */
export function beyondKey(sourceId: string): string {
  return `${usageKey(sourceId)}:beyond`;
}

/** The charge of a source, if there is one, with what went beyond its authorization. */
export async function findCharge(
  handle: Handle,
  accountId: bigint,
  sourceId: string,
): Promise<FoundCharge | undefined> {
  const rows = await billingTables(handle)
    .selectFrom('carryover_entries')
    .select(['amount', 'details'])
    .where('account_id', '=', accountId)
    .where('idempotency_key', 'in', [usageKey(sourceId), beyondKey(sourceId)])
    .orderBy('seq')
    .execute();
  const [first] = rows;
  if (first === undefined) return undefined;
  return { amount: rows.reduce((sum, { amount }) => sum - amount, 0n), details: readDetails(first.details) ?? {} };
}
