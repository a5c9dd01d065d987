import { sql } from 'kysely';
import type { Database } from '../../sql/database.ts';
import type { ServiceJob } from './scheduled-job.ts';

/** Accounts looked at by one statement. Larger pages hold a snapshot longer; smaller ones cost round trips. */
const ACCOUNTS_PER_LOOK = 2_000;
/** Accounts touched in one transaction: their locks are held together, so callers of any of them wait for all. */
const ACCOUNTS_PER_TOUCH = 100;

/** What a sweep did. */
export interface Swept {
  /** Accounts with holds or lots, under ledger authority. */
  readonly looked: number;
  readonly touched: number;
  /** Entries written for lots that had expired. */
  readonly expiries: number;
  readonly holdsExpired: number;
}

/**
 * Writes down what has expired: balances say so already, so this is for statements, reports and whoever reads the tables. Goes by the
 * database's clock whatever `--now` says, because an expiry that was written down cannot be taken back.
 *
 * It walks the accounts by their key instead of keeping an index by expiry: every draw of a lot and every hold would pay for that index,
 * and on PostgreSQL twice, while a walk of 1,000 accounts costs a few milliseconds and hurts nobody.
 */
export const sweepJob: ServiceJob = {
  name: 'sweep',
  title: 'Write down the holds and lots that have expired',
  pattern: '*/15 * * * *',
  run: async ({ database, ledger }, { signal }): Promise<Swept> => {
    const swept = { looked: 0, touched: 0, expiries: 0, holdsExpired: 0 };
    for (let after: bigint | undefined = 0n; after !== undefined;) {
      signal.throwIfAborted();
      const page: readonly LookedAt[] = await lookAtAccounts(database, after);
      const due = page.filter((row) => row.due === 1n).map(({ id }) => id);
      for (let start = 0; start < due.length; start += ACCOUNTS_PER_TOUCH) {
        const touched = await ledger.touchAccounts(due.slice(start, start + ACCOUNTS_PER_TOUCH));
        swept.expiries += touched.expiries;
        swept.holdsExpired += touched.holdsExpired;
      }
      swept.looked += page.length;
      swept.touched += due.length;
      after = page.length < ACCOUNTS_PER_LOOK ? undefined : page.at(-1)?.id;
    }
    return swept;
  },
};

interface LookedAt {
  readonly id: bigint;
  readonly due: bigint;
}

/** The accounts after one that may have something to expire, and whether they do; served by the indexes of holds and lots by account. */
async function lookAtAccounts(database: Database, after: bigint): Promise<readonly LookedAt[]> {
  const { expressions: e } = database.dialect;
  const now = await database.dialect.statements.serverNow(database.handle);
  const isDue = sql`exists (select 1 from ${sql.table('carryover_holds')} as h
      where h.account_id = a.id and h.status = 'open' and h.expires_at <= ${e.instant(now)})
    or exists (select 1 from ${sql.table('carryover_lots')} as l
      where l.account_id = a.id and l.remaining > 0 and l.expires_at <= ${e.instant(now)})`;
  const { rows } = await sql<LookedAt>`
    select a.id as id, ${e.int64(sql`case when ${isDue} then 1 else 0 end`)} as due
    from ${sql.table('carryover_accounts')} as a
    where a.id > ${after} and a.authority = 'ledger' and (a.held > 0 or a.lotted = 1)
    order by a.id limit ${sql.lit(ACCOUNTS_PER_LOOK)}`.execute(database.handle);
  return rows;
}
