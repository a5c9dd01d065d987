import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NoticeConfiguration } from '../../src/app/notices/notice-desk-of.ts';
import { noticeDeskOf } from '../../src/app/notices/notice-desk-of.ts';
import { noticesJob } from '../../src/app/notices/notices-job.ts';
import { openWhatsAppWebhook } from '../../src/app/notices/whatsapp-webhook.ts';
import type { JobRun } from '../../src/app/jobs/scheduled-job.ts';
import { checkValue } from '../../src/base/check-value.ts';
import { Instant } from '../../src/base/instant.ts';
import { noticeSettingsSchema, type NoticeSettings } from '../../src/notices/index.ts';
import { enqueueNotices } from '../../src/notices/outbox.ts';
import { coreMigrations } from '../../src/cutover/index.ts';
import { migrateSchema } from '../../src/sql/schema-migrator.ts';
import { tuitionSystem } from '../../src/systems/tuition/index.ts';
import { openDatabase } from '../../src/sql/database.ts';
import { insertLegacyRows } from '../../src/systems/tuition/sample-school/insert-legacy-rows.ts';
import { createLegacyTables } from '../../src/systems/tuition/sample-school/legacy-tables.ts';
import { openTestInstance, type TestServer } from '../app/jobs/open-test-instance.ts';
import { failureOf } from '../support/failure-of.ts';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.ts';
import { statusBody, WHATSAPP_ACCOUNT, WhatsAppReceiver } from '../support/receivers/whatsapp-receiver.ts';

const NOON = Instant.parse('2026-03-07T10:00:00Z');
const RUN: JobRun = { now: NOON, signal: new AbortController().signal };

let fresh: FreshDatabase;
let on: TestServer;
let receiver: WhatsAppReceiver;
beforeAll(async () => {
  fresh = await freshDatabase();
  const legacy = await openDatabase(fresh.url);
  await createLegacyTables(legacy);
  await legacy.write(async (trx) => {
    const student = [12n, 'C12', 'Omar', '01012345678', 1n, NOON, NOON];
    await insertLegacyRows(legacy, trx, { table: 'students', rows: [student] });
  });
  await migrateSchema(legacy, [...coreMigrations, ...tuitionSystem.schemaMigrations], '0.0.0-test');
  await legacy.close();
  receiver = await WhatsAppReceiver.open();
  // Billing is configured and has no tables here; that must not keep the school's notices back.
  on = await openTestInstance({ url: fresh.url, systems: { tuition: {}, billing: {} } });
});
afterAll(async () => {
  await receiver.close();
  await on.close();
  await fresh.drop();
});

function configuration(changes: object = {}): NoticeConfiguration {
  const whatsapp = { url: receiver.url, phoneNumberId: WHATSAPP_ACCOUNT.phoneNumberId, cost: '0.05' };
  const checked = checkValue<NoticeSettings>(noticeSettingsSchema, { channels: { whatsapp }, ...changes });
  if ('flaw' in checked) throw new Error(JSON.stringify(checked.flaw));
  const { token, appSecret } = WHATSAPP_ACCOUNT;
  const environment = { WHATSAPP_ACCESS_TOKEN: token, WHATSAPP_APP_SECRET: appSecret, WHATSAPP_VERIFY_TOKEN: 'verify' };
  return { settings: checked.value, environment };
}

async function enqueue(key: string): Promise<void> {
  const { database } = on.service;
  await database.write((trx) =>
    enqueueNotices(database, trx, [
      {
        system: 'tuition',
        type: 'payment_reminder',
        dedupeKey: key,
        recipient: 'student:12',
        mandatory: false,
        payload: { version: 1, studentId: 12n, groupId: 3n, values: { debt: '1' } },
        status: 'pending',
        createdAt: NOON,
      },
    ]),
  );
}

describe('the job', () => {
  test('delivers the notices of the systems that are here', async () => {
    await enqueue('one');
    expect(await noticesJob(() => configuration()).run(on.service, RUN)).toMatchObject({ planned: 1, sent: 1 });
    expect(receiver.messages.at(-1)).toMatchObject({ to: '201012345678', template: { language: { code: 'en' } } });
  });

  test('keeps them where notices are not configured', async () => {
    await enqueue('two');
    expect(await noticesJob(() => undefined).run(on.service, RUN)).toEqual({ skipped: expect.any(String) as string });
    expect(await noticesJob(() => configuration()).run(on.service, RUN)).toMatchObject({ sent: 1 });
  });

  test('does not begin without its secrets, and says which', async () => {
    const { settings } = configuration();
    const failure = await failureOf(noticeDeskOf(on.service, { settings, environment: {} }));
    expect(failure).toMatchObject({
      code: 'CONFIG_SECRET_MISPLACED',
      details: { path: 'notices.channels.whatsapp.accessTokenEnv' },
    });
  });
});

describe('the settings', () => {
  test('have the defaults that are documented', () => {
    expect(configuration({ channels: {} }).settings).toEqual({
      channels: {},
      route: { first: ['whatsapp', 'email'], also: [] },
      routes: {},
      quietHours: { from: '21:30', to: '08:00' },
      perRecipientHour: 5,
      bulkPerMinute: 20,
      budget: { monthly: null, currency: 'egp', scale: 2, zone: 'UTC' },
      retryMinutes: [5, 10, 20],
      optionalLifetimeHours: 24,
      systems: {},
    });
  });

  test.each([
    [{ channel: {} }, 'channel'],
    [{ route: { first: ['pigeon'] } }, 'route.first.0'],
    [{ quietHours: { from: '24:00' } }, 'quietHours'],
    [{ channels: { webhook: { url: 'file:///etc/passwd' } } }, 'channels.webhook.url'],
    [{ channels: { webhook: { url: 'https://a.example', secretEnv: 'not a name' } } }, 'channels.webhook.secretEnv'],
  ])('%j is refused', (value, path) => {
    const checked = checkValue(noticeSettingsSchema, value);
    expect('flaw' in checked && checked.flaw.path).toContain(path);
  });

  test('an amount or a zone that cannot be is refused when notices are opened', async () => {
    for (const budget of [{ monthly: '500.001' }, { zone: 'Mars/Olympus' }]) {
      expect(await failureOf(noticeDeskOf(on.service, configuration({ budget })))).toMatchObject({
        code: 'INPUT_INVALID',
      });
    }
  });
});

describe('the webhook of WhatsApp', () => {
  test('takes what is signed, and nothing else', async () => {
    const webhook = openWhatsAppWebhook(configuration());
    if (webhook === undefined) throw new Error('WhatsApp is configured.');
    const desk = await noticeDeskOf(on.service, configuration());
    const body = Buffer.from(JSON.stringify(statusBody({ id: 'wamid.1', status: 'read' })));
    const signed = `sha256=${createHmac('sha256', WHATSAPP_ACCOUNT.appSecret).update(body).digest('hex')}`;
    expect(await webhook.take(desk, body, signed)).toEqual({ recorded: 1, ignored: 0 });
    expect(await failureOf(webhook.take(desk, body, signed.replace(/.$/, 'g')))).toMatchObject({
      code: 'NOTICES_WEBHOOK_UNSIGNED',
      httpStatus: 401,
    });
    const noJson = Buffer.from('hello');
    const alsoSigned = `sha256=${createHmac('sha256', WHATSAPP_ACCOUNT.appSecret).update(noJson).digest('hex')}`;
    expect(await failureOf(webhook.take(desk, noJson, alsoSigned))).toMatchObject({ code: 'INPUT_INVALID' });
    const asked = { 'hub.mode': 'subscribe', 'hub.verify_token': 'verify', 'hub.challenge': '42' };
    expect([webhook.verify(asked), webhook.verify({})]).toEqual(['42', undefined]);
  });

  test('is none where WhatsApp is not configured', () => {
    expect(openWhatsAppWebhook(configuration({ channels: {} }))).toBeUndefined();
  });
});
