import { test as plainTest } from 'vitest';
import type { TestAPI } from 'vitest';
import type { Instant } from '../../src/base/instant.ts';
import { processInbox, type EventHandler, type InboxRun } from '../../src/payments/inbox/process-inbox.ts';
import { receiveWebhook, type ReceivedWebhook } from '../../src/payments/inbox/receive-webhook.ts';
import { createStripeEvents } from '../../src/payments/schema.ts';
import { openDatabase, type Database } from '../../src/sql/database.ts';
import { migrateSchema } from '../../src/sql/schema-migrator.ts';
import { freshDatabase } from '../support/fresh-database.ts';
import { StripeStub, type SignedWebhook } from '../support/stripe-stub/stripe-stub.ts';

/** Signs whatever the tests receive. */
export const SECRET = 'whsec_test_present';

/** An inbox on a database of its own. */
export class InboxDesk {
  readonly database: Database;
  readonly stub: StripeStub;
  readonly #url: string;
  readonly #others: Database[] = [];

  constructor(database: Database, given: { readonly url: string; readonly stub: StripeStub }) {
    this.database = database;
    this.stub = given.stub;
    this.#url = given.url;
  }

  /** Connections of another server. */
  async another(): Promise<Database> {
    const other = await openDatabase(this.#url);
    this.#others.push(other);
    return other;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    for (const database of [...this.#others, this.database]) await database.close();
  }

  /** An event of a type, about an object that does not matter. */
  event(type = 'payment_intent.succeeded', id = 'pi_1'): unknown {
    return this.stub.books.tell(type, { id, object: 'payment_intent' });
  }

  /** Receives an event that was signed just now. */
  receive(event: unknown, secrets: readonly string[] = [SECRET]): Promise<ReceivedWebhook> {
    return this.take(this.stub.webhook(event, [SECRET]), secrets);
  }

  /** Receives a webhook as it is. */
  take({ rawBody, signatureHeader }: SignedWebhook, secrets: readonly string[] = [SECRET]): Promise<ReceivedWebhook> {
    return receiveWebhook({ database: this.database, secrets, toleranceSeconds: 300, rawBody, signatureHeader });
  }

  /** One pass over the inbox, with one handler for every type that the tests use. */
  process(
    handler: EventHandler,
    more: { now?: Instant; attemptsMax?: number; leaseMs?: number; database?: Database } = {},
  ): Promise<InboxRun> {
    return processInbox({
      database: this.database,
      handlers: new Map([['payment_intent.succeeded', handler]]),
      ...more,
    });
  }

  /** This instant by the database's clock, moved by minutes. */
  async inMinutes(minutes: number): Promise<Instant> {
    return (await this.database.dialect.statements.serverNow(this.database.handle)).plusMillis(minutes * 60_000);
  }
}

/** Runs on an inbox of its own. */
export const test: TestAPI<{ readonly desk: InboxDesk }> = plainTest.extend<{ readonly desk: InboxDesk }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the names of the fixtures needed from the pattern.
  desk: async ({}, use) => {
    const { url, drop } = await freshDatabase();
    const stub = await StripeStub.start();
    const desk = new InboxDesk(await openDatabase(url), { url, stub });
    try {
      await migrateSchema(desk.database, [createStripeEvents], '0.0.0-test');
      await use(desk);
    } finally {
      await desk.close();
      await stub.close();
      await drop();
    }
  },
});
