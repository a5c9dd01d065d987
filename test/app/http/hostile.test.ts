import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countRows, ownTables } from '../../support/http/table-rows.ts';
import {
  hostileBodies,
  hostileHeaders,
  hostileJson,
  hostilePathParts,
  hostileQueries,
  nearly,
} from './hostile-values.ts';
import { samples } from './samples/index.ts';
import { addressOf, routesByName, World, type Parts } from './samples/sample.ts';
import { TestServer, type Answered, type Asked } from './test-server.ts';

/** Printed, so that a failure can be had again with `HOSTILE_SEED`. */
const seed = Number(process.env['HOSTILE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** How many requests of each kind a route gets; all kinds and routes together stay well under a minute. */
const OF_A_KIND = 12;

/** Longer than any answer takes, and far shorter than a person waits. */
const HANG_MS = 20_000;

/** One hostile request: its address, and how it differs from a good one. */
interface Hostile {
  readonly url: string;
  readonly asked: Asked;
}

const names = [...routesByName.keys()].filter((name) => {
  const answer = routesByName.get(name)?.answer as { readonly contentType?: string };
  // A stream goes on for as long as its reader wants it.
  return samples[name] !== undefined && answer.contentType !== 'text/event-stream';
});

/** `count` of these, by the seed. */
function some<Item>(items: readonly Item[], count: number = OF_A_KIND): readonly Item[] {
  return fc.sample(
    fc.shuffledSubarray([...items], {
      maxLength: Math.min(count, items.length),
      minLength: Math.min(count, items.length),
    }),
    {
      numRuns: 1,
      seed,
    },
  )[0] as readonly Item[];
}

function hostileRequests(name: string, good: Parts): readonly Hostile[] {
  const { method, url } = addressOf(name, good);
  const route = routesByName.get(name);
  const body = JSON.stringify(good.body ?? {});
  const base: Asked = { method, ...(method === 'GET' ? {} : { body }) };
  const requests: Hostile[] = some(hostileHeaders).map((headers) => ({ url, asked: { ...base, headers } }));
  for (const query of some(hostileQueries)) requests.push({ url: `${url.split('?')[0]}?${query}`, asked: base });
  for (const param of Object.keys(good.params ?? {}))
    for (const part of some(hostilePathParts))
      requests.push({ url: withPart(name, good, { param, part }), asked: base });
  if (route?.body === undefined) return requests;
  const wholes = [...some(hostileBodies), ...fc.sample(nearly(route.body), { numRuns: 2 * OF_A_KIND, seed })];
  for (const whole of wholes) requests.push({ url, asked: { method, body: whole } });
  for (const [member, text] of some(membersWith(good.body as object, hostileJson), 3 * OF_A_KIND))
    requests.push({ url, asked: { method, body: withMember(good.body as object, member, text) } });
  return requests;
}

function membersWith(body: object, texts: readonly string[]): readonly (readonly [string, string])[] {
  return Object.keys(body ?? {}).flatMap((member) => texts.map((text) => [member, text] as const));
}

function withMember(body: object, member: string, text: string): string {
  const members = Object.entries(body).map(
    ([name, value]) => `${JSON.stringify(name)}:${name === member ? text : JSON.stringify(value)}`,
  );
  return `{${members.join(',')}}`;
}

function withPart(
  name: string,
  good: Parts,
  { param, part }: { readonly param: string; readonly part: string },
): string {
  const place = 'the-place-in-question';
  return addressOf(name, { ...good, params: { ...good.params, [param]: place } }).url.replace(place, part);
}

describe(`bad input (seed ${seed})`, () => {
  let world: World;
  let tables: readonly string[];

  beforeAll(async () => {
    const policy = { purchases: { allowed: 'everybody' } };
    world = new World(
      await TestServer.open({
        systems: { tuition: {}, billing: { policy } },
        http: { requestsPerMinute: 10_000_000 },
      }),
    );
    // The secret that signs confirmations is made when the first is looked at, whether it is one or not.
    const all = await ownTables(world.app.service.database);
    tables = all.filter((table) => table !== 'carryover_confirmation_secrets');
    process.stdout.write(`bad input: seed ${seed}\n`);
  });
  afterAll(() => world.app.close());

  /** Rows of every table, and what all balances and holds come to. */
  async function state(): Promise<Readonly<Record<string, unknown>>> {
    const { database } = world.app.service;
    const { rows } = await sql<{ balance: unknown; held: unknown }>`
      select sum(balance) as balance, sum(held) as held from ${sql.table('carryover_accounts')}`.execute(
      database.handle,
    );
    return { ...(await countRows(database, tables)), balance: String(rows[0]?.balance), held: String(rows[0]?.held) };
  }

  async function answered(name: string, { url, asked }: Hostile): Promise<Answered> {
    let timer: NodeJS.Timeout | undefined;
    const hang = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`${name} hangs: ${shown({ url, asked })}`)), HANG_MS);
    });
    try {
      return await Promise.race([world.app.ask(url, { as: samples[name]?.as, ...asked }), hang]);
    } finally {
      clearTimeout(timer);
    }
  }

  test.each(names)('%s is neither broken nor moved by it', async (name) => {
    const sample = samples[name];
    if (sample === undefined) throw new Error(`${name} has no sample.`);
    const requests = hostileRequests(name, await sample.request(world));
    expect(requests.length).toBeGreaterThan(OF_A_KIND);
    let known = await state();
    let refused = 0;
    for (const request of requests) {
      const { status, body } = await answered(name, request);
      const isUnforeseen = status === 500 || status < 200 || status >= 600;
      if (isUnforeseen) throw new Error(`${name} answered ${status} ${String(body['code'])}: ${shown(request)}`);
      if (status >= 300) refused += 1;
      else known = await state();
    }
    const { params, query, body } = routesByName.get(name) ?? {};
    const hasSchema = params !== undefined || query !== undefined || body !== undefined;
    expect(refused > 0 || !hasSchema).toBe(true);
    expect(await state()).toEqual(known);
  });

  test('the ledger keeps its rules after all of it', async () => {
    expect((await world.app.ask('/api/ledger/verification', { as: 'admin' })).body).toMatchObject({
      breachesCount: '0',
    });
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
  });
});

function shown({ url, asked }: Hostile): string {
  return JSON.stringify({ url, ...asked }).slice(0, 600);
}
