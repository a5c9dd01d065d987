import { sql } from 'kysely';
import { Instant } from '../../../src/base/instant.ts';
import { openDatabase, type Database } from '../../../src/sql/database.ts';
import type { Trx } from '../../../src/sql/engine.ts';
import { cardCode } from '../../support/stamps-legacy.ts';

const NOW = Instant.parse('2026-11-01T12:00:00Z');

/** The café's own application, at work while its cards are carried over. It knows nothing of Carryover. */
export class Till {
  readonly database: Database;
  /** What it believes each member has: an oracle that was never read from the database. */
  readonly stamps: Map<number, bigint> = new Map<number, bigint>();
  #next = 500_000n;

  private constructor(database: Database) {
    this.database = database;
  }

  /** Opens the café's database with a pool of its own. */
  static async open(url: string): Promise<Till> {
    return new Till(await openDatabase(url, { poolMax: 4 }));
  }

  /** Gives stamps; returns the number of the row. */
  give(member: number, amount: bigint): Promise<bigint> {
    return this.database
      .write((trx) => this.giveWithin(trx, member, amount))
      .then((id) => this.#note(member, amount, id));
  }

  /** As `give`, in a transaction of the caller's; the oracle is not told. */
  async giveWithin(trx: Trx, member: number, amount: bigint): Promise<bigint> {
    this.#next += 1n;
    const id = this.#next;
    const at = this.database.dialect.expressions.instant(NOW);
    await sql`insert into stamps (stamp_id, member_id, card_code, amount, status, stamped_at)
      values (${id}, ${BigInt(member)}, ${cardCode(member)}, ${amount}, 'given', ${at})`.execute(trx);
    return id;
  }

  /** Changes how many stamps a row gave. */
  async change(member: number, id: bigint, by: { readonly from: bigint; readonly to: bigint }): Promise<void> {
    await this.database.write(async (trx) => {
      await sql`update stamps set amount = ${by.to} where stamp_id = ${id}`.execute(trx);
    });
    this.#note(member, by.to - by.from, id);
  }

  /** Takes a row back by deleting it. */
  async takeBack(member: number, id: bigint, amount: bigint): Promise<void> {
    await this.database.write(async (trx) => {
      await sql`delete from stamps where stamp_id = ${id}`.execute(trx);
    });
    this.#note(member, -amount, id);
  }

  /** A treat for ten stamps. */
  async redeem(member: number): Promise<void> {
    this.#next += 1n;
    const id = this.#next;
    await this.database.write(async (trx) => {
      await sql`insert into redemptions (redemption_id, member_id, card_code, treats, redeemed_at)
        values (${id}, ${BigInt(member)}, ${cardCode(member)}, 1, ${this.database.dialect.expressions.instant(NOW)})`.execute(
        trx,
      );
    });
    this.#note(member, -10n, id);
  }

  close(): Promise<void> {
    return this.database.close();
  }

  #note(member: number, amount: bigint, id: bigint): bigint {
    this.stamps.set(member, (this.stamps.get(member) ?? 0n) + amount);
    return id;
  }
}
