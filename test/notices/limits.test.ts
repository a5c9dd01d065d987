import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { Instant } from '../../src/base/instant.ts';
import { apiError, statusBody } from '../support/receivers/whatsapp-receiver.ts';
import { recordStatuses } from '../../src/notices/index.ts';
import { NOON, noon, PostOffice } from './post-office.ts';

let office: PostOffice;
beforeAll(async () => {
  office = await PostOffice.open();
});
afterEach(() => office.empty());
afterAll(() => office.close());

const times = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);

describe('the limit per recipient', () => {
  test('T-40: holds the sixth optional message of an hour, and no mandatory one', async () => {
    const recipient = office.person('amal');
    await office.enqueue(...times(7, { recipient, type: 'arrived' }), ...times(3, { recipient, type: 'refused' }));
    expect(await office.pass()).toMatchObject({ sent: 5, held: 5 });
    const byType = (await office.deliveries()).filter(({ status }) => status === 'sent').map(({ type }) => type);
    expect(byType.toSorted()).toEqual(['arrived', 'arrived', 'refused', 'refused', 'refused']);
    expect(await office.pass({}, { now: noon(59) })).toMatchObject({ sent: 0 });
    expect(await office.pass({}, { now: noon(60) })).toMatchObject({ sent: 5, held: 0 });
    expect((await office.outcomes()).filter((outcome) => outcome === 'whatsapp sent')).toHaveLength(10);
  });

  test('counts the messages to one telephone, whoever of the family they are about', async () => {
    const [one, two] = [
      office.person('amal', { phone: '201000000009' }),
      office.person('badr', { phone: '201000000009' }),
    ];
    await office.enqueue(
      ...times(4, { recipient: one, type: 'arrived' }),
      ...times(4, { recipient: two, type: 'arrived' }),
    );
    expect(await office.pass()).toMatchObject({ sent: 5, held: 3 });
  });

  test('does not count what failed', async () => {
    const recipient = office.person('amal');
    office.whatsapp.next = () => apiError(500, 131_016);
    await office.enqueue(...times(5, { recipient, type: 'arrived' }));
    expect(await office.pass()).toMatchObject({ retried: 5 });
    office.whatsapp.next = () => undefined;
    await office.enqueue({ recipient, type: 'arrived' });
    expect(await office.pass({}, { now: noon(1) })).toMatchObject({ sent: 1 });
  });

  test('an optional notice that waited for a day is old news', async () => {
    await office.enqueue(
      { recipient: office.person('amal'), type: 'arrived' },
      { recipient: 'person:amal', type: 'receipt' },
    );
    expect(await office.pass({}, { now: noon(25 * 60) })).toMatchObject({ sent: 1, skipped: 1 });
    expect(await office.outcomes()).toEqual(['whatsapp skipped too-late', 'whatsapp sent']);
  });
});

describe('the budget', () => {
  const budget = { budget: { monthly: '0.10' }, whatsapp: { cost: '0.05' } };

  test('T-40: leaves optional messages out when it is used up, and no mandatory one', async () => {
    for (const name of ['a', 'b', 'c', 'd']) office.person(name);
    const of = (name: string, type: string): object => ({ recipient: `person:${name}`, type });
    await office.enqueue(of('a', 'reminder'), of('b', 'reminder'), of('c', 'reminder'), of('d', 'receipt'));
    expect(await office.pass(budget)).toMatchObject({ sent: 2, skipped: 2 });
    const sent = (await office.deliveries()).filter(({ status }) => status === 'sent');
    expect(sent.map(({ type, cost, charged_month }) => [type, cost, charged_month])).toEqual([
      ['reminder', 5n, '2026-03'],
      ['receipt', 5n, '2026-03'],
    ]);
  });

  test('T-40: is not charged with messages that failed, at once or later', async () => {
    for (const name of ['a', 'b', 'c']) office.person(name);
    office.whatsapp.next = (_message) => apiError(400, 132_001);
    await office.enqueue({ recipient: 'person:a', type: 'reminder' }, { recipient: 'person:b', type: 'reminder' });
    expect(await office.pass(budget)).toMatchObject({ dead: 2 });
    office.whatsapp.next = () => undefined;
    await office.enqueue({ recipient: 'person:c', type: 'reminder' }, { recipient: 'person:c', type: 'reminder' });
    expect(await office.pass(budget)).toMatchObject({ sent: 2 });
    expect(await spent()).toBe(10n);
    const [, , told] = await office.deliveries();
    await recordStatuses(
      office.desk(budget),
      statusBody({ id: told?.provider_id ?? '', status: 'failed', code: 131_026 }),
      NOON,
    );
    expect(await spent()).toBe(5n);
  });

  test('is charged with a message that may have arrived', async () => {
    office.whatsapp.next = () => 'drop';
    await office.enqueue({ recipient: office.person('a'), type: 'reminder' });
    expect(await office.pass(budget)).toMatchObject({ unknown: 1 });
    expect(await spent()).toBe(5n);
  });

  test('begins anew with the month of its zone', async () => {
    for (const name of ['a', 'b', 'c']) office.person(name);
    const settings = { ...budget, quietHours: null, budget: { monthly: '0.05', zone: 'Africa/Cairo' } };
    await office.enqueue({ recipient: 'person:a', type: 'reminder', at: Instant.parse('2026-03-31T20:00:00Z') });
    await office.enqueue({ recipient: 'person:b', type: 'reminder', at: Instant.parse('2026-03-31T20:00:00Z') });
    expect(await office.pass(settings, { now: Instant.parse('2026-03-31T21:59:00Z') })).toMatchObject({
      sent: 1,
      skipped: 1,
    });
    await office.enqueue({ recipient: 'person:c', type: 'reminder', at: Instant.parse('2026-03-31T20:00:00Z') });
    // Midnight in Cairo.
    expect(await office.pass(settings, { now: Instant.parse('2026-03-31T22:00:00Z') })).toMatchObject({ sent: 1 });
  });

  async function spent(): Promise<bigint> {
    const { rows } = await sql<{ cost: bigint }>`
      select d.cost from ${sql.table('carryover_notice_deliveries')} d where d.charged_month is not null`.execute(
      office.database.handle,
    );
    return rows.reduce((sum, { cost }) => sum + cost, 0n);
  }
});

describe('quiet hours', () => {
  const night = Instant.parse('2026-03-07T20:00:00Z');

  test('hold what can wait until the morning of the recipient, mandatory or not, and nothing urgent', async () => {
    const [amal, far] = [office.person('amal'), office.person('far', { zone: 'America/New_York' })];
    const at = night;
    await office.enqueue({ recipient: amal, type: 'receipt', at }, { recipient: amal, type: 'refused', at });
    await office.enqueue({ recipient: far, type: 'receipt', at }, { recipient: amal, type: 'reminder', at });
    expect(await office.pass({}, { now: night })).toMatchObject({ sent: 2, held: 2 });
    const held = (await office.deliveries()).filter(({ status }) => status === 'pending');
    expect(held.map(({ reason, next_attempt_at }) => [reason, next_attempt_at.toString().slice(0, 16)])).toEqual([
      ['quiet-hours', '2026-03-08T06:00'],
      ['quiet-hours', '2026-03-08T06:00'],
    ]);
    expect(await office.pass({}, { now: Instant.parse('2026-03-08T06:00:00Z') })).toMatchObject({ sent: 2, held: 0 });
  });
});

describe('a bulk', () => {
  test('T-41: goes out in stages, and nothing waits behind it', async () => {
    const recipients = Array.from({ length: 9 }, (_none, index) => office.person(`p${index}`));
    await office.enqueue(...recipients.map((recipient) => ({ recipient, type: 'announcement' })));
    await office.enqueue({ recipient: 'person:p0', type: 'refused' });
    const settings = { bulkPerMinute: 4 };
    expect(await office.pass(settings, { batchMax: 5 })).toMatchObject({ sent: 5 });
    expect((await office.deliveries()).find(({ type }) => type === 'refused')).toMatchObject({ status: 'sent' });
    expect(await office.pass(settings, { now: NOON.plusMillis(59_999) })).toMatchObject({ sent: 0 });
    expect(await office.pass(settings, { now: noon(1) })).toMatchObject({ sent: 4 });
    expect(await office.pass(settings, { now: noon(2) })).toMatchObject({ sent: 1 });
  });

  test('no channel sends more a minute than it may', async () => {
    const recipients = Array.from({ length: 5 }, (_none, index) => office.person(`p${index}`));
    await office.enqueue(...recipients.map((recipient) => ({ recipient })));
    const settings = { whatsapp: { perMinute: 3 } };
    expect(await office.pass(settings)).toMatchObject({ sent: 3 });
    expect(await office.pass(settings, { now: noon(1) })).toMatchObject({ sent: 2 });
  });

  test('a pass ends at its bound', async () => {
    const recipients = Array.from({ length: 5 }, (_none, index) => office.person(`p${index}`));
    await office.enqueue(...recipients.map((recipient) => ({ recipient })));
    expect(await office.pass({}, { messagesMax: 2, batchMax: 1 })).toMatchObject({ sent: 2 });
  });
});

describe('while a cutover is at work', () => {
  test('X-07: mandatory notices wait, optional ones are not sent, and other systems go on', async () => {
    const recipient = office.person('amal');
    await office.enqueue({ recipient, type: 'receipt' }, { recipient, type: 'arrived' });
    await cutover('running');
    expect(await office.pass()).toMatchObject({ sent: 0, held: 1, suppressed: 1 });
    await cutover('done');
    expect(await office.pass({}, { now: noon(5) })).toMatchObject({ sent: 1 });
    expect(await office.outcomes()).toEqual(['whatsapp sent', 'whatsapp suppressed cutover']);
  });

  async function cutover(state: 'running' | 'done'): Promise<void> {
    const table = sql.table('carryover_cutovers');
    const at = office.database.dialect.expressions.now();
    await office.database.write(async (trx) => {
      await sql`delete from ${table}`.execute(trx);
      await sql`
        insert into ${table} (system_name, run_id, as_of, plan_hash, plan_parts, tool_version, backup_id, stage, state, pass, paused,
          epoch, heartbeat_at, lease_ttl_ms, journal_seq, started_at, updated_at)
        select 'school', 'r1', ${at}, 'h', '{}', 't', 'b', 'backfill', ${state}, 1, 0, 1, ${at}, 1000, 1, ${at}, ${at}`.execute(
        trx,
      );
    });
  }
});
