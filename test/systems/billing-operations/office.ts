import { sql } from 'kysely';
import type { Actor } from '../../../src/base/actor.ts';
import { Instant } from '../../../src/base/instant.ts';
import { coreMigrations, inspectLegacySchema, legacySource, WHOLE } from '../../../src/cutover/index.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { openDatabase, type Database } from '../../../src/sql/database.ts';
import { migrateSchema } from '../../../src/sql/schema-migrator.ts';
import { billingSystem } from '../../../src/systems/billing/index.ts';
import { billingOperations } from '../../../src/systems/billing/operations/index.ts';
import type { BillingPolicy } from '../../../src/systems/billing/policy.ts';
import type { BalanceAnswer } from '../../../src/systems/billing/queries/balance-answer.ts';
import { createSaasTables } from '../../../src/systems/billing/sample-saas/saas-tables.ts';
import type { BillingContext } from '../../../src/systems/billing/writes/billing-call.ts';
import { freshDatabase } from '../../support/fresh-database.ts';
import { policyWith } from '../billing-migration/legacy-queries.ts';
import { runAsDescribed } from '../run-as-described.ts';

/** The present of these tests, ahead of every clock, so that nothing they grant has expired by the database's own. */
export const NOW: Instant = Instant.parse('2031-07-16T10:00:00Z');

/** Who works in these tests. */
export const admin: Actor = { kind: 'person', id: 'admin-1' };
/** See `admin`. */
export const superAdmin: Actor = { kind: 'person', id: 'boss-1' };
const server: Actor = { kind: 'system', id: 'app' };

/** How a call differs from the usual one, which is the application's server's. */
export interface CallOptions {
  readonly now?: Instant | 'clock';
  readonly actor?: Actor;
  readonly role?: string;
  readonly ipAddress?: string;
  /** Settings of this call alone. */
  readonly policy?: object;
  /** Settings that no configuration may have, such as an authorization of some milliseconds. */
  readonly unchecked?: Partial<BillingPolicy>;
  /** Connections of another process. */
  readonly other?: OtherOffice;
}

/** Connections of another process to the same database. */
export interface OtherOffice {
  readonly database: Database;
  readonly ledger: Ledger;
}

/** A user who pays for the largest tier, so that all may be bought. */
export const TOP = 'price_tier_200_1000_monthly';

/** A SaaS after the cutover, on a database of its own. */
export class Office {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly #url: string;
  readonly #drop: () => Promise<void>;
  readonly #policy: object;
  readonly #others: OtherOffice[] = [];
  #keys = 0;

  private constructor(
    database: Database,
    given: { readonly url: string; readonly drop: () => Promise<void>; readonly policy: object },
  ) {
    this.database = database;
    this.ledger = new Ledger(database);
    this.#url = given.url;
    this.#drop = given.drop;
    this.#policy = given.policy;
  }

  /** Opens an office on an empty database, or on one that `prepare` has filled. */
  static async open(
    options: { readonly policy?: object; readonly prepare?: (database: Database) => Promise<void> } = {},
  ): Promise<Office> {
    const { url, drop } = await freshDatabase();
    const database = await openDatabase(url);
    await (options.prepare ?? createSaasTables)(database);
    await migrateSchema(database, [...coreMigrations, ...billingSystem.schemaMigrations], '0.0.0-test');
    return new Office(database, { url, drop, policy: options.policy ?? {} });
  }

  /** Closes every connection and drops the database; fails when one was left open. */
  async close(): Promise<void> {
    for (const { ledger, database } of [...this.#others, this]) {
      await ledger.close();
      await database.close();
    }
    await this.#drop();
  }

  /** Connections of another process to the same database. */
  async another(): Promise<OtherOffice> {
    const database = await openDatabase(this.#url);
    const other = { database, ledger: new Ledger(database) };
    this.#others.push(other);
    return other;
  }

  /** Runs an operation as a surface does, held to its description; a fresh key is given where the test gives none. */
  async run<Result = BalanceAnswer>(name: string, input: object, options: CallOptions = {}): Promise<Result> {
    const operation = billingOperations.find((candidate) => candidate.name === name);
    if (operation === undefined) throw new Error(`There is no operation ${name}.`);
    const keyed = operation.writes && !('key' in input) ? { key: this.key(), ...input } : input;
    return (await runAsDescribed(operation, await this.context(options), keyed)) as Result;
  }

  /** As an admin, or in another role of the staff. */
  staff<Result = { readonly adjustmentId: string; readonly status: string }>(
    name: string,
    input: object,
    options: CallOptions = {},
  ): Promise<Result> {
    const role = options.role ?? 'admin';
    const actor = options.actor ?? (role === 'super_admin' ? superAdmin : admin);
    return this.run<Result>(name, input, { ...options, role, actor });
  }

  /** Opens a free account, without the credits of the free tier unless they are wanted. */
  async user(userId = 'ann', { credits = true }: { readonly credits?: boolean } = {}): Promise<string> {
    const policy = credits ? {} : { tiers: { free: { monthlyCredits: '0.00' } } };
    await this.run('open-user', { userId }, { policy });
    return userId;
  }

  /** Brings a user's subscription to a price; the period is that of July 2031 unless told. */
  subscribe<
    Result = {
      readonly granted: string;
      readonly tier: string;
      readonly available: string;
      readonly nextGrantAt: string;
    },
  >(
    userId: string,
    price: string,
    more: Readonly<Record<string, unknown>> & { readonly now?: Instant } = {},
  ): Promise<Result> {
    const { now = NOW, ...told } = more;
    const subscription = {
      id: `sub_${userId}`,
      status: 'active',
      created: seconds('2031-01-01'),
      current_period_start: seconds('2031-07-01'),
      current_period_end: seconds('2031-08-01'),
      items: { data: [{ price: { id: price } }] },
      ...told,
    };
    return this.run<Result>('sync-subscription', { userId, subscription }, { now });
  }

  /** Credits that somebody has bought, settled, as lots of their own. Answers the id of the purchase. */
  async bought(userId: string, amount: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const everybody = { purchases: { allowed: 'everybody' } };
    const { purchaseId } = await this.run<{ purchaseId: string }>(
      'start-purchase',
      { userId, amount, ...more },
      { policy: everybody },
    );
    await this.run('settle-purchase', { purchaseId });
    return purchaseId;
  }

  /** Where a user stands. */
  balance(userId: string): Promise<BalanceAnswer> {
    return this.run('balance', { userId });
  }

  /** A key that no other call of this office has. */
  key(): string {
    this.#keys += 1;
    return `call-${this.#keys}`;
  }

  /** What operations and jobs are given. */
  async context({ now = NOW, ...options }: CallOptions = {}): Promise<BillingContext> {
    const { database, ledger } = options.other ?? this;
    const policy = { ...policyWith({ ...this.#policy, ...options.policy }), ...options.unchecked };
    const legacySchema = await inspectLegacySchema(this.database, billingSystem.legacy, {});
    const { present } = legacySchema;
    const parts = {
      dialect: database.dialect,
      policy,
      asOf: NOW,
      mapping: {},
      walk: billingSystem.walk,
      present,
    };
    return {
      database,
      ledger,
      policy,
      legacy: legacySource(parts, WHOLE),
      legacySchema,
      actor: options.actor ?? server,
      ...(options.role === undefined ? {} : { role: options.role }),
      ...(options.ipAddress === undefined ? {} : { ipAddress: options.ipAddress }),
      ...(now === 'clock' ? {} : { now }),
    };
  }

  /** Rows of a table. */
  async rows<Row = Record<string, unknown>>(
    table: string,
    where: ReturnType<typeof sql> = sql`1 = 1`,
  ): Promise<readonly Row[]> {
    const { rows } = await sql<Row>`select * from ${sql.table(table)} where ${where}`.execute(this.database.handle);
    return rows;
  }

  /** `[kind, dollars]` of every entry of a user, oldest first. */
  async entries(userId: string): Promise<readonly (readonly [string, number])[]> {
    const { rows } = await sql<{ kind: string; amount: bigint }>`
      select n.kind, n.amount from ${sql.table('carryover_entries')} n
      join ${sql.table('carryover_accounts')} a on a.id = n.account_id
      where a.system_name = 'billing' and a.owner = ${userId} order by n.seq`.execute(this.database.handle);
    return rows.map(({ kind, amount }) => [kind, Number(amount) / 1e6]);
  }
}

/** Seconds since 1970 of a day or instant. */
export function seconds(text: string): number {
  const instant = Instant.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
  return Number(instant.epochMicros / 1_000_000n);
}
