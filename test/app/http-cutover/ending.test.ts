import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServedCafe, type CafeServer, type ServedCafe } from './served-cafe.ts';

let cafe: ServedCafe;
let second: CafeServer;
beforeEach(async () => {
  cafe = await openServedCafe();
  await cafe.migrate();
  second = await cafe.another();
});
afterEach(() => cafe.close());

const TWO = { selection: { who: 'owners', owners: ['1', '2'] } };

test('a switch under way keeps others out, stops when its service ends, and is taken up by another', async () => {
  cafe.hold(true);
  const { token } = (await cafe.first.call('POST', '/stamps/switch/preview', { body: TWO })).body;
  const others = { selection: { who: 'owners', owners: ['3'] } };
  const other = (await second.call('POST', '/stamps/switch/preview', { body: others })).body;
  const accepted = await cafe.first.call('POST', '/stamps/switch', { body: { ...TWO, token }, key: 'switch-1' });
  expect(accepted.status).toBe(202);
  const at = `/stamps/actions/${accepted.body.id}`;
  expect((await second.call('GET', at)).body).toMatchObject({ state: 'running', outcome: null });
  expect(await second.call('POST', '/stamps/quarantine/retry', { key: 'retry-1' })).toMatchObject({
    status: 409,
    body: { code: 'CUTOVER_LEASE_HELD' },
  });
  const refused = await second.call('POST', '/stamps/switch', {
    body: { ...others, token: other.token },
    key: 'other',
  });
  expect(refused.status).toBe(409);

  await cafe.end(cafe.first);
  expect((await second.call('GET', at)).body).toMatchObject({ state: 'stopped', outcome: { code: 'CUTOVER_STOPPED' } });
  const { body: look } = await second.call('GET', '/stamps');
  expect(look).toMatchObject({
    run: { stage: 'switch', state: 'running' },
    runner: null,
    nextCommand: 'carryover watch --instance test --system stamps',
  });

  cafe.hold(false);
  const again = (await second.call('POST', '/stamps/switch/preview', { body: TWO })).body;
  const retried = await second.call('POST', '/stamps/switch', {
    body: { ...TWO, token: again.token },
    key: 'switch-2',
  });
  expect(retried.status).toBe(202);
  expect(await cafe.ended(retried, second)).toMatchObject({ state: 'done', outcome: { switched: '4' } });
});
