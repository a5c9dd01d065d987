import { expect, test as plainTest, type TestAPI } from 'vitest';
import type { Instant } from '../../../src/base/instant.ts';
import { verifyLedger } from '../../../src/ledger/verify/verify-ledger.ts';
import { processInbox, type InboxRun } from '../../../src/payments/inbox/process-inbox.ts';
import { receiveWebhook } from '../../../src/payments/inbox/receive-webhook.ts';
import { createStripeEvents } from '../../../src/payments/schema.ts';
import { StripeGateway } from '../../../src/payments/stripe-gateway.ts';
import { migrateSchema } from '../../../src/sql/schema-migrator.ts';
import { createStripeCustomers } from '../../../src/systems/billing/stripe/schema.ts';
import {
  startTopUp,
  type StartedTopUp,
  type StartTopUpInput,
} from '../../../src/systems/billing/stripe/start-top-up.ts';
import { stripeHandlers } from '../../../src/systems/billing/stripe/stripe-handlers.ts';
import type { BillingContext } from '../../../src/systems/billing/writes/billing-call.ts';
import type { StripeEvent } from '../../support/stripe-stub/stripe-books.ts';
import { SECRET_KEY, StripeStub } from '../../support/stripe-stub/stripe-stub.ts';
import { NOW, Office, superAdmin, type CallOptions } from '../billing-operations/office.ts';

const SECRET = 'whsec_shop';

/** Where buyers come back to. */
export const urls = { successUrl: 'https://app.test/paid', cancelUrl: 'https://app.test/cart' };

/** A SaaS after the cutover, with a Stripe of its own. */
export class Shop {
  readonly office: Office;
  readonly stub: StripeStub;
  readonly gateway: StripeGateway;

  private constructor(office: Office, stub: StripeStub) {
    this.office = office;
    this.stub = stub;
    this.gateway = new StripeGateway({
      secretKey: SECRET_KEY,
      apiBase: stub.url,
      timeoutMs: 400,
      networkRetriesMax: 0,
    });
  }

  /** Opens a shop where everybody may buy, on an office that was opened before or on one of its own. */
  static async open(office?: Office): Promise<Shop> {
    const opened = office ?? (await Office.open({ policy: { purchases: { allowed: 'everybody' } } }));
    await migrateSchema(opened.database, [createStripeEvents, createStripeCustomers], '0.0.0-test');
    return new Shop(opened, await StripeStub.start());
  }

  /** Closes both, and fails where the ledger is not sound. */
  async close(): Promise<void> {
    await this.stub.close();
    await this.office.close();
  }

  /** What functions on Stripe are given: the application's own server, unless told. */
  context(options: CallOptions = {}): Promise<BillingContext> {
    return this.office.context(options);
  }

  /** As a super admin. */
  boss(): Promise<BillingContext> {
    return this.context({ role: 'super_admin', actor: superAdmin });
  }

  /** Has these events sent, signed, in that order, and handles them. Without any: all that happened since the last call. */
  async deliver(events: readonly StripeEvent[] = this.stub.takeEvents(), now: Instant = NOW): Promise<InboxRun> {
    const { database } = this.office;
    for (const event of events) {
      const { rawBody, signatureHeader } = this.stub.webhook(event, [SECRET]);
      await receiveWebhook({ database, secrets: [SECRET], toleranceSeconds: 300, rawBody, signatureHeader });
    }
    return this.handle(now);
  }

  /** Handles the events that are due. */
  async handle(now: Instant = NOW): Promise<InboxRun> {
    const handlers = stripeHandlers(this.gateway, await this.context());
    return processInbox({ database: this.office.database, handlers, now });
  }

  /** Begins to buy credits for ann. */
  async start(more: Partial<StartTopUpInput> = {}, options: CallOptions = {}): Promise<StartedTopUp> {
    const input = { key: this.office.key(), userId: 'ann', amount: '25.00', via: 'payment' as const, ...more, urls };
    return startTopUp(this.gateway, await this.context(options), input);
  }

  /** Credits that ann has bought and paid for, with the names of purchase and payment. */
  async bought(amount = '25.00'): Promise<{ readonly purchaseId: string; readonly paymentId: string }> {
    const { paymentId, purchaseId } = await this.start({ amount });
    if (paymentId === null) throw new Error('A payment has an id.');
    this.stub.pay(paymentId);
    await this.deliver();
    return { purchaseId, paymentId };
  }

  /** What ann can spend, and the state of every purchase, oldest first. */
  async standing(): Promise<readonly [available: string, ...statuses: string[]]> {
    const { available } = await this.office.balance('ann');
    const rows = await this.office.rows<{ id: bigint; status: string }>('carryover_billing_purchases');
    return [available, ...rows.toSorted((a, b) => Number(a.id - b.id)).map(({ status }) => status)];
  }
}

/** Runs on a shop of its own, where ann has an account without credits, and whose ledger must be sound afterwards. */
export const test: TestAPI<{ readonly shop: Shop }> = plainTest.extend<{ readonly shop: Shop }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the names of the fixtures needed from the pattern.
  shop: async ({}, use) => {
    const shop = await Shop.open();
    try {
      await shop.office.user('ann', { credits: false });
      await use(shop);
      const { breaches } = await verifyLedger(shop.office.database, {});
      expect(breaches).toEqual([]);
    } finally {
      await shop.close();
    }
  },
});
