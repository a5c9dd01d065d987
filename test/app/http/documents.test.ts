import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiDocument } from '../../../src/app/http/openapi-document.ts';
import { TestServer } from './test-server.ts';

const COMMITTED = new URL('../../../docs/openapi.json', import.meta.url);

describe('what the service says of itself', () => {
  let app: TestServer;

  beforeAll(async () => {
    app = await TestServer.open();
  });
  afterAll(() => app.close());

  test('the document that is served is the one that is committed', async () => {
    const committed = JSON.parse(readFileSync(COMMITTED, 'utf8')) as Record<string, unknown>;
    const { status, body, headers } = await app.ask('/openapi.json');
    expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body).toEqual(committed);
    expect(JSON.parse(JSON.stringify(await openApiDocument()))).toEqual(committed);
  });

  test('the page at /docs loads from the service alone', async () => {
    const { status, body, headers } = await app.ask('/docs/');
    expect(status).toBe(200);
    const page = String(body['text']);
    const addresses = [...page.matchAll(/\b(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) {
      expect(address).not.toMatch(/^(?:[a-z]+:)?\/\//i);
      const loaded = await app.ask(new URL(address, 'http://service/docs/').pathname);
      expect([address, loaded.status]).toEqual([address, 200]);
    }
    const policy = String(headers['content-security-policy']);
    const sources = policy.split(/[; ]+/).filter((word) => word.includes('.') || word.includes('://') || word === '*');
    expect(sources).toEqual([]);
    expect(policy).toContain("default-src 'self'");
  });

  test('the page reads the document of this service, and asks nobody whether it is valid', async () => {
    const { body } = await app.ask('/docs/static/swagger-initializer.js');
    const script = String(body['text']).replaceAll(/^\s*\/\/.*$/gm, '');
    expect(script).toContain('"validatorUrl":null');
    expect(script).toContain('"urls":[{"url":"/openapi.json","name":"Carryover"}]');
    expect(script).not.toMatch(/https?:\/\//);
    for (const second of ['/docs/json', '/docs/yaml'])
      expect(await app.ask(second)).toMatchObject({ status: 404, body: { code: 'HTTP_ROUTE_UNKNOWN' } });
  });

  test('no page of another origin may call, frame or read it', async () => {
    const origin = 'https://elsewhere.example';
    const { headers } = await app.ask('/api/ledger/accounts?system=shop', { as: 'staff', headers: { origin } });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' });
    const preflight = await app.ask('/api/keys', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('an origin that is configured may call, and no other', async () => {
    const open = await app.another({ http: { origins: ['https://app.example'] } });
    try {
      const asked = async (origin: string): Promise<unknown> =>
        (await open.ask('/healthz', { headers: { origin } })).headers['access-control-allow-origin'];
      expect(await asked('https://app.example')).toBe('https://app.example');
      expect(await asked('https://app.example.evil')).not.toBe('https://app.example.evil');
    } finally {
      await open.close();
    }
  });
});
