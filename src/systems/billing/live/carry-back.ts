import { sql } from 'kysely';
import type { CarryBack, MirroredEntry } from '../../../cutover/live-descriptor.ts';
import type { BillingPolicy } from '../policy.ts';
import { loadTold, type ToldAccount } from './load-told.ts';
import { billingLosses } from './losses.ts';
import { AccountTeller, type ToldSums } from './tell-account.ts';
import type { BillingWrite } from './told-tables.ts';
import { insertLegacy, updateLegacy } from './write-legacy.ts';

/** How what the ledger did goes back into the application's tables. */
export const billingCarryBack: CarryBack<BillingPolicy> = { mirror, losses: billingLosses };

async function mirror(write: BillingWrite): Promise<readonly MirroredEntry[]> {
  const accounts = await loadTold(write, write.entries);
  const mirrored: MirroredEntry[] = [];
  const remainders: (readonly [bigint, bigint, bigint])[] = [];
  for (const [accountId, entries] of Map.groupBy(write.entries, (entry) => entry.accountId)) {
    const account = accounts.get(accountId);
    if (account === undefined) throw new Error(`The account ${accountId} was not loaded.`);
    const teller = new AccountTeller(write, account);
    mirrored.push(...(await teller.tell(entries)));
    await keepBalance(write, account, teller.sums);
    remainders.push([accountId, account.seqAtSwitch, teller.sums.remainder]);
  }
  await keepRemainders(write, remainders);
  return mirrored;
}

/**
 * Moves the stored balance by what the rows say, never below zero, which the application's table refuses. A user who had none gets one, unless policy trusts stored balances: there a new row would
 * speak for facts that it never counted.
 */
async function keepBalance(write: BillingWrite, { userId }: ToldAccount, { bought, used }: ToldSums): Promise<void> {
  if (bought === 0n && used === 0n) return;
  const { asOf, policy } = write.source;
  const at = { table: 'credit_balance', key: 'user_id', value: userId } as const;
  const isThere = await updateLegacy(write, at, {
    balance_dollars: { plus: bought - used, atLeastZero: true },
    total_purchased: { plus: bought, atLeastZero: false },
    total_used: { plus: used, atLeastZero: false },
    last_updated: { at: asOf },
  });
  if (isThere || policy.carrying.trust === 'stored') return;
  const balance = bought > used ? bought - used : 0n;
  await insertLegacy(
    write,
    { table: 'credit_balance', userId },
    {
      balance_dollars: { micros: balance },
      total_purchased: { micros: bought },
      total_used: { micros: used },
      last_updated: { at: asOf },
    },
  );
}

const TOLD = 'carryover_billing_told';
const TOLD_COLUMNS = { account_id: 'int64', seq_at_switch: 'int64', remainder: 'int64' } as const;

/** By account, the number of its switch and what is left untold, micro-dollars. An account that never had anything left has no row. */
async function keepRemainders(
  { database, trx }: BillingWrite,
  remainders: readonly (readonly [bigint, bigint, bigint])[],
): Promise<void> {
  const { statements } = database.dialect;
  await statements.updateFromRows(trx, {
    table: TOLD,
    rows: { columns: TOLD_COLUMNS, rows: remainders },
    key: ['account_id'],
    set: ['seq_at_switch', 'remainder'],
    keyIsPrimary: true,
  });
  const left = remainders.filter(([, , remainder]) => remainder !== 0n);
  if (left.length === 0) return;
  await statements.insertIfAbsent(trx, {
    table: TOLD,
    columns: Object.keys(TOLD_COLUMNS),
    source: sql`select r.account_id, r.seq_at_switch, r.remainder from ${statements.rows('r', { columns: TOLD_COLUMNS, rows: left })}`,
    conflict: ['account_id'],
  });
}
