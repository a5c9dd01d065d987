import { sql } from 'kysely';
import { retry, type RetryPolicy } from '../../../base/retry.ts';
import type { Handle } from '../../engine.ts';
import { classifyMysqlError } from './classify.ts';
import { describeTables } from './describe-tables.ts';
import { quoteName } from './quote-name.ts';

/**
 * Longest single wait for the lock. While it is waited for, new writers wait too, so a longer one stalls the application
 * behind a slow statement; a shorter one only costs another try.
 */
export const HOLD_TIMEOUT_MS = 2_000;

const HOLD_RETRY: RetryPolicy = { attemptsMax: 10, budgetMs: 60_000, pauseMs: 500, pauseMsMax: 4_000 };

/**
 * Keeps every writer from committing until `releaseWriters`, on a session of its own: by the global read lock, which waits
 * for running statements only, or where that is not allowed by a read lock on each table, which waits for open transactions.
 * Throws an Error that names the privilege where neither is allowed.
 */
export async function holdWriters(session: Handle): Promise<void> {
  await retry(
    HOLD_RETRY,
    (error) => classifyMysqlError(error)?.kind === 'lock-timeout',
    () => holdOnce(session),
  );
}

/** Lets writers go on. */
export async function releaseWriters(session: Handle): Promise<void> {
  await sql`unlock tables`.execute(session);
}

async function holdOnce(session: Handle): Promise<void> {
  try {
    await sql`flush tables with read lock`.execute(session);
  } catch (error) {
    if (classifyMysqlError(error)?.kind !== 'privilege') throw error;
    await lockEachTable(session);
  }
}

async function lockEachTable(session: Handle): Promise<void> {
  const tables = (await describeTables(session)).filter(({ kind }) => kind === 'table');
  if (tables.length === 0) return;
  const locks = tables.map(({ name }) => `${quoteName(name)} read`).join(', ');
  try {
    await sql.raw(`lock tables ${locks}`).execute(session);
  } catch (error) {
    if (classifyMysqlError(error)?.kind !== 'privilege') throw error;
    throw new Error('its user has neither the privilege RELOAD nor LOCK TABLES to hold writers for a moment', {
      cause: error,
    });
  }
}
