import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROLES, type Role } from '../../../src/base/role.ts';
import { cutoverRoutes } from '../../../src/app/http/cutover/cutover-routes.ts';
import { openServedCafe, type ServedCafe } from './served-cafe.ts';

let cafe: ServedCafe;
beforeEach(async () => {
  cafe = await openServedCafe();
});
afterEach(() => cafe.close());

describe('who may', () => {
  const READERS: readonly Role[] = ['server', 'staff', 'admin', 'super_admin'];
  const EXPECTED: Readonly<Record<string, readonly Role[]>> = {
    'cutover.list': READERS,
    'cutover.show': READERS,
    'cutover.findings': READERS,
    'cutover.quarantine': READERS,
    'cutover.events': READERS,
    'cutover.actions': READERS,
    'cutover.action': READERS,
    'cutover.pause': ['admin', 'super_admin'],
    'cutover.resume': ['admin', 'super_admin'],
    'cutover.retry-quarantine': ['admin', 'super_admin'],
    'cutover.preview-switch': ['super_admin'],
    'cutover.switch': ['super_admin'],
    'cutover.preview-rollback': ['super_admin'],
    'cutover.rollback': ['super_admin'],
  };

  test('call each route is refused to everybody else before anything is read', async () => {
    expect(cutoverRoutes.map(({ name }) => name).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
    for (const { name, method, path } of cutoverRoutes) {
      for (const role of ROLES.filter((one) => !(EXPECTED[name] ?? []).includes(one))) {
        const address = path
          .replace('/api/cutovers', '')
          .replace(':system', 'stamps')
          .replace(':actionId', '0'.repeat(32));
        const answer = await cafe.first.call(method as 'GET' | 'POST', address, { role });
        expect([name, role, answer.status, answer.body.code]).toEqual([name, role, 403, 'HTTP_FORBIDDEN']);
      }
    }
  });
});

test('the list says of each system where it is, and the one next safe command', async () => {
  expect((await cafe.first.call('GET', '', { role: 'staff' })).body).toMatchObject({
    rows: [{ system: 'stamps', run: null, nextCommand: 'carryover analyze --instance test --system stamps' }],
  });
  await cafe.migrate();
  expect((await cafe.first.call('GET', '', { role: 'server' })).body).toMatchObject({
    rows: [
      {
        run: { stage: 'verify', state: 'done' },
        accounts: { legacy: '24', ledger: '0' },
        live: { marksWaiting: '0', entriesWaiting: '0', cohorts: [] },
        nextCommand: 'carryover switch --percent 5 --instance test --system stamps',
      },
    ],
  });
});

test('the detail has the stages, the newest journal lines and the last verification', async () => {
  await cafe.migrate();
  const { body } = await cafe.first.call('GET', '/stamps', { role: 'staff' });
  expect(body.stages).toHaveLength(11);
  expect(body.stages).toContainEqual({ name: 'backfill', state: 'done' });
  expect(body.stages).toContainEqual({ name: 'switch', state: 'ahead' });
  expect(body.verification).toMatchObject({ accounts: '24', proofSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(body.journal.at(-1)).toMatchObject({ stage: 'verify', step: 'proof', phase: 'result', rows: '24' });
  expect(body.drift).toBeNull();
});

test('a system that is not configured is not found, whatever it is called', async () => {
  for (const name of ['nothing', 'constructor']) {
    expect(await cafe.first.call('GET', `/${name}`)).toMatchObject({ status: 404, body: { code: 'TARGET_UNKNOWN' } });
  }
});

test('findings come page by page, by code and severity', async () => {
  await cafe.migrate();
  const { rows } = (await cafe.first.call('GET', '/stamps/findings')).body;
  expect(rows.length).toBeGreaterThan(0);
  expect(rows[0]).toMatchObject({
    code: 'negative-card',
    severity: 'review',
    treatment: expect.stringContaining('floor'),
  });
  expect((await cafe.first.call('GET', '/stamps/findings?severity=stop')).body).toEqual({ rows: [], next: null });
  await cafe.first.service.database.write(async (trx) => {
    await sql`insert into ${sql.table('carryover_findings')} (system_name, run_id, code, severity, subject, details, found_at)
      select system_name, run_id, 'another', 'info', 'member 0', '{}', found_at from ${sql.table('carryover_findings')}`.execute(
      trx,
    );
  });
  const first = (await cafe.first.call('GET', '/stamps/findings?limit=1')).body;
  expect(first.next).toBe(first.rows[0].id);
  const second = (await cafe.first.call('GET', `/stamps/findings?limit=1&after=${first.next}`)).body;
  expect(second.rows[0].id).not.toBe(first.rows[0].id);
  const others = (await cafe.first.call('GET', '/stamps/findings?code=another')).body;
  expect(others.rows.every(({ code }: { code: string }) => code === 'another')).toBe(true);
});

describe('the quarantine', () => {
  beforeEach(async () => {
    await cafe.first.service.database.write(async (trx) => {
      await sql`update stamps set amount = 0 where stamp_id in (1, 4)`.execute(trx);
    });
    await cafe.migrate();
  });

  test('is listed page by page with what each reason means', async () => {
    const first = (await cafe.first.call('GET', '/stamps/quarantine?limit=1', { role: 'staff' })).body;
    expect(first).toMatchObject({
      rows: [{ source: 'stamps:1', table: 'stamps', reason: 'bad-amount' }],
      next: 'stamps:1',
    });
    const second = (await cafe.first.call('GET', '/stamps/quarantine?limit=1&after=stamps:1')).body;
    expect(second).toMatchObject({ rows: [{ source: 'stamps:4' }], next: null });
  });

  test('is tried again in the background: what was corrected is carried, the rest waits on', async () => {
    await cafe.first.service.database.write(async (trx) => {
      await sql`update stamps set amount = 2 where stamp_id = 4`.execute(trx);
    });
    const accepted = await cafe.first.call('POST', '/stamps/quarantine/retry', { role: 'admin', key: 'retry-1' });
    expect(accepted).toMatchObject({ status: 202, body: { action: 'retry-quarantine', actor: 'person:the-admin' } });
    expect(await cafe.ended(accepted)).toMatchObject({ state: 'done', outcome: { quarantined: '1' } });
    expect((await cafe.first.call('GET', '/stamps/quarantine')).body).toMatchObject({ rows: [{ source: 'stamps:1' }] });
    const again = await cafe.first.call('POST', '/stamps/quarantine/retry', { role: 'admin', key: 'retry-1' });
    expect(again.body).toEqual(accepted.body);
  });
});

test('a retry without a run is refused, and its key is not used up', async () => {
  const call = { role: 'admin', key: 'retry-1' } as const;
  expect(await cafe.first.call('POST', '/stamps/quarantine/retry', call)).toMatchObject({
    status: 409,
    body: { code: 'CUTOVER_GATE_CLOSED' },
  });
  await cafe.migrate();
  expect(await cafe.first.call('POST', '/stamps/quarantine/retry', call)).toMatchObject({ status: 202 });
});

test('a run is held and let go by an administrator, with who did it in the audit', async () => {
  await cafe.migrate();
  const hold = (): Promise<unknown> =>
    cafe.first.call('POST', '/stamps/pause', { role: 'admin', body: { reason: 'lunch' } });
  expect(await hold()).toMatchObject({ status: 409, body: { code: 'CUTOVER_GATE_CLOSED' } });
  await cafe.first.service.database.write(async (trx) => {
    await sql`update ${sql.table('carryover_cutovers')} set state = 'running', stage = 'switch'`.execute(trx);
  });
  expect(await hold()).toMatchObject({ status: 200, body: { run: { paused: true, pauseReason: 'lunch' } } });
  const shown = await cafe.first.call('POST', '/stamps/switch/preview', { body: { selection: { who: 'all' } } });
  expect(shown.body.gates).toContainEqual(expect.objectContaining({ name: 'paused', open: false }));
  expect(await cafe.first.call('POST', '/stamps/resume', { role: 'admin' })).toMatchObject({
    status: 200,
    body: { run: { paused: false } },
  });
  const audited = await cafe.rows(
    sql<{ action: string; actor: string; role: string }>`select action, actor, role from ${sql.table('carryover_audit')}
      where subject = 'cutover:stamps' order by id`,
  );
  expect(audited).toEqual([
    { action: 'cutover_paused', actor: 'person:the-admin', role: 'admin' },
    { action: 'cutover_resumed', actor: 'person:the-admin', role: 'admin' },
  ]);
});
