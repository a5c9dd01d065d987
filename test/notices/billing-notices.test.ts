import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNotices } from '../../src/app/notices/open-notices.ts';
import { checkValue } from '../../src/base/check-value.ts';
import {
  createNotices,
  deliverDueNotices,
  noticeSettingsSchema,
  type NoticeSettings,
} from '../../src/notices/index.ts';
import { migrateSchema } from '../../src/sql/schema-migrator.ts';
import { billingNotices } from '../../src/systems/billing/notices/billing-notices.ts';
import { tellLowCredits } from '../../src/systems/billing/notices/tell-low-credits.ts';
import { HttpReceiver } from '../support/receivers/http-receiver.ts';
import { Office } from '../systems/billing-operations/office.ts';

let office: Office;
let receiver: HttpReceiver;
beforeAll(async () => {
  office = await Office.open();
  receiver = await HttpReceiver.open(() => ({ status: 200 }));
  await migrateSchema(office.database, [createNotices], '0.0.0-test');
  // What the cutover does when all accounts are switched; new ones are under the ledger's authority from the start.
  await office.database.write((trx) =>
    sql`update ${sql.table('carryover_accounts')} set authority = 'ledger'`.execute(trx),
  );
});
afterAll(async () => {
  await receiver.close();
  await office.close();
});

const low = async (): Promise<bigint> => tellLowCredits(await office.context(), { threshold: '2.00' });
const spend = (userId: string, amount: string): Promise<unknown> =>
  office.run('deduct', { userId, amount, sourceId: office.key() });

test('a user is told once each time the balance falls below the threshold, and nobody who never had as much', async () => {
  const ann = await office.user('ann', { credits: false });
  await office.user('poor', { credits: false });
  await office.staff('grant-credits', { userId: ann, amount: '5.00', reason: 'welcome' }, { role: 'super_admin' });
  expect(await low()).toBe(0n);
  await spend(ann, '3.50');
  expect(await low()).toBe(1n);
  await spend(ann, '0.50');
  expect(await low()).toBe(0n);
  await office.staff('grant-credits', { userId: ann, amount: '4.00', reason: 'more' }, { role: 'super_admin' });
  expect(await low()).toBe(0n);
  await spend(ann, '4.00');
  expect(await low()).toBe(1n);
});

test('the application is told by its webhook, which knows its users', async () => {
  const webhook = { url: receiver.url };
  const route = { first: ['webhook'], also: [] };
  const checked = checkValue<NoticeSettings>(noticeSettingsSchema, { channels: { webhook }, route, quietHours: null });
  if ('flaw' in checked) throw new Error(JSON.stringify(checked.flaw));
  const context = await office.context();
  const desk = openNotices({
    database: office.database,
    settings: checked.value,
    environment: { NOTICE_WEBHOOK_SECRET: 'key' },
    sources: [billingNotices(context, { language: 'fa', country: 'IR' })],
  });
  expect(await deliverDueNotices(desk)).toMatchObject({ planned: 2, sent: 2 });
  // Sent side by side, so that either may come first.
  const told = receiver.requests.map(({ body }) => JSON.parse(body) as { readonly text: string });
  expect(told).toHaveLength(2);
  expect(told.find(({ text }) => text.includes('\u20681.500000\u2069'))).toMatchObject({
    system: 'billing',
    type: 'credits_low',
    recipient: 'ann',
    language: 'fa',
  });
});
