import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { SignJWT } from 'jose';
import type { FastifyInstance } from 'fastify';
import { App } from '../../../src/app/app.ts';
import type { CarryoverConfig } from '../../../src/app/config.ts';
import { openServer, type OpenServer } from '../../../src/app/http/open-server.ts';
import { ServeMetrics } from '../../../src/app/metrics/serve-metrics.ts';
import type { ServeScope } from '../../../src/app/http/serve-scope.ts';
import { serveLogger } from '../../../src/app/http/serve-logger.ts';
import type { NewKey } from '../../../src/app/identity/key-row.ts';
import { openServedInstance, type ServedInstance } from '../../../src/app/served-instance.ts';
import type { Role } from '../../../src/base/role.ts';
import { coreMigrations } from '../../../src/cutover/index.ts';
import { openDatabase, type Database } from '../../../src/sql/database.ts';
import { migrateSchema } from '../../../src/sql/schema-migrator.ts';
import { billingSystem } from '../../../src/systems/billing/index.ts';
import { createSaasTables } from '../../../src/systems/billing/sample-saas/saas-tables.ts';
import { tuitionSystem } from '../../../src/systems/tuition/index.ts';
import { createLegacyTables } from '../../../src/systems/tuition/sample-school/legacy-tables.ts';
import { freshDatabase } from '../../support/fresh-database.ts';
import { SECRET_KEY } from '../../support/stripe-stub/stripe-stub.ts';
import { LogSecrets } from '../../support/http/log-secrets.ts';

/** The secret with which the tokens of these tests are signed. */
export const TOKEN_SECRET = 'a secret of the tests that is longer than it needs to be';

/** What providers know us by, as the environment of a service has it. */
export const OUTSIDE_SECRETS: Readonly<
  Record<
    'STRIPE_SECRET_KEY' | 'STRIPE_WEBHOOK_SECRET' | 'WHATSAPP_TOKEN' | 'WHATSAPP_APP_SECRET' | 'WHATSAPP_VERIFY_TOKEN',
    string
  >
> = {
  STRIPE_SECRET_KEY: SECRET_KEY,
  STRIPE_WEBHOOK_SECRET: 'whsec_of_these_tests',
  WHATSAPP_TOKEN: 'a token of these tests for whatsapp',
  WHATSAPP_APP_SECRET: 'an app secret of these tests',
  WHATSAPP_VERIFY_TOKEN: 'a verify token of these tests',
};

const ISSUER = 'https://issuer.example/auth/v1';
const AUDIENCE = 'authenticated';

/** How a request differs from a plain GET. */
export interface Asked {
  readonly method?: string;
  readonly as?: Role | undefined;
  /** In place of the role's own key. */
  readonly credential?: string;
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What was answered. */
export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A service with both systems on a database of its own, asked without a network. */
export class TestServer {
  readonly service: ServedInstance;
  readonly log: string[];
  /** What must not stand in the log; what is asked and answered is added by itself. */
  readonly secrets: LogSecrets;
  readonly #opened: OpenServer;
  readonly #place: Place;
  readonly #credentials: ReadonlyMap<Role, string>;
  readonly #clean: () => Promise<void>;
  #keys = 0;

  private constructor(given: {
    readonly opened: OpenServer;
    readonly place: Place;
    readonly credentials: ReadonlyMap<Role, string>;
    readonly secrets: LogSecrets;
    readonly clean: () => Promise<void>;
    readonly log: string[];
  }) {
    this.#opened = given.opened;
    this.service = given.opened.scope.service;
    this.#place = given.place;
    this.#credentials = given.credentials;
    this.secrets = given.secrets;
    this.#clean = given.clean;
    this.log = given.log;
    this.secrets.add(TOKEN_SECRET, ...Object.values(OUTSIDE_SECRETS), ...given.credentials.values());
  }

  /** Opens one; `config` is what differs from a configuration of both systems, `fill` adds to the empty tables of the application. */
  static async open(
    config: Partial<CarryoverConfig> = {},
    { fill, serverUrl }: { readonly fill?: (database: Database) => Promise<void>; readonly serverUrl?: string } = {},
  ): Promise<TestServer> {
    const { url, drop } = await freshDatabase(serverUrl);
    const folder = mkdtempSync(path.join(tmpdir(), 'carryover-service-'));
    const database = await openDatabase(url);
    await createSaasTables(database);
    await createLegacyTables(database);
    await fill?.(database);
    const migrations = [...coreMigrations, ...billingSystem.schemaMigrations, ...tuitionSystem.schemaMigrations];
    await migrateSchema(database, migrations, '0.0.0-test');
    await database.close();
    const place = { url, folder };
    const { opened, log } = await openAt(place, config);
    const clean = async (): Promise<void> => {
      await drop();
      rmSync(folder, { recursive: true, force: true });
    };
    return new TestServer({
      opened,
      place,
      credentials: await keysOf(opened),
      secrets: new LogSecrets(),
      clean,
      log,
    });
  }

  /** A second process's service on the same database, which knows nothing of the first; it is closed before the first. */
  async another(config: Partial<CarryoverConfig> = {}): Promise<TestServer> {
    const { opened, log } = await openAt(this.#place, config);
    const clean = (): Promise<void> => Promise.resolve();
    return new TestServer({
      opened,
      place: this.#place,
      credentials: this.#credentials,
      secrets: this.secrets,
      clean,
      log,
    });
  }

  /** What the routes work with. */
  get scope(): ServeScope {
    return this.#opened.scope;
  }

  /** The server, for what only it knows. */
  get server(): FastifyInstance {
    return this.#opened.server;
  }

  /** The key of a role, for requests that go another way than `ask`. */
  keyOf(role: Role): string {
    return this.#credentials.get(role) ?? '';
  }

  /** Lets it be reached over the loopback and answers its address. */
  async listen(): Promise<string> {
    return this.server.listen({ host: '127.0.0.1', port: 0 });
  }

  /** Makes a key and answers its text. */
  async newKey(wanted: NewKey): Promise<string> {
    const { key } = await this.#opened.scope.keys.create(wanted, { kind: 'system', id: 'test' });
    this.secrets.add(key);
    return key;
  }

  /** Asks; a write gets a key of its own unless it is given one. */
  async ask(url: string, asked: Asked = {}): Promise<Answered> {
    const { method = 'GET', as, body, headers = {} } = asked;
    const credential = asked.credential ?? (as === undefined ? undefined : this.#credentials.get(as));
    if (credential !== undefined) this.secrets.add(credential);
    if (typeof body !== 'string') this.secrets.addFrom(body);
    const answer = await this.server.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
        ...(method === 'GET' ? {} : { 'idempotency-key': asked.key ?? `key-${(this.#keys += 1)}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const isJson = String(answer.headers['content-type']).includes('json');
    const said = isJson ? answer.json<Record<string, unknown>>() : { text: answer.body };
    if (isJson) this.secrets.addFrom(said);
    return { status: answer.statusCode, body: said, headers: answer.headers };
  }

  /** Closes the service, removes its database, and fails where the log has something in it that was told in confidence. */
  async close(): Promise<void> {
    await this.#opened.close();
    await this.#clean();
    this.secrets.requireNoneIn(this.log);
  }
}

/** Where a service is. */
interface Place {
  readonly url: string;
  readonly folder: string;
}

async function openAt(
  { url, folder }: Place,
  config: Partial<CarryoverConfig>,
): Promise<{ readonly opened: OpenServer; readonly log: string[] }> {
  const environment = { TEST_URL: url, TOKEN_SECRET, ...OUTSIDE_SECRETS };
  const jwt = {
    secretEnv: 'TOKEN_SECRET',
    issuer: ISSUER,
    audience: AUDIENCE,
    clockSkewSeconds: 5,
    roleClaim: 'app_metadata.carryover_role',
    ownersClaim: 'app_metadata.carryover_owners',
  };
  const whole = {
    instances: { test: { urlEnv: 'TEST_URL' } },
    systems: { tuition: {}, billing: {} },
    identity: { jwt },
    ...config,
    // All tests ask from one address, and many of them with credentials that are refused.
    http: { authenticationFailuresPerMinute: 1_000_000, ...config.http },
  };
  const app = new App({ file: path.join(folder, 'carryover.config.json'), folder, config: whole }, environment);
  const service = await openServedInstance(app, 'test');
  const log: string[] = [];
  const lines = new Writable({
    write(chunk: Buffer, _encoding, done): void {
      log.push(chunk.toString());
      done();
    },
  });
  const opened = await openServer(service, new ServeMetrics(), serveLogger(lines)).catch(async (error: unknown) => {
    await service.close();
    throw error;
  });
  await opened.server.ready();
  return { opened, log };
}

/** A key for each role; a person's is named by the role. */
async function keysOf({ scope }: OpenServer): Promise<ReadonlyMap<Role, string>> {
  const roles: readonly Role[] = ['server', 'user', 'staff', 'admin', 'super_admin'];
  const made = new Map<Role, string>();
  for (const role of roles) {
    const subject = role === 'server' ? {} : { subject: `${role}-1` };
    const { key } = await scope.keys.create(
      { label: `the key of ${role}`, role, ...subject },
      { kind: 'system', id: 'test' },
    );
    made.set(role, key);
  }
  return made;
}

/** A token as Supabase issues them; what is given replaces its claims. */
export async function tokenOf(
  claims: Readonly<Record<string, unknown>> = {},
  { secret = TOKEN_SECRET, algorithm = 'HS256' }: { readonly secret?: string; readonly algorithm?: string } = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'ann',
    iat: now,
    exp: now + 3600,
    role: 'authenticated',
    ...claims,
  };
  return new SignJWT(payload).setProtectedHeader({ alg: algorithm, typ: 'JWT' }).sign(new TextEncoder().encode(secret));
}
