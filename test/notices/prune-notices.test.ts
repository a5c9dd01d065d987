import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Instant } from '../../src/base/instant.ts';
import { pruneNotices, retryDeadNotices, type PrunedNotices } from '../../src/notices/index.ts';
import { enqueueNotices, type NewNotice } from '../../src/notices/outbox.ts';
import { NOON, noon, PostOffice } from './post-office.ts';

const { signal } = new AbortController();
const NONE: PrunedNotices = {
  carryover_notice_attempts: 0,
  carryover_notice_deliveries: 0,
  carryover_outbox: 0,
};

let office: PostOffice;
beforeAll(async () => {
  office = await PostOffice.open();
});
beforeEach(() => office.empty());
afterAll(() => office.close());

function days(count: number): Instant {
  return NOON.plusMillis(count * 86_400_000);
}

function prune(now: Instant): Promise<PrunedNotices> {
  return pruneNotices(office.database, { now, signal, optionalDays: 40, mandatoryDays: 200 });
}

interface OutboxRow {
  readonly dedupe_key: string;
  readonly recipient: string;
  readonly payload: unknown;
  readonly status: string;
}

async function outbox(): Promise<readonly OutboxRow[]> {
  const { rows } = await sql<OutboxRow>`select o.dedupe_key, o.recipient, o.payload, o.status
    from ${sql.table('carryover_outbox')} o order by o.dedupe_key`.execute(office.database.handle);
  return rows.map((row) => ({
    ...row,
    payload: typeof row.payload === 'string' ? (JSON.parse(row.payload) as unknown) : row.payload,
  }));
}

async function attempts(): Promise<number> {
  const { rows } = await sql`select id from ${sql.table('carryover_notice_attempts')}`.execute(office.database.handle);
  return rows.length;
}

/** A notice as an operation writes it, by its key; answers how many were new. */
function enqueue(dedupeKey: string, changes: Partial<NewNotice> = {}): Promise<bigint> {
  const notice: NewNotice = {
    system: 'school',
    type: 'receipt',
    dedupeKey,
    recipient: 'person:a',
    mandatory: false,
    payload: { values: { amount: '10.00' } },
    status: 'pending',
    createdAt: NOON,
    ...changes,
  };
  return office.database.write((trx) => enqueueNotices(office.database, trx, [notice]));
}

describe('what is forgotten of notices', () => {
  test('is all but the key, once they were sent and their time is over, and they are not sent again', async () => {
    office.person('a');
    await enqueue('school:welcome:a');
    expect(await office.pass()).toMatchObject({ sent: 1 });
    expect(await prune(days(40))).toEqual(NONE);
    expect(await prune(days(41))).toEqual({
      carryover_notice_attempts: 1,
      carryover_notice_deliveries: 1,
      carryover_outbox: 1,
    });
    expect([await office.deliveries(), await attempts()]).toEqual([[], 0]);
    expect(await outbox()).toEqual([{ dedupe_key: 'school:welcome:a', recipient: '', payload: {}, status: 'planned' }]);
    expect(await prune(days(400))).toEqual(NONE);
    expect(await enqueue('school:welcome:a', { createdAt: days(401) })).toBe(0n);
    expect(await office.pass({}, { now: days(401) })).toMatchObject({ planned: 0, sent: 0 });
  });

  test('is the key too where it is of a day that is past, and is not where that day is to come', async () => {
    office.person('a');
    await enqueue('school:reminder:a:2026-03-07');
    await enqueue('school:cancelled:a:2026-09-01');
    expect(await office.pass()).toMatchObject({ sent: 2 });
    expect(await prune(days(41))).toMatchObject({ carryover_outbox: 2 });
    expect((await outbox()).map((row) => row.dedupe_key)).toEqual(['school:cancelled:a:2026-09-01']);
  });

  test('comes later for those that nobody can opt out of', async () => {
    office.person('a');
    await enqueue('school:one', { mandatory: true });
    await enqueue('school:two');
    await office.pass();
    expect(await prune(days(199))).toMatchObject({ carryover_notice_deliveries: 1 });
    expect((await office.deliveries()).map(({ mandatory }) => mandatory)).toEqual([1n]);
    expect(await prune(days(201))).toMatchObject({ carryover_notice_deliveries: 1 });
  });

  test('is what was kept for the record and never sent, by the same times', async () => {
    await enqueue('school:one', { status: 'suppressed' });
    await enqueue('school:two', { status: 'suppressed', mandatory: true });
    expect(await prune(days(41))).toEqual({ ...NONE, carryover_outbox: 1 });
    expect((await outbox()).map(({ status, payload }) => [status, payload])).toEqual([
      ['planned', {}],
      ['suppressed', { values: { amount: '10.00' } }],
    ]);
    expect(await prune(days(41))).toEqual(NONE);
    expect(await prune(days(201))).toEqual({ ...NONE, carryover_outbox: 1 });
    expect(await enqueue('school:one', { status: 'suppressed' })).toBe(0n);
  });
});

describe('what waits is never forgotten, however old', () => {
  test('a notice that has no channel yet', async () => {
    office.person('a');
    await enqueue('school:one');
    expect(await prune(days(4_000))).toEqual(NONE);
    expect(await office.pass()).toMatchObject({ sent: 1 });
  });

  test('a delivery that is to be tried again, and the one beside it that was sent', async () => {
    office.person('a');
    office.mail.fault = { at: 'recipient', code: 451 };
    const both = { open: ['whatsapp', 'email'], route: { first: ['whatsapp'], also: ['email'] } };
    await enqueue('school:one');
    await office.pass(both);
    const waiting = (await office.outcomes()).filter((outcome) => outcome.includes('pending'));
    expect(waiting).toHaveLength(1);
    expect(await prune(days(4_000))).toEqual(NONE);
    expect(await office.deliveries()).toHaveLength(2);
  });

  test('one that a person has given its attempts again', async () => {
    office.person('a');
    await enqueue('school:one');
    await office.pass();
    const [delivery] = await office.deliveries();
    await office.database.write((trx) =>
      sql`update ${sql.table('carryover_notice_deliveries')} set status = 'dead'`.execute(trx),
    );
    await retryDeadNotices(office.database, { ids: [delivery?.id ?? 0n] }, days(50));
    expect(await prune(days(4_000))).toEqual(NONE);
    expect(await office.pass({}, { now: days(50) })).toMatchObject({ sent: 1 });
  });
});

test('given up, unknown and unreachable ones go with their time like those that arrived', async () => {
  office.person('a');
  const statuses = ['dead', 'unknown', 'failed', 'delivered', 'read', 'skipped', 'suppressed'];
  for (const status of statuses) await enqueue(`school:${status}`);
  await office.pass({}, { now: noon(1) });
  const rows = await office.deliveries();
  expect(rows).toHaveLength(statuses.length);
  for (const [index, { id }] of rows.entries()) {
    await office.database.write((trx) =>
      sql`update ${sql.table('carryover_notice_deliveries')} set status = ${statuses[index]} where id = ${id}`.execute(
        trx,
      ),
    );
  }
  expect(await prune(days(41))).toMatchObject({ carryover_notice_deliveries: statuses.length });
});

test('thousands are forgotten in chunks while others are delivered, and nothing that is delivered meanwhile is lost', async () => {
  office.person('a');
  const { statements } = office.database.dialect;
  const old = Array.from({ length: 1_600 }, (_, n) => BigInt(n + 1));
  await office.database.write(async (trx) => {
    await enqueueNotices(
      office.database,
      trx,
      old.map((n) => ({
        system: 'school',
        type: 'receipt',
        dedupeKey: `school:old:${String(n).padStart(6, '0')}`,
        recipient: 'person:a',
        mandatory: false,
        payload: {},
        status: 'pending',
        createdAt: NOON,
      })),
    );
    const table = sql.table('carryover_outbox');
    await sql`update ${table} set status = 'planned'`.execute(trx);
    await sql`insert into ${sql.table('carryover_notice_deliveries')} (notice_id, system_name, type, recipient, channel, reference, mandatory,
        priority, zone, address_key, status, noticed_at, next_attempt_at, updated_at)
      select o.id, o.system_name, o.type, o.recipient, 'email', o.dedupe_key, 0, 1, 'UTC', '', 'sent', o.created_at, o.created_at, o.created_at
      from ${table} o`.execute(trx);
  });
  await statements.refreshStatistics(office.database.handle, ['carryover_outbox', 'carryover_notice_deliveries']);
  for (let n = 0; n < 20; n += 1)
    await enqueue(`school:new:${n}`, { recipient: office.person(`new${n}`), createdAt: days(41) });
  const messages = office.whatsapp.messages.length;
  const [pruned, again, passed] = await Promise.all([
    prune(days(41)),
    prune(days(41)),
    office.pass({}, { now: days(41) }),
  ]);
  expect(pruned.carryover_notice_deliveries + again.carryover_notice_deliveries).toBe(1_600);
  expect(passed.sent).toBe(20);
  expect((await office.outcomes()).filter((outcome) => outcome === 'whatsapp sent')).toHaveLength(20);
  expect(office.whatsapp.messages).toHaveLength(messages + 20);
});

test('an aborted run ends before its next chunk', async () => {
  const retention = { now: NOON, optionalDays: 40, mandatoryDays: 200 };
  const aborted = pruneNotices(office.database, { ...retention, signal: AbortSignal.abort(new Error('the end')) });
  await expect(aborted).rejects.toThrow('the end');
});
