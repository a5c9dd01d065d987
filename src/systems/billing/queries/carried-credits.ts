import { sql } from 'kysely';
import { CarryoverError } from '../../../base/errors.ts';
import type { Instant } from '../../../base/instant.ts';
import type { Handle } from '../../../sql/engine.ts';
import { CREDITS_KIND } from '../accounts.ts';
import { userUnknown } from '../billing-errors.ts';
import { readLegacyCredits } from '../old-endpoints/legacy-credits.ts';
import type { BillingContext } from '../writes/billing-call.ts';

/** What legacy gives somebody, or gave them when the ledger began to decide. Amounts are micro-dollars. */
export interface CarriedCredits {
  readonly authority: 'legacy' | 'ledger';
  /** What was bought, and what of it was used. */
  readonly purchased: bigint;
  readonly used: bigint;
  /** What was left of the running period's allowance (U-07). */
  readonly grant: bigint;
  /** All of it. */
  readonly balance: bigint;
  /** What the application's own row says; null once the ledger decides. It differs where its facts say otherwise (U-16). */
  readonly stored: bigint | null;
  /** When the ledger began to decide, and with whom; null before, and for an account that was opened here. */
  readonly switchedAt: Instant | null;
  readonly cohort: string | null;
}

interface Account {
  readonly id: bigint;
  readonly authority: CarriedCredits['authority'];
  /** The newest entry of legacy: up to it everything was carried. */
  readonly carried_seq: bigint;
  readonly switched_at: Instant | null;
  readonly cohort: string | null;
}

/** Reads it on the given handle. Throws `BILLING_USER_UNKNOWN` for somebody whom nobody has carried or opened. */
export async function loadCarriedCredits(
  context: BillingContext,
  handle: Handle,
  userId: string,
): Promise<CarriedCredits> {
  const account = await findAccount(handle, userId);
  if (account === undefined) throw new CarryoverError(userUnknown, { userId });
  const { authority, switched_at: switchedAt, cohort } = account;
  const { sumInt64 } = context.database.dialect.expressions;
  const { rows } = await sql<{ contra: string | null; amount: bigint }>`
    select n.contra as contra, ${sumInt64(sql`n.amount`)} as amount from ${sql.table('carryover_entries')} n
    where n.account_id = ${account.id} and n.seq <= ${account.carried_seq} group by n.contra`.execute(handle);
  const sum = (contra: string): bigint => rows.find((row) => row.contra === contra)?.amount ?? 0n;
  const isLegacy = authority === 'legacy';
  return {
    authority,
    purchased: sum('purchases'),
    used: -sum('usage'),
    grant: sum('grants'),
    balance: rows.reduce((total, { amount }) => total + amount, 0n),
    stored: isLegacy ? (await readLegacyCredits(context, handle, userId)).balance : null,
    switchedAt,
    cohort,
  };
}

async function findAccount(handle: Handle, userId: string): Promise<Account | undefined> {
  const { rows } = await sql<Account>`
    select a.id as id, a.authority as authority, w.switched_at as switched_at, w.cohort as cohort,
      case when a.authority = 'legacy' then a.seq else coalesce(w.seq_at_switch, 0) end as carried_seq
    from ${sql.table('carryover_accounts')} a left join ${sql.table('carryover_switched')} w on w.account_id = a.id
    where a.system_name = 'billing' and a.kind = ${CREDITS_KIND} and a.owner = ${userId}`.execute(handle);
  return rows[0];
}
