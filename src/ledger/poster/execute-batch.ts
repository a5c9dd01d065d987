import { CarryoverError } from '../../base/errors.ts';
import type { RetryPolicy } from '../../base/retry.ts';
import type { Database } from '../../sql/database.ts';
import type { Call } from '../store/decide-calls.ts';
import { executeCalls } from '../store/execute-calls.ts';
import type { Outcome } from '../types.ts';
import { accountsOfPlainPosts, decideOnGuess, writeGuessedBatch, type GuessedBatch } from './post-on-guess.ts';
import type { RememberedAccounts } from './remembered-accounts.ts';

/**
 * Locks are held while this process decides, which takes milliseconds. A process that stalls in between (a debugger, a machine without
 * memory) gives them up after this long: shorter could hit a busy machine, whose batch then begins anew; longer keeps every other
 * process from those accounts for as long.
 */
const IDLE_TIMEOUT_MS = 10_000;

/** A guess that meets a deadlock is not worth a second try; the regular way retries. */
const once: RetryPolicy = { attemptsMax: 1, budgetMs: 0, pauseMs: 0, pauseMsMax: 0 };

/**
 * Executes a batch in a transaction of its own. Plain posts to accounts that this process knows are decided first and written in one
 * round trip, on the condition that the accounts still stand as they were; everything else, and every wrong guess, is locked, loaded,
 * decided and written. Rejects as `Database.write`.
 */
export async function executeBatch(
  database: Database,
  remembered: RememberedAccounts,
  calls: readonly Call[],
): Promise<readonly (readonly Outcome[])[]> {
  const guess = guessBatch(remembered, calls);
  if (guess !== undefined && (await postOnGuess(database, remembered, guess))) return guess.outcomes;
  const { statements } = database.dialect;
  const { outcomes, accounts } = await database.write(async (trx) => {
    await statements.limitWaits(trx, { idleTimeoutMs: IDLE_TIMEOUT_MS });
    if (!isOneCommand(calls)) await statements.preferIndexes(trx);
    return executeCalls({ database, handle: trx }, calls);
  });
  remembered.remember(accounts);
  return outcomes;
}

function guessBatch(remembered: RememberedAccounts, calls: readonly Call[]): GuessedBatch | undefined {
  const accountIds = accountsOfPlainPosts(calls);
  const guessed = accountIds === undefined ? undefined : remembered.guess(accountIds);
  return guessed === undefined ? undefined : decideOnGuess(calls, guessed);
}

/** Resolves with false when the guess was wrong, whatever showed it; then nothing was done. */
async function postOnGuess(database: Database, remembered: RememberedAccounts, batch: GuessedBatch): Promise<boolean> {
  try {
    await database.write(async (trx) => {
      if (batch.entries.length > 1) await database.dialect.statements.preferIndexes(trx);
      await writeGuessedBatch({ database, handle: trx }, batch);
    }, once);
  } catch (error) {
    remembered.forget(batch.guessed.map((account) => account.id));
    // Unreachable, unknown, or locked by somebody for too long: the regular way would meet the same.
    if (error instanceof CarryoverError) throw error;
    return false;
  }
  remembered.remember(batch.after);
  remembered.confirm();
  return true;
}

function isOneCommand(calls: readonly Call[]): boolean {
  return calls.length === 1 && calls[0]?.commands.length === 1;
}
