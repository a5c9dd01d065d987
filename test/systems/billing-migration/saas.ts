import { Instant } from '../../../src/base/instant.ts';
import type { Database } from '../../../src/sql/database.ts';
import {
  createSaasTables,
  saasTable,
  saasTables,
  type SaasVariation,
} from '../../../src/systems/billing/sample-saas/saas-tables.ts';
import { insertSampleRows, type SampleValue } from '../../../src/systems/sample-tables.ts';

/** The present of all these tests: a day after the middle of a month, so that periods begin before and after it. */
export const AS_OF: Instant = Instant.parse('2026-07-16T10:00:00Z');

const DAY_MS = 86_400_000;
/** Amounts of the builder have eight decimals inside, so that a test can have too many. */
const DECIMALS = 8;

/** A subscription row. Everything has a plain default, so that a test names only what it is about. */
export interface SubscriptionOptions {
  readonly price?: string | null;
  readonly status?: string | null;
  /** Days, or instants as texts. The period began on the first of July and lasts a month unless told. */
  readonly from?: string | null;
  readonly until?: string | null;
  readonly created?: string | null;
  readonly quantity?: number;
  readonly account?: string;
}

/** A purchase row. */
export interface PurchaseOptions {
  readonly status?: string | null;
  readonly created?: string;
  readonly completed?: string | null;
  readonly expires?: string | null;
}

/** A row of usage that bought credits paid for. */
export interface UsageOptions {
  readonly type?: string | null;
  readonly at?: string;
}

/** A SaaS under construction: rows of the old application, written at the end. */
export class Saas {
  readonly #rows = new Map<string, SampleValue[][]>();
  #user = '';

  /** Adds a person's account, and what follows is about it. The id is `u1`, `u2`, ... unless told. */
  user(
    id = `u${this.#count('accounts') + 1}`,
    options: { readonly created?: string; readonly team?: boolean } = {},
  ): this {
    this.#user = id;
    this.#add('accounts', [id, options.team === true ? 0n : 1n, id, at(options.created ?? '2026-01-05')]);
    return this;
  }

  /** Adds a team's account, and what follows is about it. */
  team(id = `t${this.#count('accounts') + 1}`): this {
    return this.user(id, { team: true });
  }

  /** What follows is about this id, whether there is an account or not. */
  about(id: string): this {
    this.#user = id;
    return this;
  }

  subscribed(tier: string, options: SubscriptionOptions = {}): this {
    const created = options.created === undefined ? '2026-01-01' : options.created;
    this.#add('billing_subscriptions', [
      this.#next('billing_subscriptions', 's'),
      options.account ?? this.#user,
      null,
      options.status === undefined ? 'active' : options.status,
      options.price === undefined ? `price_${tier}_monthly` : options.price,
      BigInt(options.quantity ?? 1),
      0n,
      created === null ? null : at(created),
      options.from === null ? null : at(options.from ?? '2026-07-01'),
      options.until === null ? null : at(options.until ?? '2026-08-01'),
    ]);
    return this;
  }

  bought(amount: number | null, options: PurchaseOptions = {}): this {
    const status = options.status === undefined ? 'completed' : options.status;
    const created = options.created ?? '2026-03-01';
    const completed = options.completed === undefined ? (status === 'completed' ? created : null) : options.completed;
    const id = this.#next('credit_purchases', 'p');
    this.#add('credit_purchases', [
      id,
      this.#user,
      parts(amount),
      `pi_${id}`,
      status,
      'Credits',
      at(created),
      completed === null ? null : at(completed),
      options.expires === undefined || options.expires === null ? null : at(options.expires),
    ]);
    return this;
  }

  used(amount: number | null, options: UsageOptions = {}): this {
    const id = this.#next('credit_usage', 'c');
    this.#add('credit_usage', [
      id,
      this.#user,
      parts(amount),
      'thread-1',
      `message-${id}`,
      'Usage',
      options.type === undefined ? 'token_overage' : options.type,
      at(options.at ?? '2026-04-01'),
      'tier_2_20',
    ]);
    return this;
  }

  /** Adds the stored balance. */
  stored(balance: number, totals: { readonly purchased?: number; readonly used?: number } = {}): this {
    const { purchased = balance, used = 0 } = totals;
    this.#add('credit_balance', [this.#user, parts(balance), parts(purchased), parts(used), at('2026-06-01')]);
    return this;
  }

  /** Adds usage that counts against the allowance. */
  metered(cost: number, when = '2026-07-10'): this {
    this.#add('usage_messages', [this.#next('usage_messages', 'm'), this.#user, parts(cost), at(when)]);
    return this;
  }

  /** Makes the tables and writes every row. */
  async write(database: Database, variation: SaasVariation = {}): Promise<void> {
    await createSaasTables(database, { ...variation, decimals: variation.decimals ?? DECIMALS });
    await this.add(database, variation);
  }

  /** Writes every row into tables that are there. */
  async add(database: Database, variation: SaasVariation = {}): Promise<void> {
    await database.write(async (trx) => {
      for (const [table, rows] of this.#rows) {
        const shape = saasTable(table, variation);
        const all = saasTables.find(({ name }) => name === table);
        if (shape === undefined || all === undefined) continue;
        const positions = shape.columns.map(([name]) => all.columns.findIndex(([candidate]) => candidate === name));
        const kept = rows.map((row) => positions.map((position) => row[position] as SampleValue));
        await insertSampleRows(database, trx, { shape, rows: kept, decimals: DECIMALS });
      }
    });
  }

  #add(table: string, row: SampleValue[]): void {
    this.#rows.set(table, [...(this.#rows.get(table) ?? []), row]);
  }

  #count(table: string): number {
    return this.#rows.get(table)?.length ?? 0;
  }

  #next(table: string, prefix: string): string {
    return `${prefix}${this.#count(table) + 1}`;
  }
}

/** A day is its first midnight in UTC. */
function at(text: string): Instant {
  return Instant.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
}

/** So many days before the present. */
export function daysAgo(days: number): string {
  return AS_OF.plusMillis(-days * DAY_MS).toString();
}

function parts(amount: number | null): bigint | null {
  return amount === null ? null : BigInt(Math.round(amount * 10 ** DECIMALS));
}

/** Begins a SaaS: `saas().user().subscribed('tier_2_20').bought(10).used(3)`. */
export function saas(): Saas {
  return new Saas();
}
