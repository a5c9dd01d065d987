import { Stripe } from 'stripe';
import { explainProviderFailure } from './explain-provider-failure.ts';
import type { NewCheckout, NewPayment, NewRefund, NewSubscriptionCheckout } from './provider-requests.ts';
import {
  checkoutParameters,
  paymentParameters,
  refundParameters,
  subscriptionParameters,
} from './provider-requests.ts';
import {
  chargeOf,
  checkoutOf,
  disputeOf,
  idOf,
  paymentOf,
  refundOf,
  subscriptionOf,
  type Charge,
  type Checkout,
  type Dispute,
  type Payment,
  type ProviderRefund,
  type ProviderSubscription,
} from './provider-objects.ts';

/**
 * The version of Stripe's interface that is spoken, whatever the account's default. An SDK of another one does not compile here.
 */
export const STRIPE_API_VERSION = '2026-10-28.endive';

/** How the gateway reaches Stripe. */
export interface StripeGatewayOptions {
  readonly secretKey: string;
  /** For tests: where the interface is. */
  readonly apiBase?: string;
  readonly timeoutMs?: number;
  /** How often the SDK repeats a request without answer, under the same key. */
  readonly networkRetriesMax?: number;
  /** Goes around each request with what it is to do, in fixed words, for whoever records that. It must answer and throw what the request does. */
  readonly around?: <T>(attempt: string, request: () => Promise<T>) => Promise<T>;
}

const TIMEOUT_MS = 20_000;
const NETWORK_RETRIES_MAX = 2;

/**
 * Stripe by its official SDK: everything that is asked of it, in our words. Whatever changes something carries a key of ours, so
 * that asking again, also after an answer that was lost, does it once. All methods throw what `explainProviderFailure` makes of a
 * failure.
 */
export class StripeGateway {
  readonly #stripe: Stripe;
  readonly #around: NonNullable<StripeGatewayOptions['around']>;

  constructor(options: StripeGatewayOptions) {
    const { apiBase, secretKey, networkRetriesMax = NETWORK_RETRIES_MAX, timeoutMs = TIMEOUT_MS } = options;
    this.#around = options.around ?? ((_attempt, request) => request());
    this.#stripe = new Stripe(secretKey, {
      apiVersion: STRIPE_API_VERSION,
      maxNetworkRetries: networkRetriesMax,
      timeout: timeoutMs,
      telemetry: false,
      ...(apiBase === undefined ? {} : placeOf(apiBase)),
    });
  }

  /** Makes a customer for somebody, once per key. Answers the id. */
  async createCustomer({ key, metadata }: Pick<NewPayment, 'key' | 'metadata'>): Promise<string> {
    const made = await this.#ask('create the customer', () =>
      this.#stripe.customers.create({ metadata: { ...metadata } }, { idempotencyKey: key }),
    );
    return made.id;
  }

  /** What a customer pays with where nobody is there to choose: the default, else the newest; null where there is none. */
  async savedPaymentMethod(customerId: string): Promise<string | null> {
    return this.#ask('read the payment methods of the customer', async () => {
      const customer = await this.#stripe.customers.retrieve(customerId);
      if (customer.deleted === true) return null;
      const byDefault = idOf(customer.invoice_settings.default_payment_method);
      if (byDefault !== null) return byDefault;
      const { data } = await this.#stripe.customers.listPaymentMethods(customerId, { limit: 1 });
      return data[0]?.id ?? null;
    });
  }

  /**
   * Begins a payment that the buyer confirms in the browser, or makes one at once with a saved method. Throws `PAYMENTS_DECLINED`
   * for the latter.
   */
  async createPayment(payment: NewPayment): Promise<Payment> {
    return this.#ask('create the payment', async () =>
      paymentOf(await this.#stripe.paymentIntents.create(paymentParameters(payment), { idempotencyKey: payment.key })),
    );
  }

  /** Cancels a payment, so that it can no longer be paid. */
  async cancelPayment(paymentId: string): Promise<Payment> {
    const key = `cancel:${paymentId}`;
    return this.#ask('cancel the payment', async () =>
      paymentOf(await this.#stripe.paymentIntents.cancel(paymentId, {}, { idempotencyKey: key })),
    );
  }

  /** Makes a page on which credits are paid. It may have no payment yet (U-25). */
  async createCheckout(checkout: NewCheckout): Promise<Checkout> {
    return this.#ask('create the checkout', async () =>
      checkoutOf(
        await this.#stripe.checkout.sessions.create(checkoutParameters(checkout), { idempotencyKey: checkout.key }),
      ),
    );
  }

  /** Makes a page on which a subscription is begun. */
  async createSubscriptionCheckout(checkout: NewSubscriptionCheckout): Promise<Checkout> {
    const parameters = subscriptionParameters(checkout);
    return this.#ask('create the checkout', async () =>
      checkoutOf(await this.#stripe.checkout.sessions.create(parameters, { idempotencyKey: checkout.key })),
    );
  }

  /** A link to the customer portal, which is good for minutes. */
  async createPortalLink({ customerId, returnUrl }: { customerId: string; returnUrl: string }): Promise<string> {
    const session = await this.#ask('open the customer portal', () =>
      this.#stripe.billingPortal.sessions.create({ customer: customerId, return_url: returnUrl }),
    );
    return session.url;
  }

  /** Lets a subscription end with its period, or go on after all. */
  async setCancelsAtPeriodEnd(change: {
    key: string;
    subscriptionId: string;
    cancels: boolean;
  }): Promise<ProviderSubscription> {
    const { cancels, key, subscriptionId } = change;
    return this.#ask('change the subscription', async () =>
      subscriptionOf(
        await this.#stripe.subscriptions.update(
          subscriptionId,
          { cancel_at_period_end: cancels },
          { idempotencyKey: key },
        ),
      ),
    );
  }

  /** Sends money of a payment back. */
  async createRefund(refund: NewRefund): Promise<ProviderRefund> {
    return this.#ask('create the refund', async () =>
      refundOf(await this.#stripe.refunds.create(refundParameters(refund), { idempotencyKey: refund.key })),
    );
  }

  /** A payment as it is now. */
  async payment(id: string): Promise<Payment> {
    return this.#ask('read the payment', async () => paymentOf(await this.#stripe.paymentIntents.retrieve(id)));
  }

  /** A checkout as it is now. */
  async checkout(id: string): Promise<Checkout> {
    return this.#ask('read the checkout', async () => checkoutOf(await this.#stripe.checkout.sessions.retrieve(id)));
  }

  /** A subscription as it is now. */
  async subscription(id: string): Promise<ProviderSubscription> {
    return this.#ask('read the subscription', async () =>
      subscriptionOf(await this.#stripe.subscriptions.retrieve(id)),
    );
  }

  /** A refund as it is now. */
  async refund(id: string): Promise<ProviderRefund> {
    return this.#ask('read the refund', async () => refundOf(await this.#stripe.refunds.retrieve(id)));
  }

  /** A charge as it is now. */
  async charge(id: string): Promise<Charge> {
    return this.#ask('read the charge', async () => chargeOf(await this.#stripe.charges.retrieve(id)));
  }

  /** A dispute as it is now. */
  async dispute(id: string): Promise<Dispute> {
    return this.#ask('read the dispute', async () => disputeOf(await this.#stripe.disputes.retrieve(id)));
  }

  /** Every refund of a payment, page by page: the list inside a charge is no longer sent, and was never whole (U-39). */
  async refundsOfPayment(paymentId: string): Promise<readonly ProviderRefund[]> {
    return this.#ask('list the refunds of the payment', async () => {
      const refunds: ProviderRefund[] = [];
      for await (const refund of this.#stripe.refunds.list({ payment_intent: paymentId, limit: 100 }))
        refunds.push(refundOf(refund));
      return refunds;
    });
  }

  async #ask<T>(attempt: string, request: () => Promise<T>): Promise<T> {
    return this.#around(attempt, async () => {
      try {
        return await request();
      } catch (error) {
        throw explainProviderFailure(attempt, error);
      }
    });
  }
}

function placeOf(apiBase: string): { protocol: 'http' | 'https'; host: string; port: string } {
  const { hostname, port, protocol } = new URL(apiBase);
  const isPlain = protocol === 'http:';
  return { protocol: isPlain ? 'http' : 'https', host: hostname, port: port === '' ? (isPlain ? '80' : '443') : port };
}
