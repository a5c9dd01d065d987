import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openNotices } from '../../src/app/notices/open-notices.ts';
import { checkValue } from '../../src/base/check-value.ts';
import {
  createNotices,
  deliverDueNotices,
  noticeSettingsSchema,
  setLanguage,
  setPreference,
  type NoticeDesk,
  type NoticeSettings,
  type PassResult,
} from '../../src/notices/index.ts';
import { migrateSchema } from '../../src/sql/schema-migrator.ts';
import { tuitionNotices } from '../../src/systems/tuition/notices/tuition-notices.ts';
import { WHATSAPP_ACCOUNT, WhatsAppReceiver, type WhatsAppRequest } from '../support/receivers/whatsapp-receiver.ts';
import { Desk, SATURDAY, type Enrolled } from '../systems/tuition-operations/desk.ts';

let school: Desk;
let receiver: WhatsAppReceiver;
let desk: NoticeDesk;
let told = 0;
beforeAll(async () => {
  school = await Desk.open();
  receiver = await WhatsAppReceiver.open();
  await migrateSchema(school.database, [createNotices], '0.0.0-test');
  const whatsapp = { url: receiver.url, phoneNumberId: WHATSAPP_ACCOUNT.phoneNumberId };
  const systems = { tuition: { language: 'ar', country: 'EG' } } as const;
  const checked = checkValue<NoticeSettings>(noticeSettingsSchema, { channels: { whatsapp }, systems });
  if ('flaw' in checked) throw new Error(JSON.stringify(checked.flaw));
  desk = openNotices({
    database: school.database,
    settings: checked.value,
    environment: { WHATSAPP_ACCESS_TOKEN: WHATSAPP_ACCOUNT.token },
    sources: [tuitionNotices(await school.context(), systems.tuition)],
  });
});
beforeEach(() => {
  told = receiver.messages.length;
});
afterAll(async () => {
  await receiver.close();
  await school.close();
});

/** Delivers a while after the outbox was written, by the database's clock, which wrote its instants. */
async function deliver(): Promise<PassResult> {
  return deliverDueNotices({ ...desk, rules: { ...desk.rules, quietHours: null } });
}

/** The parts of a message that a test is about. */
function wordsOf(message: WhatsAppRequest | undefined): object {
  const { to, template } = message ?? { to: '', template: undefined };
  const parameters = template?.components[0]?.parameters.map(({ text }) => text.replaceAll(/[\u2068\u2069]/g, ''));
  return { to, name: template?.name, language: template?.language.code, parameters };
}

const messages = (): readonly object[] => receiver.messages.slice(told).map(wordsOf);

function pupil(phone: string | null): Promise<Enrolled> {
  return school.enrolled({ student: { phone } });
}

describe('parents', () => {
  test('are told at the number of the school, with the names as they are now', async () => {
    const { code, studentId, groupId } = await pupil('010 1234 5678');
    await school.scan({ code });
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(messages()).toEqual([
      {
        to: '201012345678',
        name: 'tuition_payment_block_new_v1',
        language: 'ar',
        parameters: [`Pupil ${studentId}`, `Group ${groupId}`],
      },
    ]);
  });

  test('are told each thing in the language they chose', async () => {
    const one = await pupil('01112345678');
    const recipient = `student:${one.studentId}`;
    const each: object[] = [];
    for (const [language, month] of [
      ['en', '2026-03'],
      ['fa', '2026-04'],
      ['ar', '2026-05'],
    ] as const) {
      await setLanguage(school.database, { system: 'tuition', recipient, language, actor: 'person:clerk-7' });
      await school.pay(one, '10.00', { month });
      await deliver();
      each.push(...messages().slice(each.length));
    }
    const receipts = each.filter((words) => JSON.stringify(words).includes('payment_confirmation'));
    expect(receipts.map((words) => (words as { language: string }).language)).toEqual(['en', 'fa', 'ar']);
    expect((receipts[1] as { parameters: readonly string[] }).parameters.slice(1, 3)).toEqual(['10.00', 'EGP']);
  });

  test('T-10: of a pupil who has left since are told nothing', async () => {
    const one = await pupil('01212345678');
    await school.scan(one);
    await leave(one);
    expect(await deliver()).toMatchObject({ sent: 0, skipped: 1 });
    expect(messages()).toEqual([]);
    expect(await reasonsOf(one)).toEqual(['inactive']);
  });

  test('without a number that can be reached are written down as such', async () => {
    for (const phone of [null, '02 2345 6789', 'ask the aunt']) {
      const one = await pupil(phone);
      await school.scan(one);
      expect(await deliver()).toMatchObject({ sent: 0, skipped: 1 });
      expect(await reasonsOf(one)).toEqual(['no-address']);
    }
  });

  test('who want no warnings get none, and every receipt', async () => {
    const one = await pupil('01512345678');
    await setPreference(desk, {
      system: 'tuition',
      recipient: `student:${one.studentId}`,
      type: '*',
      channel: '*',
      optedOut: true,
      actor: 'person:clerk-7',
    });
    await school.pay(one, '300.00');
    await school.scan(one);
    await deliver();
    expect(messages().map((words) => (words as { name: string }).name)).toEqual(['tuition_payment_confirmation_v1']);
  });

  test('are told once, however often the door refuses on one day', async () => {
    const one = await pupil('01098765432');
    for (const minute of [0, 1, 2]) await school.scan(one, SATURDAY.plusMillis(minute * 60_000));
    await deliver();
    await deliver();
    expect(messages()).toHaveLength(1);
  });

  test('T-41: of the pupils whom the gate would refuse are all told before it does', async () => {
    const groupId = await school.group();
    for (const last of ['1', '2', '3']) await school.enrolled({ groupId, student: { phone: `0101111111${last}` } });
    await school.run('announce-gate', { groupId, date: '2026-04-01' });
    expect(await deliver()).toMatchObject({ sent: 3 });
    expect(messages()).toContainEqual(
      expect.objectContaining({ to: '201011111112', name: 'tuition_gate_announcement_v1' }),
    );
  });
});

/** The pupil leaves the school after the notice was written. */
async function leave({ studentId }: Enrolled): Promise<void> {
  await school.database.write(async (trx) => {
    await sql`update ${sql.table('students')} set is_active = not is_active where student_id = ${BigInt(studentId)}`.execute(
      trx,
    );
  });
}

async function reasonsOf({ studentId }: Enrolled): Promise<readonly string[]> {
  const { rows } = await sql<{ reason: string }>`
    select d.reason from ${sql.table('carryover_notice_deliveries')} d where d.recipient = ${`student:${studentId}`}`.execute(
    school.database.handle,
  );
  return rows.map(({ reason }) => reason);
}
