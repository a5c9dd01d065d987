import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Collector, type CollectedSpan } from './collector.ts';
import { TracedBilling } from './traced-billing.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('the spans of requests', () => {
  let collector: Collector;
  let service: TracedBilling;

  beforeAll(async () => {
    collector = await Collector.open();
    service = await TracedBilling.open({
      ...collector.environment,
      OTEL_SERVICE_NAME: 'ledger-of-tests',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=of%20tests',
    });
  });
  afterAll(async () => {
    await service.close();
    await collector.close();
  });

  /** The span of an answer, found by the id of its request. */
  const spanOf = (answer: Response): Promise<CollectedSpan> => {
    const id = answer.headers.get('x-request-id');
    return collector.span(({ facts }) => facts['carryover.request_id'] === id);
  };

  test('a request has a span by the conventions of HTTP, named by its route, with the role of its caller', async () => {
    const id = await service.funded('owner-conventions');
    const answer = await service.ask(`/api/ledger/accounts/${id}?`);
    expect(answer.status).toBe(200);
    const span = await spanOf(answer);
    expect(span).toMatchObject({
      name: 'GET /api/ledger/accounts/:accountId',
      kind: 'server',
      parentSpanId: '',
      isFault: false,
      facts: {
        'http.request.method': 'GET',
        'http.route': '/api/ledger/accounts/:accountId',
        'http.response.status_code': 200,
        'carryover.route': 'ledger.show-account',
        'carryover.role': 'server',
      },
    });
    expect(span.facts['error.type']).toBeUndefined();
    expect(collector.resource).toMatchObject({ 'service.name': 'ledger-of-tests', 'carryover.instance': 'test' });
    expect(collector.requests[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-collector-key': 'of tests' } });
  });

  test('a traceparent is continued, down to the batch of the ledger, and the trace stands in the log', async () => {
    const accountId = await service.funded('owner-continued');
    const command = { accountId, amount: '-1.50', kind: 'usage', contra: 'usage' };
    const answer = await service.ask('/api/ledger/posts', {
      body: command,
      key: 'continued',
      headers: { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'vendor=of-somebody' },
    });
    expect(answer.status).toBe(200);
    const span = await spanOf(answer);
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: SPAN, name: 'POST /api/ledger/posts' });
    const batch = await collector.span(({ name, traceId }) => name === 'ledger.batch' && traceId === TRACE);
    const [post] = collector.childrenOf(span);
    const facts = { 'carryover.ledger.commands': 1, 'carryover.ledger.posted': 1 };
    expect(post).toMatchObject({ name: 'ledger.post', kind: 'internal', traceId: TRACE, facts });
    expect(batch).toMatchObject({ parentSpanId: post?.spanId, facts });
    const lines = service.log.filter((line) => line.includes(TRACE)).map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { msg: 'answered', trace_id: TRACE, reqId: answer.headers.get('x-request-id'), route: '/api/ledger/posts' },
    ]);
    expect(collector.text).not.toContain('of-somebody');
  });

  test('a body that comes in many pieces is still part of its request', async () => {
    const accountId = await service.funded('owner-of-many');
    const note = 'x'.repeat(400);
    const commands = Array.from({ length: 900 }, (_, index) => {
      return {
        type: 'post',
        key: `many-${index}`,
        accountId,
        amount: '0.01',
        kind: 'gift',
        contra: 'gifts',
        reason: note,
      };
    });
    const answer = await service.ask('/api/ledger/bulk', { body: { commands } });
    expect(answer.status).toBe(200);
    const request = await spanOf(answer);
    const post = await collector.span(({ parentSpanId }) => parentSpanId === request.spanId);
    expect(post).toMatchObject({
      name: 'ledger.post',
      facts: { 'carryover.ledger.commands': 900, 'carryover.ledger.posted': 900 },
    });
  });

  test('a trace that its caller does not sample leaves nothing, neither spans nor lines with its name', async () => {
    const unsampled = TRACE.replace('0af', '1af');
    const quiet = await service.ask('/healthz', { headers: { traceparent: `00-${unsampled}-${SPAN}-00` } });
    expect(quiet.status).toBe(200);
    await spanOf(await service.ask('/healthz'));
    expect(collector.text).not.toContain(unsampled);
    expect(service.log.join('')).not.toContain(unsampled);
  });

  test('calls that come at once each have their own span, and those of one batch are linked to it', async () => {
    const owners = Array.from({ length: 12 }, (_, index) => `owner-at-once-${index}`);
    const accounts = await Promise.all(owners.map((owner) => service.funded(owner)));
    const answers = await Promise.all(
      accounts.map((accountId, index) => {
        const body = { accountId, amount: '-1', kind: 'usage', contra: 'usage' };
        return service.ask('/api/ledger/posts', { body, key: `at-once-${index}` });
      }),
    );
    for (const answer of answers) {
      const request = await spanOf(answer);
      const post = await collector.span(({ parentSpanId }) => parentSpanId === request.spanId);
      expect(post).toMatchObject({ name: 'ledger.post', traceId: request.traceId });
      const batch = await collector.span(
        ({ name, parentSpanId, spanId }) =>
          name === 'ledger.batch' && (parentSpanId === post.spanId || post.links.includes(spanId)),
      );
      expect(batch.facts['carryover.ledger.commands']).toBe(batch.facts['carryover.ledger.posted']);
    }
  });

  test('of charges that share a transaction each has its span, and what was posted is part of the batch', async () => {
    const users = ['owner-deducts-1', 'owner-deducts-2', 'owner-deducts-3'];
    for (const user of users) await service.open(user);
    const answers = await Promise.all(
      users.map((user) =>
        service.ask('/api/billing/v2/deduct', {
          body: { user_id: user, amount: '0.01', source_id: `source-${user}` },
          key: `deduct-${user}`,
        }),
      ),
    );
    for (const answer of answers) {
      const request = await spanOf(answer);
      expect(answer.status, await answer.text()).toBeLessThan(500);
      expect(request).toMatchObject({ name: 'POST /api/billing/v2/deduct', facts: { 'carryover.role': 'server' } });
      const call = await collector.span(({ parentSpanId }) => parentSpanId === request.spanId);
      expect(call).toMatchObject({ name: 'ledger.post', facts: { 'carryover.ledger.commands': 1 } });
      const batch = await collector.span(
        ({ parentSpanId, spanId }) => parentSpanId === call.spanId || call.links.includes(spanId),
      );
      expect(batch.name).toBe('ledger.batch');
      const posted = await collector.span(({ parentSpanId }) => parentSpanId === batch.spanId);
      expect(posted).toMatchObject({ name: 'ledger.post', traceId: batch.traceId });
      const { 'carryover.ledger.posted': done = 0, 'carryover.ledger.refused': refused = 0 } = posted.facts;
      expect(Number(done) + Number(refused)).toBe(batch.facts['carryover.ledger.commands']);
    }
  });

  test('what is refused is told by its code and is no fault of the service', async () => {
    const accountId = await service.funded('owner-refused');
    const body = { accountId, amount: '-1000', kind: 'usage', contra: 'usage' };
    const answer = await service.ask('/api/ledger/posts', { body, key: 'refused' });
    const { code } = (await answer.json()) as { readonly code: string };
    const span = await spanOf(answer);
    expect(span).toMatchObject({
      isFault: false,
      facts: { 'error.type': code, 'http.response.status_code': answer.status },
    });
    expect(collector.childrenOf(span)).toMatchObject([{ facts: { 'carryover.ledger.refused': 1 } }]);
  });

  test('strangers and addresses without a route have spans that name neither', async () => {
    const stranger = await spanOf(await service.ask('/api/keys', { isStranger: true }));
    expect(stranger.facts).toMatchObject({ 'error.type': 'HTTP_UNAUTHENTICATED', 'http.response.status_code': 401 });
    expect(stranger.facts['carryover.role']).toBeUndefined();
    const nowhere = await spanOf(await service.ask('/no/such/owner-of-nothing'));
    expect(nowhere).toMatchObject({ name: 'GET', facts: { 'error.type': 'HTTP_ROUTE_UNKNOWN' } });
    expect(nowhere.facts['http.route']).toBeUndefined();
  });

  test('nothing personal leaves with a span: no owner, address, key, body or credential', async () => {
    const secrets = {
      owner: 'zaynab-of-the-hill',
      key: 'key-of-a-person-7',
      reason: 'her mother called',
      query: 'owner-in-a-query',
      agent: 'a browser of hers',
    };
    const accountId = await service.funded(secrets.owner);
    const body = { accountId, amount: '31.41', kind: 'gift', contra: 'gifts', reason: secrets.reason };
    const headers = { 'user-agent': secrets.agent, 'x-forwarded-for': '203.0.113.77' };
    const posted = await service.ask('/api/ledger/posts', { body, key: secrets.key, headers });
    const listed = await service.ask(`/api/ledger/accounts?owner=${secrets.query}`);
    const unknown = await service.ask(`/api/ledger/accounts/${secrets.owner}/balance`);
    const lines = `${await posted.text()}${await listed.text()}${await unknown.text()}`;
    expect(lines).toContain('31.41');
    for (const answer of [posted, listed, unknown]) await spanOf(answer);
    for (const text of [
      ...Object.values(secrets),
      '31.41',
      '203.0.113.77',
      '127.0.0.1',
      service.credential,
      service.url,
    ])
      expect(collector.text.replace(/"host":"127\.0\.0\.1:\d+"/g, '')).not.toContain(text);
  });

  test('the end of the service sends what is left', async () => {
    const last = await service.ask('/healthz');
    await service.end();
    const id = last.headers.get('x-request-id');
    expect(collector.spans.some(({ facts }) => facts['carryover.request_id'] === id)).toBe(true);
  });
});
