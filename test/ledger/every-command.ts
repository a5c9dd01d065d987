import { sql } from 'kysely';
import type { Instant } from '../../src/base/instant.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Command } from '../../src/ledger/types.ts';
import type { Database } from '../../src/sql/database.ts';
import { accountSpec, tester } from './open-test-ledger.ts';

/** The accounts of `postEveryCommand` by their owner. */
export type AccountIds = Readonly<Record<OwnerName, bigint>>;

const OWNERS = ['wallet', 'friend', 'lots', 'deep', 'audited', 'gone', 'high', 'carried'] as const;
type OwnerName = (typeof OWNERS)[number];

type Given = Command extends infer Member ? (Member extends Command ? Omit<Member, 'actor'> : never) : never;

/** Posts every kind of command, so that every column of every table of the ledger is filled by some row. */
export async function postEveryCommand(database: Database, ledger: Ledger): Promise<AccountIds> {
  const states = await ledger.openAccounts(
    OWNERS.map((owner) =>
      accountSpec(owner, {
        lotted: owner === 'lots' || owner === 'deep',
        floor: owner === 'deep' ? null : owner === 'high' ? 25n : 0n,
        authority: owner === 'carried' ? 'legacy' : 'ledger',
      }),
    ),
  );
  const ids = Object.fromEntries(OWNERS.map((owner, i) => [owner, states[i]?.id])) as Record<OwnerName, bigint>;
  const execute = async (...commands: Given[]): Promise<void> => {
    await ledger.executeOrThrow(commands.map((command): Command => ({ ...command, actor: tester })));
  };
  const soon = (await database.dialect.statements.serverNow(database.handle)).plusMillis(700);
  await postToWallet(ids, execute);
  await postToLots(ids, execute, soon);
  await execute(
    { type: 'set-floor', accountId: ids.audited, key: 'floor-1', floor: -100n },
    { type: 'set-floor', accountId: ids.audited, key: 'floor-2', floor: 30n, reason: 'above what is available' },
    { type: 'freeze', accountId: ids.audited, key: 'freeze' },
    { type: 'unfreeze', accountId: ids.audited, key: 'unfreeze' },
    { type: 'freeze', accountId: ids.gone, key: 'freeze' },
    { type: 'close', accountId: ids.gone, key: 'close' },
    { type: 'post', accountId: ids.high, key: 'credit', amount: 5n, contra: 'cash', kind: 'payment' },
  );
  await carry(database, ids.carried);
  await until(database, soon);
  // Touches what is due: the hold, and the lot.
  await execute(
    { type: 'hold', accountId: ids.wallet, key: 'touch', amount: 1n },
    { type: 'post', accountId: ids.lots, key: 'touch', amount: 7n, contra: 'cash', kind: 'payment' },
  );
  return ids;
}

type Execute = (...commands: Given[]) => Promise<void>;

async function postToWallet({ wallet, friend }: AccountIds, execute: Execute): Promise<void> {
  const details = { lesson: 7, paid: true, note: 'Überweisung', nothing: null };
  await execute(
    { type: 'post', accountId: wallet, key: 'credit', amount: 1000n, contra: 'cash', kind: 'payment', details },
    { type: 'post', accountId: wallet, key: 'debit', amount: -50n, contra: 'sales', kind: 'purchase' },
    { type: 'transfer', fromAccountId: wallet, toAccountId: friend, key: 'gift', amount: 100n, kind: 'gift' },
    { type: 'transfer', fromAccountId: wallet, toAccountId: friend, key: 'loan', amount: 20n, kind: 'loan' },
    { type: 'hold', accountId: wallet, key: 'hold-part', amount: 40n },
    { type: 'hold', accountId: wallet, key: 'hold-whole', amount: 41n },
    { type: 'hold', accountId: wallet, key: 'hold-given-up', amount: 20n },
  );
  const contra = 'sales';
  const at = { accountId: wallet, contra, kind: 'purchase' } as const;
  await execute(
    { type: 'capture', ...at, key: 'capture-part', holdKey: 'hold-part', amount: 30n, details: { order: 'a1' } },
    { type: 'capture', ...at, key: 'capture-whole', holdKey: 'hold-whole' },
    { type: 'release', accountId: wallet, key: 'release', holdKey: 'hold-given-up' },
    // The friend's leg is named, so the wallet's reversal has the content of a command about another account.
    { type: 'reverse', accountId: friend, key: 'take-back', seq: 2n },
    { type: 'reverse', accountId: wallet, key: 'refund', seq: 2n },
  );
}

async function postToLots({ wallet, lots, deep }: AccountIds, execute: Execute, soon: Instant): Promise<void> {
  const kind = 'grant';
  const contra = 'promotion';
  await execute(
    { type: 'hold', accountId: wallet, key: 'hold-short', amount: 3n, expiresAt: soon },
    { type: 'hold', accountId: wallet, key: 'hold-long', amount: 4n, expiresAt: soon.plusMillis(86_400_000) },
    { type: 'grant-lot', accountId: lots, key: 'grant-1', amount: 60n, contra, kind, funding: 'granted', priority: 9n },
    {
      type: 'grant-lot',
      accountId: lots,
      key: 'grant-2',
      amount: 30n,
      contra,
      kind,
      funding: 'paid',
      priority: 500_000n,
      expiresAt: soon,
    },
    { type: 'post', accountId: lots, key: 'bought', amount: 200n, contra: 'cash', kind: 'payment' },
    { type: 'post', accountId: lots, key: 'used', amount: -75n, contra: 'sales', kind: 'usage' },
    { type: 'reverse', accountId: lots, key: 'unused', seq: 4n },
    { type: 'post', accountId: lots, key: 'used-again', amount: -10n, contra: 'sales', kind: 'usage' },
    { type: 'void-lot', accountId: lots, key: 'void', lotSeq: 1n, contra: 'voided', kind: 'void' },
    { type: 'transfer', fromAccountId: wallet, toAccountId: lots, key: 'top-up', amount: 11n, kind: 'top-up' },
    // Below zero, then a credit that makes it good, then a reversal that brings more than was drawn.
    { type: 'post', accountId: deep, key: 'credit-1', amount: 5n, contra: 'cash', kind: 'payment' },
    { type: 'post', accountId: deep, key: 'debit-1', amount: -35n, contra: 'sales', kind: 'usage' },
    { type: 'post', accountId: deep, key: 'credit-2', amount: 50n, contra: 'cash', kind: 'payment' },
    { type: 'reverse', accountId: deep, key: 'back-1', seq: 2n },
  );
}

/** What a cutover leaves on an account: entries with a source, the second of which undoes the first, below its floor. */
async function carry(database: Database, accountId: bigint): Promise<void> {
  const { statements } = database.dialect;
  const now = await statements.serverNow(database.handle);
  const columns = {
    account_id: 'int64',
    seq: 'int64',
    amount: 'int64',
    balance_after: 'int64',
    kind: 'text',
    contra: 'text',
    idempotency_key: 'text',
    source: 'text',
    reverses_seq: 'int64',
    actor: 'text',
    occurred_at: 'instant',
    recorded_at: 'instant',
  } as const;
  const actor = 'migration:run-1';
  await statements.insertRows(database.handle, 'carryover_entries', {
    columns,
    rows: [
      [accountId, 1n, 40n, 40n, 'payment', 'legacy', 'payments:1', 'payments:1', null, actor, now, now],
      [accountId, 2n, -40n, 0n, 'reversal', 'legacy', 'payments:1~2', 'payments:1', 1n, actor, now, now],
      [accountId, 3n, -15n, -15n, 'lesson', 'legacy', 'lessons:1', 'lessons:1', null, actor, now, now],
    ],
  });
  await sql`update ${sql.table('carryover_accounts')} set balance = -15, seq = 3, authority = 'ledger' where id = ${accountId}`.execute(
    database.handle,
  );
}

/** Asks the server's clock until an instant has passed. */
async function until(database: Database, at: Instant): Promise<void> {
  while ((await database.dialect.statements.serverNow(database.handle)).compare(at) <= 0);
}
