import { expect, test } from 'vitest';
import { openTelemetry } from '../../../src/app/telemetry/open-telemetry.ts';
import { openServedCafe } from '../http-cutover/served-cafe.ts';
import { Collector } from './collector.ts';

const MEMBERS = { selection: { who: 'owners', owners: ['1', '2'] } };

test('a cutover action is part of the request that starts it, though it ends later, and names no owner', async () => {
  const collector = await Collector.open();
  const logger = { warn: (_about: object, text: string): never => expect.fail(text) };
  const telemetry = await openTelemetry({ environment: collector.environment, instance: 'test', logger });
  const cafe = await openServedCafe(undefined, { telemetry });
  try {
    await cafe.migrate();
    const { token } = (await cafe.first.call('POST', '/stamps/switch/preview', { body: MEMBERS })).body;
    const body = { ...MEMBERS, token };
    const accepted = await cafe.first.call('POST', '/stamps/switch', { body, key: 'switch-of-a-person' });
    expect(await cafe.ended(accepted)).toMatchObject({ state: 'done' });
  } finally {
    await cafe.close();
    await telemetry?.close();
    await collector.close();
  }
  const request = await collector.named('POST /api/cutovers/:system/switch');
  expect(request.facts).toMatchObject({ 'http.response.status_code': 202, 'carryover.role': 'super_admin' });
  expect(await collector.named('cutover switch')).toMatchObject({
    parentSpanId: request.spanId,
    isFault: false,
    facts: { 'carryover.system': 'stamps', 'carryover.cutover.action': 'switch' },
  });
  for (const text of ['switch-of-a-person', 'the-super_admin']) expect(collector.text).not.toContain(text);
});
