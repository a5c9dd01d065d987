import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { SignJWT } from 'jose';
import type { FastifyInstance } from 'fastify';
import { App } from '../../../src/app/app.ts';
import type { CarryoverConfig } from '../../../src/app/config.ts';
import { openServer, type OpenServer } from '../../../src/app/http/open-server.ts';
import { serviceLogger } from '../../../src/app/http/service-logger.ts';
import type { NewKey } from '../../../src/app/identity/key-row.ts';
import { openService, type Service } from '../../../src/app/service.ts';
import type { Role } from '../../../src/base/role.ts';
import { coreMigrations } from '../../../src/cutover/index.ts';
import { openDatabase } from '../../../src/sql/database.ts';
import { migrateSchema } from '../../../src/sql/schema-migrator.ts';
import { billingSystem } from '../../../src/systems/billing/index.ts';
import { createSaasTables } from '../../../src/systems/billing/sample-saas/saas-tables.ts';
import { tuitionSystem } from '../../../src/systems/tuition/index.ts';
import { createLegacyTables } from '../../../src/systems/tuition/sample-school/legacy-tables.ts';
import { freshDatabase } from '../../support/fresh-database.ts';

/** The secret with which the tokens of these tests are signed. */
export const TOKEN_SECRET = 'a secret of the tests that is longer than it needs to be';

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
export class TestService {
  readonly service: Service;
  readonly log: string[];
  readonly #opened: OpenServer;
  readonly #credentials: ReadonlyMap<Role, string>;
  readonly #clean: () => Promise<void>;
  #keys = 0;

  private constructor(given: {
    readonly opened: OpenServer;
    readonly credentials: ReadonlyMap<Role, string>;
    readonly clean: () => Promise<void>;
    readonly log: string[];
  }) {
    this.#opened = given.opened;
    this.service = given.opened.scope.service;
    this.#credentials = given.credentials;
    this.#clean = given.clean;
    this.log = given.log;
  }

  /** Opens one; `config` is what differs from a configuration of both systems. */
  static async open(config: Partial<CarryoverConfig> = {}): Promise<TestService> {
    const { url, drop } = await freshDatabase();
    const folder = mkdtempSync(path.join(tmpdir(), 'carryover-service-'));
    const database = await openDatabase(url);
    await createSaasTables(database);
    await createLegacyTables(database);
    const migrations = [...coreMigrations, ...billingSystem.schemaMigrations, ...tuitionSystem.schemaMigrations];
    await migrateSchema(database, migrations, '0.0.0-test');
    await database.close();
    const environment = { TEST_URL: url, TOKEN_SECRET };
    const jwt = {
      secretEnv: 'TOKEN_SECRET',
      issuer: ISSUER,
      audience: AUDIENCE,
      clockSkewSeconds: 5,
      roleClaim: 'app_metadata.carryover_role',
    };
    const whole = {
      instances: { test: { urlEnv: 'TEST_URL' } },
      systems: { tuition: {}, billing: {} },
      identity: { jwt },
      ...config,
    };
    const app = new App({ file: path.join(folder, 'carryover.config.json'), folder, config: whole }, environment);
    const service = await openService(app, 'test');
    const log: string[] = [];
    const lines = new Writable({
      write(chunk: Buffer, _encoding, done): void {
        log.push(chunk.toString());
        done();
      },
    });
    const opened = await openServer(service, environment, serviceLogger(lines));
    await opened.server.ready();
    const clean = async (): Promise<void> => {
      await drop();
      rmSync(folder, { recursive: true, force: true });
    };
    return new TestService({ opened, credentials: await keysOf(opened), clean, log });
  }

  /** The server, for what only it knows. */
  get server(): FastifyInstance {
    return this.#opened.server;
  }

  /** Makes a key and answers its text. */
  async newKey(wanted: NewKey): Promise<string> {
    return (await this.#opened.scope.keys.create(wanted, { kind: 'system', id: 'test' })).key;
  }

  /** Asks; a write gets a key of its own unless it is given one. */
  async ask(url: string, asked: Asked = {}): Promise<Answered> {
    const { method = 'GET', as, body, headers = {} } = asked;
    const credential = asked.credential ?? (as === undefined ? undefined : this.#credentials.get(as));
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
    return { status: answer.statusCode, body: isJson ? answer.json() : { text: answer.body }, headers: answer.headers };
  }

  /** Closes the service and removes its database. */
  async close(): Promise<void> {
    await this.#opened.close();
    await this.#clean();
  }
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
