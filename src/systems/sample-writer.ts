import type { Database } from '../sql/database.ts';
import { insertSampleRows, type SampleDecimals, type SampleTableShape, type SampleValue } from './sample-tables.ts';

/**
 * Rows per statement: more save little and need memory for their text, fewer pay a round trip and a transaction each.
 */
const ROWS_PER_STATEMENT = 5_000;

/**
 * Collects rows of all tables and writes them in bulk, in the order they came per table. One write is under way while the next
 * rows are made, so that a server and this process work at the same time.
 */
export class SampleWriter {
  readonly #database: Database;
  readonly #shapes: ReadonlyMap<string, SampleTableShape>;
  readonly #decimals: SampleDecimals;
  readonly #waiting = new Map<string, SampleValue[][]>();
  readonly #taken = new Map<string, number>();
  /** Settles with the failure instead of rejecting, since nobody looks at it before the next write. */
  #underWay: Promise<{ readonly failure: unknown } | undefined> = Promise.resolve(undefined);

  constructor(database: Database, tables: readonly SampleTableShape[], decimals: SampleDecimals = {}) {
    this.#database = database;
    this.#decimals = decimals;
    this.#shapes = new Map(tables.map((shape) => [shape.name, shape]));
  }

  /** Takes one row with a new id, which stands in its first column. Returns the id. */
  add(table: string, values: readonly SampleValue[]): number {
    const id = this.count(table) + 1;
    this.addWithId(table, [BigInt(id), ...values]);
    return id;
  }

  /** Takes one row whose first column is its id. */
  addWithId(table: string, row: SampleValue[]): void {
    const rows = this.#waiting.get(table) ?? [];
    rows.push(row);
    this.#waiting.set(table, rows);
    this.#taken.set(table, this.count(table) + 1);
  }

  /** Rows taken so far. */
  count(table: string): number {
    return this.#taken.get(table) ?? 0;
  }

  /** Begins to write the tables that have enough rows waiting. Throws what an earlier write failed with. */
  async writeFull(): Promise<void> {
    for (const [table, rows] of this.#waiting) if (rows.length >= ROWS_PER_STATEMENT) await this.#begin(table);
  }

  /** Writes what is left, and waits until all of it is written. */
  async writeRest(): Promise<void> {
    for (const table of this.#waiting.keys()) await this.#begin(table);
    await this.#finish();
  }

  async #begin(table: string): Promise<void> {
    await this.#finish();
    const rows = this.#waiting.get(table) ?? [];
    this.#waiting.set(table, []);
    this.#underWay = this.#write(table, rows).then(
      () => undefined,
      (failure: unknown) => ({ failure }),
    );
  }

  async #finish(): Promise<void> {
    const failed = await this.#underWay;
    if (failed !== undefined) throw failed.failure;
  }

  async #write(table: string, rows: readonly SampleValue[][]): Promise<void> {
    const shape = this.#shapes.get(table);
    if (shape === undefined) throw new Error(`The sample has no table "${table}".`);
    await this.#database.write(async (trx) => {
      for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
        await insertSampleRows(this.#database, trx, {
          shape,
          rows: rows.slice(start, start + ROWS_PER_STATEMENT),
          ...this.#decimals,
        });
      }
    });
  }
}
