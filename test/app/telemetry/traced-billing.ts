import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { App } from '../../../src/app/app.ts';
import type { CarryoverConfig } from '../../../src/app/config.ts';
import { serveLogger } from '../../../src/app/http/serve-logger.ts';
import { startServing, type Serving } from '../../../src/app/http/start-serving.ts';
import { coreMigrations } from '../../../src/cutover/index.ts';
import { openDatabase } from '../../../src/sql/database.ts';
import { migrateSchema } from '../../../src/sql/schema-migrator.ts';
import { billingSystem } from '../../../src/systems/billing/index.ts';
import { createSaasTables } from '../../../src/systems/billing/sample-saas/saas-tables.ts';
import { freshDatabase, type FreshDatabase } from '../../support/fresh-database.ts';
import { OUTSIDE_SECRETS } from '../http/test-server.ts';

/** How a request differs from a GET by the application's own server. */
export interface Asked {
  readonly method?: string;
  readonly key?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Asks without a key of ours. */
  readonly isStranger?: boolean;
}

/** A service with billing, as `carryover serve` starts it, on a database of its own. */
export class TracedBilling {
  /** The key that all is asked with. */
  readonly credential: string;
  readonly log: string[];
  readonly url: string;
  readonly #serving: Serving;
  readonly #firstKey: string;
  readonly #clean: () => Promise<void>;
  #closed: Promise<void> | undefined;

  private constructor(given: {
    readonly serving: Serving;
    readonly log: string[];
    readonly credential: string;
    readonly url: string;
    readonly clean: () => Promise<void>;
  }) {
    this.#serving = given.serving;
    this.log = given.log;
    this.credential = given.credential;
    this.url = given.url;
    this.#firstKey = given.serving.firstKey?.key ?? '';
    this.#clean = given.clean;
  }

  /** Opens one whose environment has these besides. */
  static async open(
    environment: Readonly<Record<string, string>>,
    config: Partial<CarryoverConfig> = {},
  ): Promise<TracedBilling> {
    const fresh = await freshDatabase();
    await makeTables(fresh);
    const folder = mkdtempSync(path.join(tmpdir(), 'carryover-traced-'));
    const whole = { instances: { test: { urlEnv: 'TEST_URL' } }, systems: { billing: {} }, ...config };
    const file = path.join(folder, 'carryover.config.json');
    const app = new App({ file, folder, config: whole }, { TEST_URL: fresh.url, ...OUTSIDE_SECRETS, ...environment });
    const log: string[] = [];
    const lines = new Writable({
      write(chunk: Buffer, _encoding, done): void {
        log.push(chunk.toString());
        done();
      },
    });
    const logger = serveLogger(lines);
    const serving = await startServing({ app, instance: 'test', startsJobs: false, logger, port: 0 });
    const credential = await serverKey(serving);
    const clean = async (): Promise<void> => {
      rmSync(folder, { recursive: true, force: true });
      await fresh.drop();
    };
    return new TracedBilling({ serving, log, credential, url: fresh.url, clean });
  }

  /** Asks over the loopback. */
  async ask(address: string, asked: Asked = {}): Promise<Response> {
    const { body, headers = {}, isStranger = false, key, method = body === undefined ? 'GET' : 'POST' } = asked;
    return fetch(`${this.#serving.address}${address}`, {
      method,
      headers: {
        ...(isStranger ? {} : { authorization: `Bearer ${this.credential}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Opens a user of billing. */
  async open(user: string): Promise<void> {
    const headers = { authorization: `Bearer ${this.#firstKey}` };
    const opened = await this.ask(`/api/admin/billing/user/${user}/open`, { body: {}, key: `open-${user}`, headers });
    if (!opened.ok) throw new Error(await opened.text());
  }

  /** Opens an account with a hundred dollars on it and answers its id. */
  async funded(owner: string): Promise<string> {
    const account = { system: 'shop', kind: 'wallet', owner, unit: 'usd' };
    const opened = await this.ask('/api/ledger/accounts', { body: account, key: `open-${owner}` });
    const { id } = (await opened.json()) as { readonly id: string };
    const gift = { accountId: id, amount: '100', kind: 'gift', contra: 'gifts' };
    const posted = await this.ask('/api/ledger/posts', { body: gift, key: `fund-${owner}` });
    if (!posted.ok) throw new Error(await posted.text());
    return id;
  }

  /** Ends it as a signal would; again, it does nothing. */
  end(): Promise<void> {
    this.#closed ??= this.#serving.close();
    return this.#closed;
  }

  async close(): Promise<void> {
    await this.end();
    await this.#clean();
  }
}

async function makeTables({ url }: FreshDatabase): Promise<void> {
  const database = await openDatabase(url);
  await createSaasTables(database);
  await migrateSchema(database, [...coreMigrations, ...billingSystem.schemaMigrations], '0.0.0-test');
  await database.close();
}

async function serverKey({ address, firstKey }: Serving): Promise<string> {
  const made = await fetch(`${address}/api/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${firstKey?.key ?? ''}`, 'content-type': 'application/json' },
    body: JSON.stringify({ label: 'the application', role: 'server' }),
  });
  if (!made.ok) throw new Error(await made.text());
  return ((await made.json()) as { readonly key: string }).key;
}
