import { deliverDueNotices, whatsAppChannel, type NoticeChannel, type NoticeDesk } from '../../src/notices/index.ts';
import { Instant } from '../../src/base/instant.ts';
import type { NoticeSource } from '../../src/notices/notice-source.ts';
import { openDatabase } from '../../src/sql/database.ts';
import { WHATSAPP_ACCOUNT } from '../support/receivers/whatsapp-receiver.ts';
import { schoolSource } from './school-source.ts';

/**
 * A server of its own that kills itself without a farewell: `node deliver-child.ts <database url> <receiver url> <now> <moment>`, where the
 * moment is `claimed`, before the message begins to leave, or `answered`, before the answer is written down.
 */
const [url = '', receiver = '', now = '', moment = ''] = process.argv.slice(2);

const person = { phone: '201000000000', language: 'en', zone: 'Africa/Cairo', values: { name: 'amal' } } as const;
const source = schoolSource(new Map([['person:amal', person]]));
let lookUps = 0;

/** Looked up once to be planned, and once to be sent. */
const mortalSource: NoticeSource = {
  ...source,
  lookUp: async (handle, notices) => {
    lookUps += 1;
    if (moment === 'claimed' && lookUps === 2) process.kill(process.pid, 'SIGKILL');
    return source.lookUp(handle, notices);
  },
};

const channel = whatsAppChannel({
  url: receiver,
  phoneNumberId: WHATSAPP_ACCOUNT.phoneNumberId,
  accessToken: WHATSAPP_ACCOUNT.token,
  templateNames: {},
  languageCodes: { en: 'en', ar: 'ar', fa: 'fa' },
  cost: 0n,
  perMinute: 60,
  timeoutMs: 10_000,
});

const mortalChannel: NoticeChannel = {
  ...channel,
  send: async (message) => {
    const result = await channel.send(message);
    if (moment === 'answered') process.kill(process.pid, 'SIGKILL');
    return result;
  },
};

const database = await openDatabase(url);
const desk: NoticeDesk = {
  database,
  channels: new Map([['whatsapp', mortalChannel]]),
  sources: new Map([['school', mortalSource]]),
  rules: {
    route: { first: ['whatsapp'], also: [] },
    routes: {},
    quietHours: null,
    perRecipientHour: 5,
    budget: null,
    budgetZone: 'UTC',
    bulkPerMinute: 20,
    retryMs: [300_000],
    optionalLifetimeMs: 86_400_000,
    claimMs: 120_000,
  },
  isSuppressed: () => Promise.resolve(false),
};
process.stdout.write(JSON.stringify(await deliverDueNotices(desk, { now: Instant.parse(now) })));
await database.close();
