import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { deliverDueNotices, resumeChannel, stopChannel } from '../../src/notices/index.ts';
import { claimDeliveries, type ClaimedDelivery } from '../../src/notices/delivery/claim-deliveries.ts';
import { planDeliveries } from '../../src/notices/delivery/plan-deliveries.ts';
import { sendClaimed } from '../../src/notices/delivery/send-claimed.ts';
import { failureOf } from '../support/failure-of.ts';
import { freePort } from '../support/free-port.ts';
import { apiError } from '../support/receivers/whatsapp-receiver.ts';
import { NOON, noon, PostOffice } from './post-office.ts';

let office: PostOffice;
beforeAll(async () => {
  office = await PostOffice.open();
});
afterEach(() => office.empty());
afterAll(() => office.close());

describe('a notice that is due', () => {
  test('goes once by the first channel that reaches its recipient', async () => {
    const recipient = office.person('amal');
    await office.enqueue({ recipient });
    const before = office.whatsapp.messages.length;
    expect(await office.pass({ open: ['whatsapp', 'email'] })).toMatchObject({ planned: 1, sent: 1 });
    expect(await office.pass({ open: ['whatsapp', 'email'] }, { now: noon(600) })).toMatchObject({
      planned: 0,
      sent: 0,
    });
    const [delivery] = await office.deliveries();
    expect(delivery).toMatchObject({ channel: 'whatsapp', status: 'sent', attempts: 1n });
    expect(office.whatsapp.messages.slice(before)).toMatchObject([
      {
        to: '201000000000',
        template: {
          name: 'school_receipt_v2',
          language: { code: 'en' },
          components: [{ parameters: [{ text: 'amal' }, { text: '10.00' }] }],
        },
        biz_opaque_callback_data: delivery?.reference,
      },
    ]);
    expect(office.mail.mails).toEqual([]);
  });

  test('waits for its instant', async () => {
    await office.enqueue({ recipient: office.person('amal'), notBefore: noon(30) });
    expect(await office.pass()).toMatchObject({ planned: 0, sent: 0 });
    expect(await office.pass({}, { now: noon(30) })).toMatchObject({ planned: 1, sent: 1 });
  });

  test('goes by the next channel where the first has no address, and to every channel that is to have it as well', async () => {
    office.recipients.set('person:b', {
      email: 'b@family.example',
      language: 'en',
      zone: 'Africa/Cairo',
      values: { name: 'b' },
    });
    await office.enqueue({ recipient: 'person:b' });
    const route = { first: ['whatsapp', 'email'], also: ['webhook'] };
    expect(await office.pass({ open: ['whatsapp', 'email', 'webhook'], route })).toMatchObject({ planned: 1, sent: 2 });
    expect(await office.outcomes()).toEqual(['email sent', 'webhook sent']);
    expect(office.mail.mails).toMatchObject([{ from: 'desk@school.example', to: ['b@family.example'] }]);
    expect(office.webhook.requests).toHaveLength(1);
  });

  test('waits where no channel is open', async () => {
    await office.enqueue({ recipient: office.person('amal') });
    expect(await office.pass({ open: [] })).toMatchObject({ planned: 0, skipped: 0 });
    expect(await office.pass()).toMatchObject({ planned: 1, sent: 1 });
  });

  test('of a kind that has a route of its own goes that way', async () => {
    const recipient = office.person('amal');
    await office.enqueue({ recipient, type: 'reminder' }, { recipient, type: 'receipt' });
    const routes = { 'school.reminder': { first: ['email'], also: [] } };
    expect(await office.pass({ open: ['whatsapp', 'email'], routes })).toMatchObject({ sent: 2 });
    expect(await office.outcomes()).toEqual(['email sent', 'whatsapp sent']);
  });

  test('is written down as skipped where nobody is to be told', async () => {
    office.recipients.set('person:gone', { skip: 'inactive' });
    const recipient = office.person('deaf');
    office.recipients.set(recipient, { language: 'en', zone: 'Africa/Cairo', values: { name: 'deaf' } });
    await office.enqueue(
      { recipient: 'person:gone' },
      { recipient: 'person:nobody' },
      { recipient },
      { recipient, type: 'unheard' },
    );
    expect(await office.pass()).toMatchObject({ planned: 0, skipped: 4, sent: 0 });
    expect(await office.outcomes()).toEqual([
      'none skipped inactive',
      'none skipped recipient-unknown',
      'none skipped no-address',
      'none skipped type-unknown',
    ]);
  });

  test('is dead where its template wants a parameter that was not stored', async () => {
    const recipient = office.person('amal', { values: {} });
    await office.enqueue({ recipient });
    expect(await office.pass()).toMatchObject({ dead: 1, sent: 0 });
    expect(await office.outcomes()).toEqual(['whatsapp dead parameter name missing']);
    expect((await office.deliveries())[0]).toMatchObject({ charged_month: null, attempts: 0n });
  });

  test('that somebody has no use for any more when it is sent is left out', async () => {
    const recipient = office.person('amal');
    await office.enqueue({ recipient });
    const quiet = { quietHours: { from: '11:00', to: '13:00' } };
    expect(await office.pass(quiet)).toMatchObject({ held: 1 });
    office.recipients.set(recipient, { skip: 'inactive' });
    expect(await office.pass(quiet, { now: noon(61) })).toMatchObject({ skipped: 1, sent: 0 });
    expect(await office.outcomes()).toEqual(['whatsapp skipped inactive']);
  });
});

describe('a message that fails', () => {
  test('T-40: is tried again after 5, 10 and 20 minutes, and then waits for a person', async () => {
    office.whatsapp.next = () => apiError(500, 131_016);
    await office.enqueue({ recipient: office.person('amal') });
    const tried: number[] = [];
    for (let minute = 0; minute <= 60; minute += 1) {
      const before = office.whatsapp.messages.length;
      await office.pass({}, { now: noon(minute) });
      if (office.whatsapp.messages.length > before) tried.push(minute);
    }
    expect(tried).toEqual([0, 5, 15, 35]);
    expect(await office.outcomes()).toEqual(['whatsapp dead error 131016']);
  });

  test('waits as long as the provider asks for', async () => {
    office.whatsapp.next = () => ({
      ...(apiError(429, 130_429) as object),
      status: 429,
      headers: { 'retry-after': '900' },
    });
    await office.enqueue({ recipient: office.person('amal') });
    await office.pass();
    expect((await office.deliveries())[0]?.next_attempt_at).toEqual(noon(15));
  });

  test('looks for another channel where the recipient is not reached on this one', async () => {
    office.whatsapp.next = () => apiError(400, 131_026);
    await office.enqueue({ recipient: office.person('amal') });
    const open = { open: ['whatsapp', 'email'] };
    expect(await office.pass(open)).toMatchObject({ failed: 1, sent: 1 });
    expect(await office.outcomes()).toEqual(['whatsapp failed error 131026', 'email sent']);
  });

  test('stops the channel where the account is refused, and goes first when it is resumed', async () => {
    office.whatsapp.next = () => apiError(401, 190);
    await office.enqueue({ recipient: office.person('amal') }, { recipient: office.person('badr') });
    const result = await office.pass({}, { batchMax: 1 });
    expect(result).toMatchObject({ retried: 1, sent: 0, paused: [{ channel: 'whatsapp', reason: 'error 190' }] });
    const before = office.whatsapp.messages.length;
    await office.pass({}, { now: noon(5) });
    expect(office.whatsapp.messages).toHaveLength(before);
    office.whatsapp.next = () => undefined;
    expect(await resumeChannel(office.database, 'whatsapp')).toBe(true);
    expect(await office.pass({}, { now: noon(6) })).toMatchObject({ sent: 2, paused: [] });
    expect((await office.deliveries()).map(({ attempts }) => attempts)).toEqual([1n, 1n]);
  });

  test('goes nowhere while a person has stopped its channel, or all of them', async () => {
    await office.enqueue({ recipient: office.person('amal') });
    for (const channel of ['whatsapp', 'all']) {
      await stopChannel(office.database, channel, 'the texts are being checked');
      expect(await office.pass()).toMatchObject({
        sent: 0,
        paused: [{ channel, reason: 'the texts are being checked' }],
      });
      expect(await resumeChannel(office.database, channel)).toBe(true);
    }
    expect(await resumeChannel(office.database, 'all')).toBe(false);
    expect(await office.pass()).toMatchObject({ sent: 1 });
    for (const call of [
      () => stopChannel(office.database, 'pigeon', 'x'),
      () => resumeChannel(office.database, 'pigeon'),
    ]) {
      expect(await failureOf(call())).toMatchObject({ code: 'NOTICES_CHANNEL_UNKNOWN' });
    }
  });

  test('leaves no address, name or secret behind', async () => {
    office.whatsapp.next = () => apiError(400, 131_026);
    office.mail.fault = { at: 'recipient', code: 550 };
    await office.enqueue({ recipient: office.person('amal') });
    await office.pass({ open: ['whatsapp', 'email'] });
    const { rows: attempts } = await sql`select * from ${sql.table('carryover_notice_attempts')}`.execute(
      office.database.handle,
    );
    const kept = JSON.stringify([await office.deliveries(), attempts], (_key, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    ).replaceAll('person:amal', '');
    expect(kept).not.toMatch(/amal|2010|@|test-token|secret/);
  });
});

describe('servers that stop or run at once', () => {
  test('ten servers send each notice once', async () => {
    const recipients = Array.from({ length: 60 }, (_none, index) => office.person(`p${index}`));
    await office.enqueue(...recipients.map((recipient) => ({ recipient })));
    const before = office.whatsapp.messages.length;
    const databases = await Promise.all(Array.from({ length: 3 }, () => office.anotherDatabase()));
    const desks = Array.from({ length: 10 }, (_none, index) =>
      office.desk({ whatsapp: { perMinute: 6000 } }, databases[index % 3]),
    );
    const results = await Promise.all(desks.map((desk) => deliverDueNotices(desk, { now: NOON, batchMax: 7 })));
    expect(results.reduce((sum, { sent }) => sum + sent, 0)).toBe(60);
    const sent = office.whatsapp.messages.slice(before).map(({ to }) => to);
    expect(new Set(sent).size).toBe(60);
    expect(sent).toHaveLength(60);
  });

  test('a message that was taken and never answered for is unknown, and not sent again', async () => {
    office.whatsapp.next = () => 'drop';
    await office.enqueue({ recipient: office.person('amal') });
    const before = office.whatsapp.messages.length;
    expect(await office.pass()).toMatchObject({ unknown: 1, sent: 0 });
    office.whatsapp.next = () => undefined;
    for (const minutes of [5, 60, 6000]) await office.pass({}, { now: noon(minutes) });
    expect(office.whatsapp.messages).toHaveLength(before + 1);
    expect((await office.deliveries())[0]).toMatchObject({ status: 'unknown', charged_month: '2026-03' });
  });

  test('no answer in time is unknown too', async () => {
    office.whatsapp.next = () => 'hang';
    await office.enqueue({ recipient: office.person('amal') });
    expect(await office.pass({ whatsapp: { timeoutMs: 100 } })).toMatchObject({ unknown: 1 });
    expect(await office.outcomes()).toEqual(['whatsapp unknown TIMEOUT']);
  });

  test('a server that was never reached has not got it: it is tried again', async () => {
    await office.enqueue({ recipient: office.person('amal') });
    const url = `http://127.0.0.1:${await freePort()}/v23.0`;
    expect(await office.pass({ whatsapp: { url } })).toMatchObject({ retried: 1 });
    expect(await office.outcomes()).toEqual(['whatsapp pending ECONNREFUSED']);
  });

  test('what a stopped server had claimed and not begun is sent by another; what had begun to leave is not', async () => {
    await office.enqueue({ recipient: office.person('amal') }, { recipient: office.person('badr') });
    expect(await claimOnly()).toHaveLength(2);
    const [first] = await office.deliveries();
    await office.database.write(async (trx) => {
      await sql`update ${sql.table('carryover_notice_deliveries')} set status = 'sending', attempts = 1 where id = ${first?.id}`.execute(
        trx,
      );
    });
    expect(await office.pass({}, { now: noon(1) })).toMatchObject({ sent: 0, unknown: 0 });
    expect(await office.pass({}, { now: noon(3) })).toMatchObject({ sent: 1, unknown: 1 });
    expect(await office.outcomes()).toEqual(['whatsapp unknown interrupted', 'whatsapp sent']);
  });

  test('a server that wakes up after its claim has run out sends nothing', async () => {
    await office.enqueue({ recipient: office.person('amal') });
    const before = office.whatsapp.messages.length;
    const claimed = await claimOnly();
    expect(await office.pass({}, { now: noon(3) })).toMatchObject({ sent: 1 });
    expect(await sendClaimed(office.desk(), claimed, { now: noon(3), concurrency: 1 })).toEqual(['lost']);
    expect(office.whatsapp.messages).toHaveLength(before + 1);
  });

  test('a receiver that knows repetitions is simply asked again', async () => {
    office.webhook.answer = (_request, count) => (count === 1 ? 'drop' : { status: 204, body: '' });
    await office.enqueue({ recipient: office.person('amal') });
    const webhook = { open: ['webhook'], route: { first: ['webhook'], also: [] } };
    expect(await office.pass(webhook)).toMatchObject({ retried: 1 });
    expect(await office.pass(webhook, { now: noon(5) })).toMatchObject({ sent: 1 });
    const names = office.webhook.requests.map(({ headers }) => headers['carryover-delivery']);
    expect(names).toHaveLength(2);
    expect(new Set(names).size).toBe(1);
  });

  test('of two servers that hold the same claim, one sends', async () => {
    await office.enqueue({ recipient: office.person('amal') });
    const before = office.whatsapp.messages.length;
    office.whatsapp.next = async () => {
      // While the first server is sending, its claim has run out by the clock of a second one, which then looks for work.
      office.whatsapp.next = () => undefined;
      await office.pass({}, { now: noon(3) });
      return undefined;
    };
    expect(await office.pass()).toMatchObject({ sent: 1 });
    expect(office.whatsapp.messages).toHaveLength(before + 1);
    expect(await office.outcomes()).toEqual(['whatsapp sent']);
  });
});

/** Claims as a server does that stands still, or is killed, before its first request. */
async function claimOnly(): Promise<readonly ClaimedDelivery[]> {
  const desk = office.desk();
  await planDeliveries(desk, { now: NOON, rowsMax: 10 });
  return (await claimDeliveries(desk, { now: NOON, rowsMax: 10 })).claimed;
}
