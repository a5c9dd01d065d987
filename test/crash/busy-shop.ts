import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { createLedger, type Ledger } from '../../src/ledger/ledger.ts';
import { Till } from '../cutover/live/till.ts';
import type { Cafe } from '../support/cafe.ts';

const ACTOR = { kind: 'person', id: 'barista' } as const;
/** Between two stamps. */
const PAUSE_MS = 3;

/**
 * Somebody who gives stamps to everybody all the time, at the till and, where that is refused, through the ledger, and remembers what they were
 * told: the oracle of what both sides must say in the end.
 */
export class BusyShop {
  /** What was given to each member, on whichever side took it. */
  readonly given: Map<string, bigint> = new Map();
  readonly refused = { till: 0, ledger: 0 };
  readonly #till: Till;
  readonly #ledger: Ledger;
  readonly #members: number;
  readonly #opening: ReadonlyMap<string, bigint>;
  #turn = 0;

  private constructor(on: { cafe: Cafe; till: Till; members: number; opening: ReadonlyMap<string, bigint> }) {
    this.#till = on.till;
    this.#members = on.members;
    this.#opening = on.opening;
    this.#ledger = createLedger(on.cafe.database);
  }

  static async open(cafe: Cafe, members: number): Promise<BusyShop> {
    return new BusyShop({ cafe, till: await Till.open(cafe.url), members, opening: await legacyBalances(cafe) });
  }

  async close(): Promise<void> {
    await this.#ledger.close();
    await this.#till.close();
  }

  /** What every member should have by now. */
  get expected(): ReadonlyMap<string, bigint> {
    return new Map([...this.#opening].map(([owner, balance]) => [owner, balance + (this.given.get(owner) ?? 0n)]));
  }

  /** Gives stamps for as long as the work takes. */
  async while(work: () => Promise<void>): Promise<void> {
    const shop = { open: true };
    const busy = (async () => {
      for (; shop.open; this.#turn += 1) {
        await this.#give(1 + (this.#turn % this.#members));
        await delay(PAUSE_MS);
      }
    })();
    try {
      await work();
    } finally {
      shop.open = false;
      await busy;
    }
  }

  async #give(member: number): Promise<void> {
    const note = (): void => void this.given.set(String(member), (this.given.get(String(member)) ?? 0n) + 1n);
    try {
      await this.#till.give(member, 1n);
      return note();
    } catch (error) {
      if (this.#till.database.classify(error)?.kind !== 'guard') throw error;
      this.refused.till += 1;
    }
    const ref = { system: 'stamps', kind: 'stamps', owner: String(member) };
    const [accountId = 0n] = await this.#ledger.findAccounts([ref]);
    const key = `turn-${this.#turn}`;
    const [outcome] = await this.#ledger.execute([
      { type: 'post', accountId, amount: 1n, kind: 'coffee', contra: 'coffees', key, actor: ACTOR },
    ]);
    if (outcome?.status === 'posted') note();
    else this.refused.ledger += 1;
  }
}

/** The balances of the ledger, by member. */
export async function ledgerBalances(cafe: Cafe): Promise<ReadonlyMap<string, bigint>> {
  const rows = await cafe.rows(sql<{ owner: string; balance: bigint }>`select owner, balance
    from ${sql.table('carryover_accounts')} where kind = 'stamps'`);
  return new Map(rows.map(({ owner, balance }) => [owner, balance]));
}

/** What legacy itself says, by member. */
export async function legacyBalances(cafe: Cafe): Promise<ReadonlyMap<string, bigint>> {
  const { sumText } = cafe.database.dialect.expressions;
  const rows = await cafe.rows(sql<{ owner: bigint; stamps: string; treats: string }>`select m.member_id as owner,
      (select ${sumText(sql`amount`)} from stamps s where s.member_id = m.member_id and s.status <> 'void') as stamps,
      (select ${sumText(sql`treats`)} from redemptions r where r.member_id = m.member_id) as treats from members m`);
  return new Map(rows.map(({ owner, stamps, treats }) => [String(owner), BigInt(stamps) - 10n * BigInt(treats)]));
}
