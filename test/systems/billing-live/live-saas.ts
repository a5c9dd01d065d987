import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Instant } from '../../../src/base/instant.ts';
import { onlySettled } from '../../../src/cutover/capture/unsettled.ts';
import {
  followLegacy,
  inspectLegacySchema,
  legacySource,
  listLosses,
  returnAccounts,
  runCutover,
  switchAccounts,
  watchCutover,
  WHOLE,
  type CutoverContext,
  type Followed,
  type ReturnResult,
  type Selection,
  type SwitchResult,
  type WatchRound,
} from '../../../src/cutover/index.ts';
import type { Database } from '../../../src/sql/database.ts';
import { billingSystem } from '../../../src/systems/billing/index.ts';
import type { BillingPolicy } from '../../../src/systems/billing/policy.ts';
import type { SaasVariation } from '../../../src/systems/billing/sample-saas/saas-tables.ts';
import { assumedBackup } from '../../support/assumed-backup.ts';
import { policyWith } from '../billing-migration/legacy-queries.ts';
import { saas, type Saas, type SubscriptionOptions } from '../billing-migration/saas.ts';
import { Office, type CallOptions } from '../billing-operations/office.ts';

const DAY_MS = 86_400_000;

/** The present of a live cutover is the clock's, by which holds and lots expire: so many days before or after it. */
export function day(days: number): string {
  return Instant.fromEpochMillis(Date.now() + days * DAY_MS).toString();
}

/** A subscription whose period began five days ago. */
export function running(): SubscriptionOptions {
  const from = day(-5);
  return { from, created: from, until: day(25) };
}

/** Ann pays by the month and has bought; bob has used what he bought; cat is free. Cents, as the application keeps them. */
export function saasInUse(): Saas {
  return saas()
    .user('ann')
    .subscribed('tier_2_20', running())
    .metered(4, day(-1))
    .bought(50, { created: day(-30) })
    .used(12.5, { at: day(-10) })
    .stored(37.5, { purchased: 50, used: 12.5 })
    .user('bob')
    .subscribed('tier_2_20', running())
    .bought(10, { created: day(-20) })
    .bought(25, { status: 'pending', created: day(-1) })
    .used(10, { at: day(-8) })
    .stored(0, { purchased: 10, used: 10 })
    .user('cat')
    .subscribed('tier_6_50', running());
}

/** A SaaS whose application goes on while its credits are carried over: the cutover, and the office after it. */
export class LiveSaas {
  readonly office: Office;
  readonly asOf: Instant;
  readonly #folder: string;
  readonly #policy: BillingPolicy;

  private constructor(office: Office, policy: object) {
    this.office = office;
    this.asOf = Instant.fromEpochMillis(Date.now());
    this.#policy = policyWith(policy);
    this.#folder = mkdtempSync(join(tmpdir(), 'carryover-live-saas-'));
  }

  /** Opens a SaaS on a database of its own and carries it, up to the proof. */
  static async open(
    builder: Saas | ((database: Database) => Promise<void>) = saasInUse(),
    options: {
      readonly policy?: object;
      readonly variation?: SaasVariation;
      readonly limits?: CutoverContext['limits'];
    } = {},
  ): Promise<LiveSaas> {
    const { policy = {}, variation = { decimals: 2 } } = options;
    const prepare = typeof builder === 'function' ? builder : (empty: Database) => builder.write(empty, variation);
    const { limits } = options;
    const live = new LiveSaas(await Office.open({ prepare, policy }), policy);
    await runCutover(live.context(limits === undefined ? {} : { limits }), { from: 'expand' });
    return live;
  }

  async close(): Promise<void> {
    await this.office.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get database(): Database {
    return this.office.database;
  }

  /** Runs an operation now, as the application's server. */
  run<Result = { readonly status: string }>(name: string, input: object, options: CallOptions = {}): Promise<Result> {
    return this.office.run<Result>(name, input, { now: 'clock', ...options });
  }

  /** A write of the application, which knows nothing of Carryover. */
  async app(statement: ReturnType<typeof sql>): Promise<void> {
    await this.database.write(async (trx) => {
      await statement.execute(trx);
    });
  }

  /** Tells the ledger of the subscription that the application has, as its handler of the provider's messages does. */
  async syncFromLegacy(userId: string): Promise<void> {
    const { instantOf } = this.database.dialect.expressions;
    type Told = Record<'made_at' | 'starts_at' | 'ends_at', Instant> & Record<'id' | 'status' | 'price', string>;
    const { rows } = await sql<Told>`
      select id, status, price_id as price, ${instantOf(sql.ref('created'))} as made_at, ${instantOf(sql.ref('current_period_start'))} as starts_at,
        ${instantOf(sql.ref('current_period_end'))} as ends_at
      from billing_subscriptions where account_id = ${userId} order by created desc limit 1`.execute(
      this.database.handle,
    );
    const [row] = rows;
    if (row === undefined) throw new Error(`The application has no subscription of ${userId}.`);
    const seconds = (at: Instant): number => Number(at.epochMicros / 1_000_000n);
    const subscription = {
      id: row.id,
      status: row.status,
      created: seconds(row.made_at),
      current_period_start: seconds(row.starts_at),
      current_period_end: seconds(row.ends_at),
      items: { data: [{ price: { id: row.price } }] },
    };
    await this.run('sync-subscription', { userId, subscription });
  }

  follow(): Promise<Followed> {
    return followLegacy(this.context());
  }

  switch(owners: readonly string[] | 'all', cohort = 'first'): Promise<SwitchResult> {
    return switchAccounts(this.context(), { selection: selectionOf(owners), cohort });
  }

  watch(): Promise<WatchRound> {
    return watchCutover(this.context(), { once: true });
  }

  takeBack(owners: readonly string[] | 'all', acceptedLosses: readonly string[] = []): Promise<ReturnResult> {
    return returnAccounts(this.context(), { selection: selectionOf(owners), acceptedLosses });
  }

  losses(): Promise<readonly string[]> {
    return listLosses(this.context());
  }

  /** The lines of the invariants whose two sides differ, among those of whom something can be said. */
  async brokenInvariants(): Promise<readonly string[]> {
    const { present } = await inspectLegacySchema(this.database, billingSystem.legacy, {});
    const parts = {
      dialect: this.database.dialect,
      policy: this.#policy,
      asOf: this.asOf,
      mapping: {},
      walk: billingSystem.walk,
      present,
    };
    const source = legacySource(onlySettled(parts, 'billing'), WHOLE);
    const broken: string[] = [];
    for (const { name, compare } of billingSystem.invariants) {
      const { rows } = await compare(source).execute(this.database.handle);
      if (rows.length === 0) broken.push(`${name} compared nothing`);
      for (const { label, legacy_value: legacy, ledger_value: ledger } of rows)
        if (legacy !== ledger) broken.push(`${name} ${label}: ${legacy} ${ledger}`);
    }
    return broken;
  }

  /** A user's balance in dollars, by the ledger. */
  async balance(owner: string): Promise<number> {
    const { rows } = await sql<{ balance: bigint }>`select a.balance from ${sql.table('carryover_accounts')} a
      where a.system_name = 'billing' and a.owner = ${owner}`.execute(this.database.handle);
    return Number(rows[0]?.balance) / 1e6;
  }

  /** What the application's own tables say of a user, in dollars: bought, used, stored, and the costs of messages. */
  async legacy(owner: string): Promise<Readonly<Record<'bought' | 'used' | 'stored' | 'messages', number>>> {
    const { minorUnits } = this.database.dialect.expressions;
    const sum = (table: string, column: string, where = sql`1 = 1`): ReturnType<typeof sql> =>
      sql`(select coalesce(sum(${minorUnits(sql.ref(column), 6)}), 0) from ${sql.table(table)} where user_id = ${owner} and ${where})`;
    const { rows } = await sql<Record<'bought' | 'used' | 'stored' | 'messages', bigint | string>>`
      select ${sum('credit_purchases', 'amount_dollars', sql`status = 'completed'`)} as bought, ${sum('credit_usage', 'amount_dollars')} as used,
        ${sum('credit_balance', 'balance_dollars')} as stored, ${sum('usage_messages', 'cost')} as messages`.execute(
      this.database.handle,
    );
    const dollars = (value: bigint | string | undefined): number => Number(value) / 1e6;
    const [row] = rows;
    return {
      bought: dollars(row?.bought),
      used: dollars(row?.used),
      stored: dollars(row?.stored),
      messages: dollars(row?.messages),
    };
  }

  context(changes: Partial<CutoverContext> = {}): CutoverContext {
    return {
      instance: 'test',
      database: this.database,
      system: billingSystem,
      policy: this.#policy,
      mapping: {},
      backup: assumedBackup(),
      folder: this.#folder,
      toolVersion: '0.0.0-test',
      asOf: this.asOf,
      ...changes,
      // Few, so that a comparison goes in several looks here too.
      limits: { lookKeysMax: 2, ...changes.limits },
    };
  }
}

function selectionOf(owners: readonly string[] | 'all'): Selection {
  return owners === 'all' ? { who: 'all' } : { who: 'owners', owners };
}
