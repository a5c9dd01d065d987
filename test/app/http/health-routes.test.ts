import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestServer } from './test-server.ts';

describe('health and figures', () => {
  let service: TestServer;

  beforeAll(async () => {
    service = await TestServer.open();
  });
  afterAll(() => service.close());

  test('a process that answers is alive, and ready while its database answers and its tables are of this release', async () => {
    expect(await service.ask('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    const { status, body } = await service.ask('/readyz');
    expect({ status, ready: body['ready'] }).toEqual({ status: 200, ready: true });
    expect(body['checks']).toMatchObject([
      { name: 'database', ok: true },
      { name: 'schema', ok: true },
    ]);
  });

  test('with jobs started, the scheduler is a condition too', async () => {
    const another = await service.another();
    another.scope.startJobs(another.server.log as never);
    expect((await another.ask('/readyz')).body['checks']).toMatchObject([{}, {}, { name: 'scheduler', ok: true }]);
    const { body } = await another.ask('/metrics', { as: 'admin' });
    expect(body['text']).toMatch(/^carryover_scheduler_alive 1$/m);
    await another.close();
  });

  test('a process whose database is gone is alive, not ready, and says so with 503', async () => {
    const another = await service.another();
    await another.service.database.close();
    expect((await another.ask('/healthz')).status).toBe(200);
    const { status, body } = await another.ask('/readyz');
    expect({ status, ready: body['ready'] }).toEqual({ status: 503, ready: false });
    expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|driver|password|\.db/);
  });

  test('the figures count answers by route and code, what staff did and refused webhooks, and never name anybody', async () => {
    await service.ask('/api/admin/billing/user/ann-the-owner/open', { method: 'POST', as: 'admin', body: {} });
    await service.ask('/api/billing/v2/balance?user_id=nobody-there', { as: 'server' });
    await service.ask('/api/billing/v2/webhook', { method: 'POST', body: {} });
    const { body, headers } = await service.ask('/metrics', { as: 'server' });
    const text = String(body['text']);
    expect(headers['content-type']).toContain('version=0.0.4');
    expect(text).toMatch(
      /carryover_request_seconds_count\{method="GET",route="\/api\/billing\/v2\/balance",status="404"\} 1/,
    );
    expect(text).toMatch(/carryover_request_errors_total\{code="BILLING_USER_UNKNOWN"\} 1/);
    expect(text).toMatch(/carryover_admin_actions_total\{action="billing.open-user"\} 1/);
    expect(text).toMatch(/carryover_webhook_failures_total\{reason="PAYMENTS_NOT_CONFIGURED"\} 1/);
    expect(text).toMatch(/^carryover_database_up 1$/m);
    expect(text).not.toMatch(/ann-the-owner|nobody-there/);
  });

  test('figures are for those who watch, not for everybody', async () => {
    expect((await service.ask('/metrics')).status).toBe(401);
    expect((await service.ask('/metrics', { as: 'user' })).status).toBe(403);
  });
});
