import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { RawBuilder } from 'kysely';
import { pino } from 'pino';
import type { Role } from '../../../src/base/role.ts';
import { App, type ConfiguredSystem } from '../../../src/app/app.ts';
import { openServer, type OpenServer } from '../../../src/app/http/open-server.ts';
import { ServeMetrics } from '../../../src/app/metrics/serve-metrics.ts';
import { openServedInstance, type ServedInstance, type ServedOptions } from '../../../src/app/served-instance.ts';
import type { CutoverContext } from '../../../src/cutover/cutover-context.ts';
import { runCutover } from '../../../src/cutover/run/run-cutover.ts';
import { openDatabase } from '../../../src/sql/database.ts';
import { assumedBackup } from '../../support/assumed-backup.ts';
import { AS_OF } from '../../support/cafe-context.ts';
import { freshDatabase } from '../../support/fresh-database.ts';
import { createCafe, fillCafe, type CafeSize } from '../../support/stamps-legacy.ts';
import { stampsSystem } from '../../support/stamps-system.ts';

/** An application whose one system is the café, which no configuration knows. */
class CafeApp extends App {
  /** While it is set, runs stand still between two steps. */
  holds = false;

  override system(): ConfiguredSystem {
    const descriptor = stampsSystem({ live: true }) as unknown as ConfiguredSystem['descriptor'];
    const config = { acceptFindings: ['code-differs-by-case'] };
    return { descriptor, operations: [], jobs: [], routes: [], config, policy: { stampsPerTreat: 10 } as never };
  }

  override cutoverContext(...given: Parameters<App['cutoverContext']>): CutoverContext<never> {
    const throttle = async (): Promise<string | undefined> => (this.holds ? 'the test holds it' : undefined);
    return { ...super.cutoverContext(...given), throttle };
  }
}

/** What a route answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // Answers are read by many shapes; each test says which members it expects.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** One call. */
export interface Call {
  readonly role?: Role;
  readonly body?: object;
  readonly key?: string;
}

/** One server of the café's instance. */
export class CafeServer {
  readonly service: ServedInstance;
  readonly opened: OpenServer;
  readonly #keys = new Map<Role, string>();

  constructor(service: ServedInstance, opened: OpenServer) {
    this.service = service;
    this.opened = opened;
  }

  get server(): FastifyInstance {
    return this.opened.server;
  }

  /** A key of that role, made the first time. */
  async keyOf(role: Role): Promise<string> {
    const known = this.#keys.get(role);
    if (known !== undefined) return known;
    const label = `${role} ${this.#keys.size} ${performance.now()}`;
    const wanted = { label, role, ...(role === 'server' ? {} : { subject: `the-${role}` }) };
    const { key } = await this.opened.scope.keys.create(wanted, { kind: 'system', id: 'test' });
    this.#keys.set(role, key);
    return key;
  }

  async call(method: 'GET' | 'POST', path: string, { role = 'super_admin', body, key }: Call = {}): Promise<Answer> {
    const answer = await this.server.inject({
      method,
      url: `/api/cutovers${path}`,
      headers: {
        authorization: `Bearer ${await this.keyOf(role)}`,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
  }
}

/** A café in service. */
export interface ServedCafe {
  readonly first: CafeServer;
  context(changes?: Partial<CutoverContext>): CutoverContext;
  /** Expand to verify, over a backup that is only assumed. */
  migrate(): Promise<void>;
  another(): Promise<CafeServer>;
  /** Has runs stand still between two steps, or go on. */
  hold(holds: boolean): void;
  /** Ends a server as a signal to its process would. */
  end(server: CafeServer): Promise<void>;
  rows<Row>(query: RawBuilder<Row>): Promise<readonly Row[]>;
  /** Waits until an action has ended, and returns it. */
  ended(answer: Answer, on?: CafeServer): Promise<Answer['body']>;
  close(): Promise<void>;
}

/** Opens a café with members and stamps, and one server on it. */
export async function openServedCafe(
  size: CafeSize = { members: 12, stampsPerMember: 3 },
  served: ServedOptions = {},
): Promise<ServedCafe> {
  const fresh = await freshDatabase();
  const legacy = await openDatabase(fresh.url);
  await createCafe(legacy);
  await fillCafe(legacy, size);
  await legacy.close();
  const folder = mkdtempSync(join(tmpdir(), 'carryover-cafe-service-'));
  const config = { instances: { test: { urlEnv: 'DATABASE_URL' } }, systems: { stamps: {} } };
  const app = new CafeApp({ file: join(folder, 'carryover.config.json'), folder, config }, { DATABASE_URL: fresh.url });
  const servers = new Set<CafeServer>();
  const end = async (server: CafeServer): Promise<void> => {
    servers.delete(server);
    await server.opened.close();
  };
  const another = async (): Promise<CafeServer> => {
    const service = await openServedInstance(app, 'test', served);
    const one = new CafeServer(service, await openServer(service, new ServeMetrics(), pino({ level: 'silent' })));
    servers.add(one);
    return one;
  };
  const first = await another();
  const { database } = first.service;
  const context = (changes: Partial<CutoverContext> = {}): CutoverContext => ({
    ...(app.cutoverContext('test', database, app.system()) as unknown as CutoverContext),
    backup: assumedBackup(),
    asOf: AS_OF,
    ...changes,
  });
  const ended = async (answer: Answer, on: CafeServer = first): Promise<Answer['body']> => {
    for (;;) {
      const { body } = await on.call('GET', `/stamps/actions/${answer.body.id}`);
      if (body.state !== 'running') return body;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    first,
    context,
    migrate: async () => {
      await runCutover(context(), { from: 'expand' });
    },
    another,
    hold: (holds) => {
      app.holds = holds;
    },
    end,
    rows: async (query) => (await query.execute(database.handle)).rows,
    ended,
    close: async () => {
      for (const one of servers) await end(one);
      rmSync(folder, { recursive: true, force: true });
      await fresh.drop();
    },
  };
}
