import { setTimeout as delay } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';

/**
 * What SQLite itself waits before it says "busy". The wait blocks this process's event loop, so it only bridges the few
 * microseconds of another process's checkpoint; real waiting is done by `untilFree`.
 */
export const BUSY_TIMEOUT_MS = 5;

/** Longer pauses lose the race for a busy database to other processes, shorter ones burn the processor while it is held. */
const PAUSE_MS_MAX = 20;

/** The error that SQLite gives for a database another connection holds. */
export function busyError(message: string): Error {
  return new BetterSqlite3.SqliteError(message, 'SQLITE_BUSY');
}

/**
 * SQLite's extended code (`SQLITE_BUSY_SNAPSHOT`) of an error of better-sqlite3, or undefined for another error. By its name
 * and not its class: an adopted connection may come from the application's own copy of the package.
 */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== 'SqliteError') return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** True for every flavour of "held by another connection". */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(?:BUSY|LOCKED)/.test(sqliteCode(error) ?? '');
}

/**
 * Runs a step that leaves nothing behind when it fails as busy, again and again until it succeeds or the time is used up;
 * then the last error is thrown. Other work of this process goes on between the tries.
 */
export async function untilFree<T>(waitMsMax: number, step: () => T): Promise<T> {
  const deadline = performance.now() + waitMsMax;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)) {
    try {
      return step();
    } catch (error) {
      if (!isBusy(error) || performance.now() + pauseMs > deadline) throw error;
    }
    await delay(pauseMs * (0.5 + Math.random() / 2));
  }
}
