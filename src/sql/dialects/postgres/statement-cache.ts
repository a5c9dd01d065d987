import type { RowReader } from './row-reader.ts';

/** One statement as it is sent: its text, and the declared types of its parameters, which are part of its identity. */
export interface StatementText {
  readonly sql: string;
  readonly types: readonly number[];
}

/** A statement of a connection. */
export interface Prepared {
  /** Its name on the server; empty for the unnamed statement, which is parsed each time. */
  readonly name: string;
  /** True when the server has it, or will before it is bound. */
  parsed: boolean;
  /** The columns of its result, once known. The server refuses to run it when they change, so they need no second description. */
  reader: RowReader | undefined;
}

/**
 * Named statements kept per connection. Too few means that the server parses and plans hot statements each time (about
 * 0.1 ms); too many takes memory of the server, some 10-50 kB each, on each connection.
 */
const STATEMENTS_MAX = 128;

/**
 * Which statements a connection has prepared. A text is given a name when it comes a second time, so that what runs once
 * leaves nothing behind. Statements that select `*` are never kept: the tables they read are altered by this very program.
 */
export class StatementCache {
  readonly #kept = new Map<string, Kept>();
  #stale: string[] = [];
  #named = 0;
  #uses = 0;

  /** The statement to bind for this text. */
  find(statement: StatementText): Prepared {
    const key = keyOf(statement);
    const kept = this.#kept.get(key);
    this.#uses += 1;
    if (kept === undefined) {
      this.#kept.set(key, { prepared: undefined, usedAt: this.#uses });
      if (this.#kept.size > STATEMENTS_MAX) this.#dropLeastRecent();
      return unnamed();
    }
    kept.usedAt = this.#uses;
    kept.prepared ??= this.#prepare(statement.sql);
    return kept.prepared ?? unnamed();
  }

  /** Drops a statement that failed: whether the server kept it is not known, so its name is closed and never used again. */
  forget(statement: StatementText): void {
    const key = keyOf(statement);
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    this.#close(kept?.prepared);
  }

  /** Names to close on the server; each is given once. */
  takeStale(): readonly string[] {
    const stale = this.#stale;
    if (stale.length > 0) this.#stale = [];
    return stale;
  }

  #prepare(sql: string): Prepared | undefined {
    if (sql.replaceAll('(*)', '').includes('*')) return undefined;
    this.#named += 1;
    return { name: `carryover_${this.#named}`, parsed: false, reader: undefined };
  }

  /** Looks through all of them, which is cheaper than keeping them in order: hits are many and new texts few. */
  #dropLeastRecent(): void {
    const [first] = this.#kept;
    if (first === undefined) return;
    let [leastKey, least] = first;
    for (const [key, kept] of this.#kept) if (kept.usedAt < least.usedAt) [leastKey, least] = [key, kept];
    this.#kept.delete(leastKey);
    this.#close(least.prepared);
  }

  #close(prepared: Prepared | undefined): void {
    if (prepared !== undefined) this.#stale.push(prepared.name);
  }
}

/** A text that came before, and the statement it was given from its second time on. */
interface Kept {
  prepared: Prepared | undefined;
  usedAt: number;
}

/** A statement without a name. */
export function unnamed(): Prepared {
  return { name: '', parsed: false, reader: undefined };
}

/** Where no type is declared the text itself is the key, because joining and hashing another one costs more than finding it. */
function keyOf({ sql, types }: StatementText): string {
  return types.every((type) => type === 0) ? sql : `${types.join()} ${sql}`;
}
