import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NoticeConfiguration } from '../../../src/app/notices/notice-desk-of.ts';
import { noticesJob } from '../../../src/app/notices/notices-job.ts';
import { runJobNow } from '../../../src/app/jobs/run-job-now.ts';
import type { ScheduledJob } from '../../../src/app/jobs/scheduled-job.ts';
import { startScheduler } from '../../../src/app/jobs/scheduler.ts';
import { ServedInstance } from '../../../src/app/served-instance.ts';
import { openTelemetry } from '../../../src/app/telemetry/open-telemetry.ts';
import type { Telemetry } from '../../../src/app/telemetry/telemetry.ts';
import { tracedObserver } from '../../../src/app/telemetry/trace-posts.ts';
import { checkValue } from '../../../src/base/check-value.ts';
import { CarryoverError } from '../../../src/base/errors.ts';
import { Instant } from '../../../src/base/instant.ts';
import { coreMigrations } from '../../../src/cutover/index.ts';
import { ledgerClosed } from '../../../src/ledger/ledger-errors.ts';
import { noticeSettingsSchema, type NoticeSettings } from '../../../src/notices/index.ts';
import { enqueueNotices } from '../../../src/notices/outbox.ts';
import { openDatabase } from '../../../src/sql/database.ts';
import { migrateSchema } from '../../../src/sql/schema-migrator.ts';
import { tuitionSystem } from '../../../src/systems/tuition/index.ts';
import { insertLegacyRows } from '../../../src/systems/tuition/sample-school/insert-legacy-rows.ts';
import { createLegacyTables } from '../../../src/systems/tuition/sample-school/legacy-tables.ts';
import { failureOf } from '../../support/failure-of.ts';
import { freshDatabase, type FreshDatabase } from '../../support/fresh-database.ts';
import { ServedFolder } from '../../support/http/served-process.ts';
import { runCli } from '../../support/run-cli.ts';
import { HttpReceiver } from '../../support/receivers/http-receiver.ts';
import { openTestInstance, type TestServer } from '../jobs/open-test-instance.ts';
import { Collector } from './collector.ts';
import { TracedBilling } from './traced-billing.ts';

const NOON = Instant.parse('2026-03-07T10:00:00Z');
/** Names by which a trace goes to other programs. */
const TRACE_HEADERS = ['traceparent', 'tracestate', 'baggage', 'b3', 'x-b3-traceid', 'uber-trace-id'];

let collector: Collector;
let outside: HttpReceiver;
beforeEach(async () => {
  collector = await Collector.open();
  outside = await HttpReceiver.open(() => ({ status: 200 }));
});
afterEach(async () => {
  await outside.close();
  await collector.close();
});

test('a call to Stripe is part of the request that makes it, and tells Stripe nothing of the trace', async () => {
  outside.answer = ({ path }) =>
    path.startsWith('/v1/customers') ? { status: 200, body: { id: 'cus_of_a_person', object: 'customer' } } : 'drop';
  const stripe = {
    apiBase: outside.url,
    successUrl: 'https://app.test/paid',
    cancelUrl: 'https://app.test/cart',
    returnUrl: 'https://app.test/account',
    networkRetriesMax: 0,
  };
  const service = await TracedBilling.open(collector.environment, {
    payments: { stripe },
    systems: { billing: { policy: { purchases: { allowed: 'everybody' } } } },
  });
  try {
    await service.open('owner-who-buys');
    const answer = await service.ask('/api/billing/v2/purchase-credits', {
      body: { user_id: 'owner-who-buys', amount: '25', via: 'payment' },
      key: 'buy-1',
    });
    const { code } = (await answer.json()) as { readonly code: string };
    expect(code).toBe('PAYMENTS_PROVIDER_UNAVAILABLE');
    const request = await collector.named('POST /api/billing/v2/purchase-credits');
    const customer = await collector.named('stripe create the customer');
    expect(customer).toMatchObject({ kind: 'client', parentSpanId: request.spanId, isFault: false });
    const payment = await collector.named('stripe create the payment');
    expect(payment).toMatchObject({ parentSpanId: request.spanId, isFault: true, facts: { 'error.type': code } });
  } finally {
    await service.close();
  }
  expect(outside.requests.length).toBeGreaterThan(1);
  for (const { headers } of outside.requests) for (const name of TRACE_HEADERS) expect(headers[name]).toBeUndefined();
  for (const text of ['cus_of_a_person', 'owner-who-buys']) expect(collector.text).not.toContain(text);
});

/** A school with one pupil, whose notices go to `outside`, and what its spans are sent with. */
interface TracedSchool {
  readonly service: ServedInstance;
  readonly telemetry: Telemetry;
  close(): Promise<void>;
}

async function openSchool(): Promise<TracedSchool> {
  const fresh = await freshDatabase();
  await fillSchool(fresh);
  const on: TestServer = await openTestInstance({ url: fresh.url, systems: { tuition: {} } });
  const logger = { warn: (_about: object, text: string): never => expect.fail(text) };
  const telemetry = await openTelemetry({ environment: collector.environment, instance: 'test', logger });
  if (telemetry === undefined) return expect.fail('There is no telemetry.');
  const { app, instance, database } = on.service;
  const service = new ServedInstance({ app, instance, database }, { telemetry, observer: tracedObserver(telemetry) });
  const close = async (): Promise<void> => {
    await service.ledger.close();
    await telemetry.close();
    await on.close();
    await fresh.drop();
  };
  return { service, telemetry, close };
}

async function fillSchool({ url }: FreshDatabase): Promise<void> {
  const legacy = await openDatabase(url);
  await createLegacyTables(legacy);
  await legacy.write(async (trx) => {
    const student = [12n, 'C12', 'Omar of the river', '01012345678', 1n, NOON, NOON];
    await insertLegacyRows(legacy, trx, { table: 'students', rows: [student] });
  });
  await migrateSchema(legacy, [...coreMigrations, ...tuitionSystem.schemaMigrations], '0.0.0-test');
  await legacy.close();
}

function noticesTo(url: string): NoticeConfiguration {
  const checked = checkValue<NoticeSettings>(noticeSettingsSchema, {
    channels: { webhook: { url } },
    route: { first: ['webhook'] },
  });
  if ('flaw' in checked) throw new Error(JSON.stringify(checked.flaw));
  return { settings: checked.value, environment: { NOTICE_WEBHOOK_SECRET: 'a secret of these tests' } };
}

const jobOf = (run: ScheduledJob['run'], pattern = '0 0 1 1 *'): ScheduledJob => ({
  system: 'service',
  name: 'notices',
  title: 'Of these tests',
  schedule: { pattern, zone: 'UTC' },
  run,
});

test('a notice is part of the run of the job that delivers it: its channel and outcome, and nothing of whom it is to', async () => {
  const { service, telemetry, close } = await openSchool();
  try {
    const { database } = service;
    await database.write((trx) =>
      enqueueNotices(database, trx, [
        {
          system: 'tuition',
          type: 'payment_reminder',
          dedupeKey: 'reminder-1',
          recipient: 'student:12',
          mandatory: false,
          payload: { version: 1, studentId: 12n, groupId: 3n, values: { debt: '1' } },
          status: 'pending',
          createdAt: NOON,
        },
      ]),
    );
    const notices = noticesJob(() => noticesTo(outside.url));
    const job = jobOf((run) => notices.run(service, run));
    outside.answer = (_request, count) => ({ status: count === 1 ? 503 : 200 });
    expect(await runJobNow(database, job, { now: NOON, telemetry })).toMatchObject({ retried: 1 });
    const later = NOON.plusMillis(3_600_000);
    expect(await runJobNow(database, job, { now: later, telemetry })).toMatchObject({ sent: 1 });
  } finally {
    await close();
  }
  const runs = collector.spans.filter(({ name }) => name === 'job service/notices');
  expect(runs).toMatchObject([
    { parentSpanId: '', isFault: false, facts: { 'carryover.job': 'notices', 'carryover.job.outcome': 'done' } },
    { parentSpanId: '' },
  ]);
  const deliveries = runs.flatMap((run) => collector.childrenOf(run)).filter(({ name }) => name === 'notice webhook');
  expect(deliveries).toMatchObject([
    { kind: 'client', isFault: true, facts: { 'carryover.channel': 'webhook', 'carryover.notice.outcome': 'retry' } },
    { kind: 'client', isFault: false, facts: { 'carryover.channel': 'webhook', 'carryover.notice.outcome': 'sent' } },
  ]);
  expect(outside.requests).toHaveLength(2);
  for (const { headers } of outside.requests) for (const name of TRACE_HEADERS) expect(headers[name]).toBeUndefined();
  for (const text of ['student:12', 'Omar', '1012345678', outside.url, 'reminder-1'])
    expect(collector.text).not.toContain(text);
});

test('a job that the scheduler starts has a trace of its own, with what it posts in it', async () => {
  const { service, close } = await openSchool();
  const ran = Promise.withResolvers<void>();
  const ref = { system: 'shop', kind: 'wallet', owner: 'owner-of-a-job' };
  const terms = { unit: 'usd', floor: 0n, lotted: false, authority: 'ledger' } as const;
  const [account] = await service.ledger.openAccounts([{ ref, ...terms }]);
  const accountId = account?.id ?? expect.fail('There is no account.');
  const job = jobOf(async () => {
    const actor = { kind: 'system', id: 'test' } as const;
    const gift = { amount: 5n, kind: 'gift', contra: 'gifts' };
    await service.ledger.execute([{ type: 'post', key: 'of-a-job', accountId, actor, ...gift }]);
    ran.resolve();
  }, '* * * * * *');
  const scheduler = startScheduler(service, { jobs: [job] });
  try {
    await ran.promise;
  } finally {
    await scheduler.stop();
    await close();
  }
  const run = await collector.named('job service/notices');
  expect(collector.childrenOf(run)).toMatchObject([{ name: 'ledger.post', traceId: run.traceId }]);
});

test('a job that the command runs sends its trace before the command ends', async () => {
  const fresh = await freshDatabase();
  const folder = new ServedFolder(fresh.url, { systems: {} });
  try {
    const environment = { TEST_URL: fresh.url, ...collector.environment };
    const { exitCode, stderr } = await runCli(
      folder.folder,
      ['jobs', 'run', 'sweep', '--instance', 'test'],
      environment,
    );
    expect(exitCode, stderr).toBe(0);
  } finally {
    await folder.remove();
    await fresh.drop();
  }
  expect(collector.spans.filter(({ parentSpanId }) => parentSpanId === '')).toMatchObject([
    { name: 'job service/sweep', facts: { 'carryover.job.outcome': 'done' } },
  ]);
});

test('a job that fails is told by its code', async () => {
  const { service, telemetry, close } = await openSchool();
  try {
    const fails = (error: Error): Promise<unknown> => {
      const job = jobOf(async () => {
        throw error;
      });
      return failureOf(runJobNow(service.database, job, { telemetry }));
    };
    await fails(new CarryoverError(ledgerClosed, {}));
    await fails(new Error('student:12 could not be read'));
  } finally {
    await close();
  }
  const runs = collector.spans.filter(({ name }) => name === 'job service/notices');
  expect(runs).toMatchObject([
    { isFault: true, facts: { 'carryover.job.outcome': 'failed', 'error.type': 'LEDGER_CLOSED' } },
    { isFault: true, facts: { 'carryover.job.outcome': 'failed', 'error.type': 'UNEXPECTED' } },
  ]);
  expect(collector.text).not.toContain('student:12');
});
