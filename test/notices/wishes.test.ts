import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  listDeadNotices,
  listPreferences,
  retryDeadNotices,
  setLanguage,
  setPreference,
} from '../../src/notices/index.ts';
import { failureOf } from '../support/failure-of.ts';
import { apiError } from '../support/receivers/whatsapp-receiver.ts';
import { NOON, noon, PostOffice } from './post-office.ts';

let office: PostOffice;
beforeAll(async () => {
  office = await PostOffice.open();
});
afterEach(() => office.empty());
afterAll(() => office.close());

const both = { open: ['whatsapp', 'email'] };
const wish = (changes: { type?: string; channel?: string; optedOut?: boolean }): Promise<void> =>
  setPreference(office.desk(both), {
    system: 'school',
    recipient: 'person:amal',
    type: '*',
    channel: '*',
    optedOut: true,
    actor: 'person:clerk',
    ...changes,
  });

describe('what a recipient wants', () => {
  test('is not told what they opted out of, and told it again when they change their mind', async () => {
    const recipient = office.person('amal');
    await wish({ type: 'reminder' });
    await office.enqueue({ recipient, type: 'reminder' }, { recipient, type: 'arrived' });
    expect(await office.pass(both)).toMatchObject({ sent: 1, skipped: 1 });
    expect(await office.outcomes()).toEqual(['none skipped opted-out', 'whatsapp sent']);
    await wish({ type: 'reminder', optedOut: false });
    expect(await listPreferences(office.database, { system: 'school', recipient })).toEqual([
      { type: 'reminder', channel: '*', optedOut: false },
    ]);
    await office.enqueue({ recipient, type: 'reminder' });
    expect(await office.pass(both)).toMatchObject({ sent: 1 });
  });

  test('T-40: a mandatory kind cannot be opted out of, and opting out of everything leaves it', async () => {
    const recipient = office.person('amal');
    expect(await failureOf(wish({ type: 'receipt' }))).toMatchObject({ code: 'NOTICES_TYPE_MANDATORY' });
    await wish({});
    await office.enqueue({ recipient, type: 'receipt' }, { recipient, type: 'reminder' });
    expect(await office.pass(both)).toMatchObject({ sent: 1, skipped: 1 });
  });

  test('a channel that is not wanted is passed over for another, and used for a mandatory notice where it is the only one', async () => {
    const recipient = office.person('amal');
    await wish({ channel: 'whatsapp' });
    await office.enqueue({ recipient, type: 'receipt' });
    await office.pass(both);
    await office.enqueue({ recipient, type: 'receipt' }, { recipient, type: 'reminder' });
    await office.pass();
    expect(await office.outcomes()).toEqual(['email sent', 'whatsapp sent', 'none skipped opted-out']);
  });

  test('a wish that comes after planning counts when the message is sent', async () => {
    const recipient = office.person('amal');
    await office.enqueue({ recipient, type: 'reminder' });
    const quiet = { quietHours: { from: '11:00', to: '13:00' } };
    await office.pass(quiet);
    await wish({ type: 'reminder' });
    expect(await office.pass(quiet, { now: noon(60) })).toMatchObject({ sent: 0, skipped: 1 });
  });

  test('the most particular wish decides', async () => {
    const recipient = office.person('amal');
    await wish({});
    await wish({ type: 'reminder', optedOut: false });
    await wish({ type: 'reminder', channel: 'whatsapp' });
    await office.enqueue({ recipient, type: 'reminder' }, { recipient, type: 'arrived' });
    await office.pass(both);
    expect(await office.outcomes()).toEqual(['email sent', 'none skipped opted-out']);
  });

  test('a system, kind, channel, language or recipient that does not exist is refused', async () => {
    office.person('amal');
    expect(await failureOf(wish({ type: 'toString' }))).toMatchObject({ code: 'NOTICES_TYPE_UNKNOWN' });
    expect(await failureOf(wish({ channel: 'pigeon' }))).toMatchObject({ code: 'NOTICES_CHANNEL_UNKNOWN' });
    const change = { system: 'school', recipient: 'person:amal', actor: 'person:clerk' };
    expect(await failureOf(setLanguage(office.database, { ...change, language: 'tlh' }))).toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect(await failureOf(setLanguage(office.database, { ...change, recipient: ' ', language: 'fa' }))).toMatchObject({
      code: 'INPUT_INVALID',
    });
  });
});

describe('languages', () => {
  test.each([
    { language: 'en', text: 'amal: 10.00.', code: 'en_GB' },
    { language: 'ar', text: '\u2068amal\u2069: المبلغ \u206810.00\u2069.', code: 'ar_EG' },
    { language: 'fa', text: '\u2068amal\u2069: مبلغ \u206810.00\u2069.', code: 'fa' },
  ])('a recipient who chose $language is written to in it', async ({ language, text, code }) => {
    const recipient = office.person('amal');
    await setLanguage(office.database, { system: 'school', recipient, language: 'en', actor: 'person:clerk' });
    await setLanguage(office.database, { system: 'school', recipient, language, actor: 'person:clerk' });
    await office.enqueue({ recipient });
    const route = { first: ['whatsapp'], also: ['webhook'] };
    const languages = { en: 'en_GB', ar: 'ar_EG' };
    await office.pass({ open: ['whatsapp', 'webhook'], route, whatsapp: { languages } });
    expect(JSON.parse(office.webhook.requests[0]?.body ?? '{}')).toMatchObject({ language, text });
    expect(office.whatsapp.messages.at(-1)?.template.language).toEqual({ code });
  });
});

describe('what waits for a person', () => {
  test('is listed by page, and dead notices of a system get their attempts again', async () => {
    office.whatsapp.next = () => apiError(400, 132_001);
    await office.enqueue(...['a', 'b', 'c'].map((name) => ({ recipient: office.person(name), type: 'arrived' })));
    expect(await office.pass()).toMatchObject({ dead: 3 });
    const first = await listDeadNotices(office.database, { rowsMax: 2 });
    const second = await listDeadNotices(office.database, { rowsMax: 2, after: first[1]?.id ?? 0n });
    expect([first, second].map((page) => page.map(({ recipient }) => recipient))).toEqual([
      ['person:a', 'person:b'],
      ['person:c'],
    ]);
    expect(first[0]).toMatchObject({ status: 'dead', reason: 'error 132001', attempts: 1n, channel: 'whatsapp' });
    office.whatsapp.next = () => undefined;
    expect(await retryDeadNotices(office.database, { system: 'other' }, noon(3000))).toBe(0n);
    expect(await retryDeadNotices(office.database, { system: 'school' }, noon(3000))).toBe(3n);
    expect(await office.pass({}, { now: noon(3000) })).toMatchObject({ sent: 3, skipped: 0 });
    expect(await listDeadNotices(office.database)).toEqual([]);
  });

  test('a message of unknown fate is sent again only where a person names it', async () => {
    office.whatsapp.next = () => 'drop';
    await office.enqueue({ recipient: office.person('amal') });
    await office.pass();
    office.whatsapp.next = () => undefined;
    expect(await retryDeadNotices(office.database, { system: 'school' }, NOON)).toBe(0n);
    const [unknown] = await listDeadNotices(office.database, { status: 'unknown', system: 'school' });
    expect(await retryDeadNotices(office.database, { ids: [unknown?.id ?? 0n] }, NOON)).toBe(1n);
    expect(await office.pass()).toMatchObject({ sent: 1 });
  });
});
