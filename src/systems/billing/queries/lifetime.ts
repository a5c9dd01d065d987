import { sql } from 'kysely';
import type { Handle } from '../../../sql/engine.ts';
import { dollars } from '../money.ts';
import type { BillingContext } from '../writes/billing-call.ts';

/** What came and went in all, as decimal texts of dollars. */
export interface Lifetime {
  readonly granted: string;
  readonly purchased: string;
  readonly used: string;
  readonly expired: string;
}

/** Sums of all entries of an account (U-35). */
export async function lifetimeOf({ database }: BillingContext, handle: Handle, accountId: bigint): Promise<Lifetime> {
  const { sumInt64 } = database.dialect.expressions;
  const { rows } = await sql<{ contra: string | null; amount: bigint }>`
    select n.contra as contra, ${sumInt64(sql`n.amount`)} as amount from ${sql.table('carryover_entries')} n
    where n.account_id = ${accountId} group by n.contra`.execute(handle);
  const sum = (contra: string): bigint => rows.find((row) => row.contra === contra)?.amount ?? 0n;
  return {
    granted: dollars(sum('grants') + sum('given')),
    purchased: dollars(sum('purchases')),
    used: dollars(-sum('usage')),
    expired: dollars(-sum('expired')),
  };
}
