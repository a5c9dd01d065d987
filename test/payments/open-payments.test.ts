import { describe, expect, test } from 'vitest';
import { openPayments, type Payments } from '../../src/app/payments/open-payments.ts';
import { paymentJobs } from '../../src/app/payments/payment-jobs.ts';
import { checkValue } from '../../src/base/check-value.ts';
import { Instant } from '../../src/base/instant.ts';
import { coreMigrations } from '../../src/cutover/index.ts';
import { stripeSettingsSchema, type StripeSettings } from '../../src/payments/stripe-settings.ts';
import { openDatabase } from '../../src/sql/database.ts';
import { migrateSchema } from '../../src/sql/schema-migrator.ts';
import { billingSystem } from '../../src/systems/billing/index.ts';
import { openUser } from '../../src/systems/billing/operations/open-user.ts';
import { createSaasTables } from '../../src/systems/billing/sample-saas/saas-tables.ts';
import { startTopUp } from '../../src/systems/billing/stripe/start-top-up.ts';
import type { BillingContext } from '../../src/systems/billing/writes/billing-call.ts';
import { openTestInstance, type TestServer } from '../app/jobs/open-test-instance.ts';
import { freshDatabase } from '../support/fresh-database.ts';
import { SECRET_KEY, StripeStub } from '../support/stripe-stub/stripe-stub.ts';

const urls = { successUrl: 'https://app.test/paid', cancelUrl: 'https://app.test/cart' };
const wanted = { ...urls, returnUrl: 'https://app.test/account' };
const environment = { STRIPE_SECRET_KEY: SECRET_KEY, STRIPE_WEBHOOK_SECRET: 'whsec_present\n' };
const billing = { policy: { purchases: { allowed: 'everybody' } } };

function settingsOf(settings: object): StripeSettings {
  const checked = checkValue<StripeSettings>(stripeSettingsSchema, settings);
  if ('value' in checked) return checked.value;
  throw new Error(`${checked.flaw.path}: ${checked.flaw.found}, against ${checked.flaw.expected}`);
}

/** Stripe on a service of its own, with the tables of the billing system or without. */
async function withPayments(
  { tables = true }: { readonly tables?: boolean },
  work: (on: { readonly payments: Payments; readonly stub: StripeStub; readonly servers: TestServer }) => Promise<void>,
): Promise<void> {
  const { url, drop } = await freshDatabase();
  const database = await openDatabase(url);
  await createSaasTables(database);
  if (tables) await migrateSchema(database, [...coreMigrations, ...billingSystem.schemaMigrations], '0.0.0-test');
  await database.close();
  const servers = await openTestInstance({ url, systems: { billing } });
  const stub = await StripeStub.start();
  try {
    const settings = settingsOf({ ...wanted, apiBase: stub.url });
    await work({ payments: openPayments(servers.service, settings, environment), stub, servers });
  } finally {
    await stub.close();
    await servers.close();
    await drop();
  }
}

describe('the settings of Stripe', () => {
  test('have defaults for all but where buyers come back to', () => {
    expect(settingsOf(wanted)).toMatchObject({
      secretKeyEnv: 'STRIPE_SECRET_KEY',
      webhookSecretEnvs: ['STRIPE_WEBHOOK_SECRET', 'STRIPE_WEBHOOK_SECRET_PREVIOUS'],
      toleranceSeconds: 300,
    });
    expect(() => settingsOf(urls)).toThrow(/returnUrl/);
    expect(() => settingsOf({ ...wanted, secretKey: SECRET_KEY })).toThrow(/secretKey/);
    expect(() => settingsOf({ ...wanted, toleranceSeconds: 0 })).toThrow(/toleranceSeconds/);
    expect(() => settingsOf({ ...wanted, successUrl: 'javascript:alert(1)' })).toThrow(/successUrl/);
  });

  test('without its secrets Stripe is not opened, and the message names the variable, not what it holds', async () => {
    await withPayments({}, ({ servers: { service } }) => {
      const open = (given: NodeJS.ProcessEnv) => () => openPayments(service, settingsOf(wanted), given);
      expect(open({ STRIPE_WEBHOOK_SECRET: 'whsec_present' })).toThrow(/STRIPE_SECRET_KEY is not set/);
      expect(open({ STRIPE_SECRET_KEY: SECRET_KEY, STRIPE_WEBHOOK_SECRET: ' ' })).toThrow(
        /STRIPE_WEBHOOK_SECRET or STRIPE_WEBHOOK_SECRET_PREVIOUS is not set/,
      );
      expect(open({ STRIPE_SECRET_KEY: SECRET_KEY })).not.toThrow(new RegExp(SECRET_KEY));
      return Promise.resolve();
    });
  });
});

describe('Stripe on a service', () => {
  test('U-24: a webhook is stored, handled by the next pass, listed and replayed', async () => {
    await withPayments({}, async ({ payments, servers: { service }, stub }) => {
      const actor = { kind: 'system', id: 'app' } as const;
      const context: BillingContext = await service.contextOf('billing', { actor });
      await openUser.run(context, { key: 'k1', userId: 'ann' });
      const begun = await startTopUp(payments.gateway, context, {
        key: 'k2',
        userId: 'ann',
        amount: '25.00',
        via: 'checkout',
        urls,
      });
      stub.payCheckout(begun.checkoutId ?? '');
      const webhooks = stub.takeEvents().map((event) => stub.webhook(event, ['whsec_present']));
      for (const { rawBody, signatureHeader } of webhooks) {
        expect(await payments.receive(Buffer.from(rawBody), signatureHeader)).toMatchObject({ outcome: 'stored' });
      }
      expect(await payments.state()).toMatchObject({ counts: { received: 2 } });
      expect(await payments.process()).toMatchObject({ processed: 2, failed: 0 });
      const { rows } = await payments.list();
      expect(rows.map(({ status, type }) => `${type} ${status}`)).toEqual([
        'checkout.session.completed processed',
        'payment_intent.succeeded processed',
      ]);
      await payments.replay(rows[0]?.eventId ?? '');
      expect(await payments.process()).toMatchObject({ processed: 1 });
      expect(await payments.replayDead()).toBe(0n);
    });
  });

  test('its jobs run together on every server and do nothing twice', async () => {
    await withPayments({}, async ({ payments, servers: { service } }) => {
      const signal = new AbortController().signal;
      const jobs = paymentJobs(payments);
      const now = Instant.parse('2031-07-16T10:00:00Z');
      const runs = await Promise.all([...jobs, ...jobs].map((job) => job.run(service, { signal, now })));
      expect(runs.slice(0, jobs.length)).toEqual([
        { processed: 0, ignored: 0, failed: 0, dead: 0 },
        { paid: 0, waiting: 0, declined: 0, postponed: 0, errors: [] },
        { purchases: { settled: 0, failed: 0, open: 0 }, refunds: { resolved: 0, open: 0 }, errors: [] },
      ]);
      expect(runs.slice(jobs.length)).toEqual(runs.slice(0, jobs.length));
    });
  });

  test('before the billing system has its tables, webhooks are kept and wait', async () => {
    await withPayments({ tables: false }, async ({ payments, servers: { service }, stub }) => {
      const { rawBody, signatureHeader } = stub.webhook(
        stub.books.tell('charge.refunded', { id: 'ch_1', object: 'charge' }),
        ['whsec_present'],
      );
      await payments.receive(rawBody, signatureHeader);
      const [inbox] = paymentJobs(payments);
      const signal = new AbortController().signal;
      expect(await inbox?.run(service, { signal })).toEqual({ skipped: 'billing has no tables here yet' });
      expect(await payments.state()).toMatchObject({ counts: { received: 1 } });
    });
  });
});
