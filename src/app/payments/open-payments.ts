import type { Instant } from '../../base/instant.ts';
import {
  listInbox,
  inboxState,
  type InboxLine,
  type InboxQuery,
  type InboxState,
} from '../../payments/inbox/list-inbox.ts';
import { processInbox, type InboxRun } from '../../payments/inbox/process-inbox.ts';
import { receiveWebhook, type ReceivedWebhook } from '../../payments/inbox/receive-webhook.ts';
import { replayDeadEvents, replayEvent } from '../../payments/inbox/replay-event.ts';
import { StripeGateway } from '../../payments/stripe-gateway.ts';
import type { StripeSettings } from '../../payments/stripe-settings.ts';
import { pendingMigrations } from '../../sql/schema-migrator.ts';
import { billingSystem } from '../../systems/billing/index.ts';
import { payDueTopUps, type TopUpPayments } from '../../systems/billing/stripe/pay-due-top-ups.ts';
import { reconcilePurchases, type ReconcileRun } from '../../systems/billing/stripe/reconcile-purchases.ts';
import { stripeHandlers } from '../../systems/billing/stripe/stripe-handlers.ts';
import type { BillingContext } from '../../systems/billing/writes/billing-call.ts';
import type { ServedInstance } from '../served-instance.ts';
import { inChildSpan } from '../telemetry/current-span.ts';
import { stripeSecrets } from './stripe-secrets.ts';

/** Stands in for the database's clock. */
interface AsOf {
  readonly now?: Instant;
}

/** Stripe on one instance in service: the gateway that routes call, the webhook, and what jobs and commands run. */
export class Payments {
  readonly gateway: StripeGateway;
  readonly settings: StripeSettings;
  readonly #service: ServedInstance;
  readonly #webhookSecrets: readonly string[];

  constructor(
    service: ServedInstance,
    given: {
      readonly settings: StripeSettings;
      readonly gateway: StripeGateway;
      readonly webhookSecrets: readonly string[];
    },
  ) {
    this.gateway = given.gateway;
    this.settings = given.settings;
    this.#service = service;
    this.#webhookSecrets = given.webhookSecrets;
  }

  /**
   * Takes a webhook into the inbox; answer 200 for both outcomes. Throws `PAYMENTS_SIGNATURE_INVALID`,
   * `PAYMENTS_PAYLOAD_INVALID`.
   */
  receive(rawBody: Uint8Array | string, signatureHeader: string | undefined): Promise<ReceivedWebhook> {
    const { toleranceSeconds } = this.settings;
    const { database } = this.#service;
    return receiveWebhook({ database, secrets: this.#webhookSecrets, toleranceSeconds, rawBody, signatureHeader });
  }

  /** Handles the events that are due. */
  async process(
    options: AsOf & { readonly eventsMax?: number; readonly signal?: AbortSignal } = {},
  ): Promise<InboxRun> {
    const handlers = stripeHandlers(this.gateway, await this.#context('webhook', options));
    return processInbox({ database: this.#service.database, handlers, ...options });
  }

  /** Has one event handled again by the next pass. Throws `PAYMENTS_EVENT_UNKNOWN`. */
  replay(eventId: string): Promise<void> {
    return replayEvent(this.#service.database, eventId);
  }

  /** Has every event that was given up handled again by the next pass. Answers how many. */
  replayDead(): Promise<bigint> {
    return replayDeadEvents(this.#service.database);
  }

  /** A page of the inbox, newest first, without payloads. */
  list(query: InboxQuery = {}): Promise<{ readonly rows: readonly InboxLine[]; readonly next: string | null }> {
    return listInbox(this.#service.database, query);
  }

  /** How the inbox stands, for health and metrics. */
  state(): Promise<InboxState> {
    return inboxState(this.#service.database);
  }

  /** Pays the top-ups that the top-ups job has begun. */
  async payTopUps(options: AsOf = {}): Promise<TopUpPayments> {
    return payDueTopUps(this.gateway, await this.#context('job', options));
  }

  /** Holds pending purchases and refunds against Stripe. */
  async reconcile(options: AsOf & { readonly olderThanMinutes?: number } = {}): Promise<ReconcileRun> {
    const { now, ...terms } = options;
    return reconcilePurchases(this.gateway, await this.#context('job', now === undefined ? {} : { now }), terms);
  }

  /**
   * Whether the billing system has its tables here, without which nothing can be handled: events wait in the inbox until then.
   */
  async isReady(): Promise<boolean> {
    return (await pendingMigrations(this.#service.database, billingSystem.schemaMigrations)).length === 0;
  }

  /** As the application's own server, which is a call without a role. */
  #context(kind: 'webhook' | 'job', { now }: AsOf): Promise<BillingContext> {
    const actor = { kind, id: 'stripe' };
    return this.#service.contextOf(billingSystem.name, { actor, ...(now === undefined ? {} : { now }) });
  }
}

/** Makes Stripe ready on an instance, without asking it anything yet. Throws `CONFIG_SECRET_MISPLACED`. */
export function openPayments(
  service: ServedInstance,
  settings: StripeSettings,
  environment: NodeJS.ProcessEnv = process.env,
): Payments {
  const { secretKey, webhookSecrets } = stripeSecrets(settings, environment);
  const { apiBase, networkRetriesMax, timeoutMs } = settings;
  const place = apiBase === undefined ? {} : { apiBase };
  const gateway = new StripeGateway({
    secretKey,
    networkRetriesMax,
    timeoutMs,
    ...place,
    around: (attempt, request) => inChildSpan({ name: `stripe ${attempt}`, kind: 'client' }, request),
  });
  return new Payments(service, { settings, gateway, webhookSecrets });
}
