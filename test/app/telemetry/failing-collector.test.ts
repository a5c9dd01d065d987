import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import type { Reply } from '../../support/receivers/http-receiver.ts';
import { Collector } from './collector.ts';
import { TracedBilling } from './traced-billing.ts';

const REQUESTS = 40;
/** Below what they would take if each waited for its span, at half a second and more, and far above what they do on a loaded machine. */
const REQUESTS_MS_MAX = 15_000;
/** The bound that the end of a service has for its spans, and what the rest of it takes on a loaded machine. */
const END_MS_MAX = 15_000;

let reply: Reply;
let collector: Collector;
beforeEach(async () => {
  reply = { status: 200 };
  collector = await Collector.open(() => reply);
});
afterEach(() => collector.close());

/** Asks many times, and answers the lines of the log about exports once the service has ended. */
async function servedWith(environment: Readonly<Record<string, string>>): Promise<readonly object[]> {
  const service = await TracedBilling.open(environment);
  const accountId = await service.funded('owner-served');
  const startedMs = performance.now();
  for (let count = 0; count < REQUESTS; count += 1) {
    const body = { accountId, amount: '-1', kind: 'usage', contra: 'usage' };
    const answer = await service.ask('/api/ledger/posts', { body, key: `served-${count}` });
    expect(answer.status).toBe(200);
  }
  expect(performance.now() - startedMs).toBeLessThan(REQUESTS_MS_MAX);
  const endedMs = performance.now();
  await service.end();
  expect(performance.now() - endedMs).toBeLessThan(END_MS_MAX);
  await service.close();
  return service.log.map((line) => JSON.parse(line) as { msg: string }).filter(({ msg }) => msg.startsWith('spans'));
}

test('a collector that is away costs no request, and one line of the log', async () => {
  const port = await freePort();
  const told = await servedWith({
    ...collector.environment,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://name:secret-of-the-collector@127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_TIMEOUT: '500',
  });
  expect(told).toMatchObject([{ msg: 'spans could not be exported', code: 'ECONNREFUSED' }]);
  expect(JSON.stringify(told)).not.toContain('secret-of-the-collector');
});

test('a collector that fails costs no request, and one line of the log', async () => {
  reply = { status: 500, body: { error: 'of the collector' } };
  const told = await servedWith(collector.environment);
  expect(told).toMatchObject([{ code: 500 }]);
  expect(collector.requests.length).toBeGreaterThan(1);
});

test('a collector that hangs costs no request, and the service ends in time', async () => {
  reply = 'hang';
  await servedWith({ ...collector.environment, OTEL_EXPORTER_OTLP_TIMEOUT: '60000' });
  expect(collector.requests.length).toBeGreaterThan(0);
});

test('an address that is none is told, and the service serves without spans', async () => {
  const service = await TracedBilling.open({ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' });
  try {
    expect((await service.ask('/healthz')).status).toBe(200);
    expect(service.log.join('')).toContain('OTEL_EXPORTER_OTLP_ENDPOINT is not an address');
  } finally {
    await service.close();
  }
});
