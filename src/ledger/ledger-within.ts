import type { Database } from '../sql/database.ts';
import type { Trx } from '../sql/engine.ts';
import { orThrow } from './or-throw.ts';
import type { PosterObserver } from './poster/poster.ts';
import { executeCalls } from './store/execute-calls.ts';
import { lockAccounts } from './store/lock-accounts.ts';
import { openAccounts, type AccountSpec } from './store/open-accounts.ts';
import type { WriteSession } from './store/session.ts';
import type { AccountState, Command, ExecuteOptions, Outcome } from './types.ts';

/** The ledger inside a transaction of the caller's: a balance and the caller's own rows commit or abort together. */
export class LedgerWithin {
  readonly #session: WriteSession;
  readonly #observer: PosterObserver | undefined;

  constructor(database: Database, trx: Trx, observer?: PosterObserver) {
    this.#session = { database, handle: trx };
    this.#observer = observer;
  }

  /**
   * Locks accounts in id order and returns their states, in id order, as they stand under the lock; ids without an account are
   * left out. For a caller that asks for authority or reads its own rows before it decides what to post. Lock all accounts at
   * once: a second call for a lower id is out of order and may deadlock with another transaction.
   */
  async lock(accountIds: readonly bigint[]): Promise<AccountState[]> {
    const ordered = [...new Set(accountIds)].toSorted((one, other) => (one < other ? -1 : 1));
    const locked = await lockAccounts(this.#session, ordered);
    return locked.map((account) => account.state);
  }

  /**
   * Executes commands in order and gives one outcome each. They stay undone until the caller's transaction commits. A driver
   * error is thrown as it came, and the transaction must then be aborted; nothing is retried here.
   */
  async execute(commands: readonly Command[], options: ExecuteOptions = {}): Promise<readonly Outcome[]> {
    const atomic = options.atomic === true;
    const trace = this.#observer?.trace?.callStarted(commands.length);
    try {
      const { outcomes } = await executeCalls(this.#session, [{ commands, atomic }]);
      const own = outcomes[0] ?? [];
      this.#observer?.decided(own);
      trace?.ended(own);
      return own;
    } catch (error) {
      trace?.ended([], { error });
      throw error;
    }
  }

  /** As `execute`, all or nothing; a refusal is thrown as the error of its code, and nothing was written then. */
  async executeOrThrow(commands: readonly Command[]): Promise<readonly Outcome[]> {
    return orThrow(commands, await this.execute(commands, { atomic: true }));
  }

  /** As `Ledger.openAccounts`; after an error the caller's transaction must be aborted for nothing to stay. */
  openAccounts(specs: readonly AccountSpec[]): Promise<AccountState[]> {
    return openAccounts(this.#session, specs);
  }
}
