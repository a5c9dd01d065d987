import type { Database } from '../sql/database.ts';
import type { Handle, Trx } from '../sql/engine.ts';
import { LedgerWithin } from './ledger-within.ts';
import { orThrow } from './or-throw.ts';
import { Poster, type PosterObserver, type PosterOptions } from './poster/poster.ts';
import type { TracedCall } from './poster/poster-tracer.ts';
import { findAccounts } from './store/find-accounts.ts';
import { openAccounts, type AccountSpec } from './store/open-accounts.ts';
import { touchAccounts, type TouchedAccounts } from './store/touch-accounts.ts';
import type { AccountRef, AccountState, Command, ExecuteOptions, Outcome } from './types.ts';

/** How a ledger posts. */
export type LedgerOptions = Partial<PosterOptions>;

/** The ledger of one database. */
export class Ledger {
  readonly database: Database;
  readonly #poster: Poster;
  readonly #observer: PosterObserver | undefined;

  constructor(database: Database, options: LedgerOptions = {}) {
    this.database = database;
    this.#observer = options.observer;
    this.#poster = new Poster(database, options);
  }

  /** Commands accepted by `execute` that wait for a batch. */
  get waitingCommands(): number {
    return this.#poster.waitingCommands;
  }

  /** The ledger inside the caller's transaction: one of `database.write`, or `database.adopt(connection)`. */
  within(trx: Trx): LedgerWithin {
    return new LedgerWithin(this.database, trx, this.#observer);
  }

  /** Tells the observer of a transaction of many calls that failed whole. */
  tellFailed(error: unknown): void {
    this.#observer?.failed(error);
  }

  /** Follows a call that will be posted by a transaction which others share, where the observer follows calls; whoever shares it ends it. */
  follow(commands: number): TracedCall | undefined {
    return this.#observer?.trace?.callStarted(commands);
  }

  /**
   * Opens accounts that are not there yet and returns the states of all, in the order given; opening again is a no-op. Throws
   * `INPUT_INVALID`, then `LEDGER_ACCOUNT_DIFFERS` where one exists with another unit or lotted; then none is opened.
   */
  openAccounts(specs: readonly AccountSpec[]): Promise<AccountState[]> {
    return this.database.write((trx) => openAccounts({ database: this.database, handle: trx }, specs));
  }

  /** The ids of accounts by their references, in the order asked, undefined where there is none. */
  findAccounts(refs: readonly AccountRef[], handle: Handle = this.database.handle): Promise<(bigint | undefined)[]> {
    return findAccounts({ database: this.database, handle }, refs);
  }

  /**
   * Executes commands in a transaction shared with other callers, and gives one outcome each once it is committed. Commands are
   * independent of each other, in order where they name the same account, unless the call is atomic. Rejects with
   * `LEDGER_CLOSED`, `LEDGER_QUEUE_FULL`, or what went wrong with the database; calling again under the same keys is then right.
   */
  execute(commands: readonly Command[], options: ExecuteOptions = {}): Promise<readonly Outcome[]> {
    return this.#poster.execute(commands, options.atomic === true);
  }

  /** As `execute`, all or nothing; a refusal is thrown as the error of its code. */
  async executeOrThrow(commands: readonly Command[]): Promise<readonly Outcome[]> {
    return orThrow(commands, await this.execute(commands, { atomic: true }));
  }

  /**
   * Brings accounts to the present in one transaction, as the next command on each would: holds that ran out come free, expired lots lose
   * what remains. Reads count that as done anyway, so this only tidies. Ids without an account are passed over.
   */
  touchAccounts(accountIds: readonly bigint[]): Promise<TouchedAccounts> {
    return this.database.write((trx) => touchAccounts({ database: this.database, handle: trx }, accountIds));
  }

  /** Answers everything accepted and accepts nothing more. The database stays open: it is the caller's. */
  close(): Promise<void> {
    return this.#poster.close();
  }
}

/** Opens the ledger of a database whose schema is in place. */
export function createLedger(database: Database, options: LedgerOptions = {}): Ledger {
  return new Ledger(database, options);
}
