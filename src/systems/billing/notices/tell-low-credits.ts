import { sql } from 'kysely';
import { enqueueNotices } from '../../../notices/outbox.ts';
import type { Trx } from '../../../sql/engine.ts';
import { dollars, micros } from '../money.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { billingTemplates } from './billing-templates.ts';

/** Users looked at in one transaction. */
const USERS_PER_PAGE = 500;

/** What counts as low. */
export interface LowCreditsOptions {
  /** A decimal text of dollars. */
  readonly threshold: string;
}

interface LowAccount {
  readonly user_id: string;
  readonly account_id: bigint;
  readonly balance: bigint;
  readonly seq: bigint;
}

/**
 * Tells everybody whose balance has fallen below a threshold, once each time it falls below it: the notice's key names the last entry that
 * left the balance at or above, so a repeated run enqueues nothing, and whoever buys credits and spends them is told again. Who never had
 * as much is told nothing. Answers how many notices were new. Throws `INPUT_INVALID` for a threshold that is no amount.
 */
export async function tellLowCredits(context: BillingContext, { threshold }: LowCreditsOptions): Promise<bigint> {
  const limit = micros(threshold);
  let told = 0n;
  let after = '';
  for (;;) {
    const from = after;
    const { page, fresh } = await context.database.write(async (trx) => {
      const low = await lowAccounts(trx, { limit, after: from });
      return { page: low, fresh: await enqueueLow(context, trx, { low, limit }) };
    });
    told += fresh;
    const last = page.at(-1);
    if (last === undefined || page.length < USERS_PER_PAGE) return told;
    after = last.user_id;
  }
}

async function lowAccounts(
  trx: Trx,
  { limit, after }: { readonly limit: bigint; readonly after: string },
): Promise<readonly LowAccount[]> {
  const { rows } = await sql<LowAccount>`
    select x.user_id, x.account_id, x.balance, x.seq from (
      select u.user_id, u.account_id, a.balance,
        (select max(e.seq) from ${sql.table('carryover_entries')} e where e.account_id = a.id and e.balance_after >= ${limit}) as seq
      from ${sql.table('carryover_billing_users')} u join ${sql.table('carryover_accounts')} a on a.id = u.account_id
      where a.authority = 'ledger' and a.status = 'open' and a.balance < ${limit} and u.user_id > ${after}) x
    where x.seq is not null order by x.user_id limit ${sql.lit(USERS_PER_PAGE)}`.execute(trx);
  return rows;
}

async function enqueueLow(
  { database }: BillingContext,
  trx: Trx,
  { low, limit }: { readonly low: readonly LowAccount[]; readonly limit: bigint },
): Promise<bigint> {
  const createdAt = await database.dialect.statements.serverNow(trx);
  const { mandatory, version } = billingTemplates.credits_low;
  return enqueueNotices(
    database,
    trx,
    low.map(({ user_id, account_id, balance, seq }) => ({
      system: 'billing',
      type: 'credits_low',
      dedupeKey: `billing:credits_low:${account_id}:${limit}:${seq}`,
      // An id fills a reference already: there is no room for a word before it.
      recipient: user_id,
      mandatory,
      payload: { version, values: { available: dollars(balance), threshold: dollars(limit) } },
      status: 'pending',
      createdAt,
    })),
  );
}
