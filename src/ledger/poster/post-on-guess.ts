import { sql, type RawBuilder } from 'kysely';
import { systemClock } from '../../base/clock.ts';
import { BulkStatement } from '../../sql/bulk-statement.ts';
import { changeExactly } from '../../sql/deferred.ts';
import type { BulkRows } from '../../sql/contract/statements.ts';
import type { NewEntry } from '../kernel/kernel-types.ts';
import { decideCalls, type Call } from '../store/decide-calls.ts';
import type { WriteSession } from '../store/session.ts';
import { ENTRY_OF_NOW } from '../store/row-targets.ts';
import type { AccountState, Command, Outcome } from '../types.ts';

/** What a batch would do if the accounts stood as guessed. */
export interface GuessedBatch {
  readonly guessed: readonly AccountState[];
  readonly after: readonly AccountState[];
  readonly entries: readonly NewEntry[];
  readonly outcomes: readonly (readonly Outcome[])[];
}

/** The accounts of a batch that can be posted on a guess: nothing but posts that leave it to the database when they happened. */
export function accountsOfPlainPosts(calls: readonly Call[]): ReadonlySet<bigint> | undefined {
  const accountIds = new Set<bigint>();
  for (const { commands } of calls) {
    for (const command of commands) {
      if (!isPlainPost(command)) return undefined;
      accountIds.add(command.accountId);
    }
  }
  return accountIds;
}

function isPlainPost(command: Command): command is Extract<Command, { type: 'post' }> {
  return command.type === 'post' && command.occurredAt === undefined;
}

/**
 * Decides a batch on guessed states and on the guess that no key was used before. Undefined unless every command would be posted:
 * a refusal or a replay is only ever told from what the database says.
 */
export function decideOnGuess(calls: readonly Call[], guessed: readonly AccountState[]): GuessedBatch | undefined {
  // The instant stands for "now" and is replaced by the database's clock; no rule about a plain post looks at it.
  const now = systemClock.now();
  const snapshot = { accounts: guessed, holds: [], lots: [], draws: [], entries: [], usedKeys: [] };
  const { outcomes, changes } = decideCalls({ snapshot, now }, calls);
  if (!outcomes.every((ofCall) => ofCall.every((outcome) => outcome.status === 'posted'))) return undefined;
  const after = new Map(changes.accounts.map((account) => [account.id, account]));
  return {
    guessed,
    after: guessed.map((account) => after.get(account.id) ?? account),
    entries: changes.entries,
    outcomes,
  };
}

/**
 * Writes a guessed batch, all of it in one round trip where the engine can. Any wrong guess fails the transaction. The UPDATE locks
 * each account, in id order as everywhere, and changes it only where the whole row is as guessed; all must change. The INSERT
 * starts after that, so its snapshot has everything committed on those accounts: a key of an earlier entry violates the unique
 * key, and one of a hold, a resolution or an audited change leaves its row out, of which none may be left out.
 */
export async function writeGuessedBatch({ database, handle }: WriteSession, batch: GuessedBatch): Promise<void> {
  const accounts = accountRows(batch);
  const entries = ENTRY_OF_NOW.bulkRows(batch.entries);
  const [accountCount, entryCount] = [accounts.rows.length, entries.rows.length];
  await changeExactly(handle, updateAccounts.bind(database, accounts), accountCount);
  await changeExactly(handle, insertEntries.bind(database, entries), entryCount);
}

/** Every column that rules look at. A floor of none is guessed as such, hence the comparison that knows null. */
const AS_GUESSED: RawBuilder<unknown> = sql.raw(`target.balance = source.was_balance and target.held = source.was_held
  and (target.floor = source.was_floor or (target.floor is null and source.was_floor is null))
  and target.seq = source.was_seq and target.status = source.was_status and target.authority = source.was_authority
  and target.lotted = source.was_lotted and target.unit = source.was_unit`);

const updateAccounts = new BulkStatement(({ dialect: { statements } }, rows) => {
  const update = {
    table: 'carryover_accounts',
    rows,
    key: ['id'],
    set: ['balance', 'seq'],
    where: AS_GUESSED,
    keyIsPrimary: true,
  };
  return statements.exactly(statements.updateFromRowsQuery(update), rows.rows.length);
});

const insertEntries = new BulkStatement(({ dialect: { statements, expressions } }, rows) => {
  const columns = Object.keys(rows.columns);
  const insert = sql`
    insert into ${sql.table('carryover_entries')} (${sql.raw(columns.join(', '))}, occurred_at, recorded_at)
    select ${sql.raw(columns.map((column) => `made.${column}`).join(', '))}, clock.now_at, clock.now_at
    from ${statements.rows('made', rows)} cross join (select ${expressions.now()} as now_at) as clock
    where ${unlessUsed('carryover_holds', 'idempotency_key')}
      and ${unlessUsed('carryover_holds', 'resolution_key')}
      and ${unlessUsed('carryover_audit', 'idempotency_key')}`;
  return statements.exactly(insert, rows.rows.length);
});

function unlessUsed(table: string, column: string): RawBuilder<unknown> {
  return sql`not exists (select 1 from ${sql.table(table)} as used
    where used.account_id = made.account_id and used.${sql.raw(column)} = made.idempotency_key)`;
}

function accountRows({ guessed, after }: GuessedBatch): BulkRows {
  const rows = guessed.map((was, index) => {
    const will = after[index] ?? was;
    const seen = [was.balance, was.held, was.floor, was.seq, was.status, was.authority, was.lotted ? 1n : 0n, was.unit];
    return { id: was.id, values: [was.id, will.balance, will.seq, ...seen] };
  });
  rows.sort((one, other) => (one.id < other.id ? -1 : 1));
  return { columns: ACCOUNT_COLUMNS, rows: rows.map((row) => row.values) };
}

const ACCOUNT_COLUMNS: BulkRows['columns'] = {
  id: 'int64',
  balance: 'int64',
  seq: 'int64',
  was_balance: 'int64',
  was_held: 'int64',
  was_floor: 'int64',
  was_seq: 'int64',
  was_status: 'text',
  was_authority: 'text',
  was_lotted: 'int64',
  was_unit: 'text',
};
