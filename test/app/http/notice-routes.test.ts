import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CarryoverConfig } from '../../../src/app/config.ts';
import { OUTSIDE_SECRETS, TestServer } from './test-server.ts';

const whatsapp = {
  url: 'http://127.0.0.1:9',
  phoneNumberId: '15550100',
  accessTokenEnv: 'WHATSAPP_TOKEN',
  appSecretEnv: 'WHATSAPP_APP_SECRET',
  verifyTokenEnv: 'WHATSAPP_VERIFY_TOKEN',
};
const config = { notices: { channels: { whatsapp } } } as unknown as Partial<CarryoverConfig>;

describe('notices over HTTP', () => {
  let service: TestServer;

  beforeAll(async () => {
    service = await TestServer.open(config);
  });
  afterAll(() => service.close());

  const verify = (token: string): ReturnType<TestServer['ask']> =>
    service.ask(
      `/api/notices/whatsapp?hub.mode=subscribe&hub.verify_token=${encodeURIComponent(token)}&hub.challenge=4711`,
    );

  test('WhatsApp is shown that the address is ours by the token that was agreed, and by no other', async () => {
    expect(await verify(OUTSIDE_SECRETS.WHATSAPP_VERIFY_TOKEN)).toMatchObject({ status: 200, body: { text: '4711' } });
    expect((await verify('a guess')).status).toBe(403);
  });

  test('statuses are taken with a signature over their bytes, and refused without', async () => {
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [] });
    const signature = createHmac('sha256', OUTSIDE_SECRETS.WHATSAPP_APP_SECRET).update(body).digest('hex');
    const told = (headers: Readonly<Record<string, string>>): ReturnType<TestServer['ask']> =>
      service.ask('/api/notices/whatsapp', { method: 'POST', body, headers });
    expect(await told({ 'x-hub-signature-256': `sha256=${signature}` })).toMatchObject({
      status: 200,
      body: { recorded: 0, ignored: 0 },
    });
    expect(await told({ 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` })).toMatchObject({
      body: { code: 'NOTICES_WEBHOOK_UNSIGNED' },
    });
    expect(await told({})).toMatchObject({ body: { code: 'NOTICES_WEBHOOK_UNSIGNED' } });
  });

  test('T-40: a parent declines what is optional, and cannot decline that a child was turned away', async () => {
    const change = { system: 'tuition', recipient: 'student:12', channel: '*', optedOut: true };
    const put = (type: string): ReturnType<TestServer['ask']> =>
      service.ask('/api/notices/preferences', { method: 'PUT', as: 'staff', body: { ...change, type } });
    expect(await put('payment_reminder')).toMatchObject({ status: 200 });
    expect((await put('payment_block_debt')).body).toMatchObject({ code: 'NOTICES_TYPE_MANDATORY' });
    expect((await put('no_such_type')).body).toMatchObject({ code: 'NOTICES_TYPE_UNKNOWN' });
    const listed = await service.ask('/api/notices/preferences?system=tuition&recipient=student:12', { as: 'staff' });
    expect(listed.body['rows']).toEqual([{ type: 'payment_reminder', channel: '*', optedOut: true }]);
  });

  test('a language is one of three', async () => {
    const put = (language: string): ReturnType<TestServer['ask']> =>
      service.ask('/api/notices/language', {
        method: 'PUT',
        as: 'staff',
        body: { system: 'tuition', recipient: 'student:12', language },
      });
    expect((await put('fa')).status).toBe(200);
    expect((await put('tlh')).status).toBe(400);
  });

  test('a channel is paused with a reason and resumed, by those who may', async () => {
    const pause = { method: 'POST', body: { reason: 'the number was reported' } };
    expect((await service.ask('/api/notices/channels/whatsapp/pause', { ...pause, as: 'staff' })).status).toBe(403);
    expect((await service.ask('/api/notices/channels/whatsapp/pause', { ...pause, as: 'admin' })).status).toBe(200);
    expect((await service.ask('/api/notices/paused-channels', { as: 'staff' })).body['rows']).toMatchObject([
      { channel: 'whatsapp', reason: 'the number was reported' },
    ]);
    const resume = (): ReturnType<TestServer['ask']> =>
      service.ask('/api/notices/channels/whatsapp/resume', { method: 'POST', as: 'admin' });
    expect((await resume()).body).toEqual({ status: 'resumed' });
    expect((await resume()).body).toEqual({ status: 'was-not-paused' });
  });

  test('what waits for a person is listed, and nothing waits on a new service', async () => {
    expect((await service.ask('/api/notices/dead', { as: 'staff' })).body).toEqual({ rows: [], next: null });
    const retried = await service.ask('/api/notices/dead/retry', {
      method: 'POST',
      as: 'admin',
      body: { system: 'tuition' },
    });
    expect(retried.body).toEqual({ retried: '0' });
  });
});
