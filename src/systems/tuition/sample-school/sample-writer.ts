import type { Database } from '../../../sql/database.ts';
import { insertLegacyRows, type LegacyValue } from './insert-legacy-rows.ts';

/**
 * Rows per statement. Larger saves little more; smaller pays for round trips: 1,000,000 rows on PostgreSQL 15 in 5,000s take
 * a few seconds, one by one minutes.
 */
const ROWS_PER_STATEMENT = 5_000;

/** Collects rows of all tables and writes them in bulk, in the order they came per table. */
export class SampleWriter {
  readonly #database: Database;
  readonly #waiting = new Map<string, LegacyValue[][]>();
  readonly #written = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Takes one row with a new id, which stands in its first column. Returns the id. */
  add(table: string, values: readonly LegacyValue[]): number {
    const id = this.count(table) + 1;
    this.addWithId(table, [BigInt(id), ...values]);
    return id;
  }

  /** Takes one row whose first column is its id. */
  addWithId(table: string, row: LegacyValue[]): void {
    const rows = this.#waiting.get(table) ?? [];
    rows.push(row);
    this.#waiting.set(table, rows);
    this.#written.set(table, this.count(table) + 1);
  }

  /** Rows taken so far. */
  count(table: string): number {
    return this.#written.get(table) ?? 0;
  }

  /** Writes the tables that have enough rows waiting. */
  async writeFull(): Promise<void> {
    for (const [table, rows] of this.#waiting) if (rows.length >= ROWS_PER_STATEMENT) await this.#write(table);
  }

  /** Writes what is left. */
  async writeRest(): Promise<void> {
    for (const table of this.#waiting.keys()) await this.#write(table);
  }

  async #write(table: string): Promise<void> {
    const rows = this.#waiting.get(table) ?? [];
    this.#waiting.set(table, []);
    await this.#database.write(async (trx) => {
      for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
        await insertLegacyRows(this.#database, trx, { table, rows: rows.slice(start, start + ROWS_PER_STATEMENT) });
      }
    });
  }
}
