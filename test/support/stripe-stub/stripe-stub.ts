import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Stripe } from 'stripe';
import { parseForm, type Form } from './form.ts';
import { shapeFlaw } from './shapes.ts';
import { answerTo, decline, openPayment, refund, succeed } from './stripe-answers.ts';
import { StripeBooks, StripeRefusal, type StripeEvent, type StripeObject } from './stripe-books.ts';

/** The secret key that the stub knows. */
export const SECRET_KEY = 'sk_test_stub';

/**
 * What goes wrong with a request: limited, failing before anything is done, no answer before anything is done, and no answer
 * although it was done.
 */
export type Fault = 'rate-limit' | 'server-error' | 'timeout' | 'timeout-after-effect';

/** A request as the stub got it. */
export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly form: Form;
}

interface StoredAnswer {
  readonly request: string;
  readonly status: number;
  readonly body: unknown;
}

/**
 * A Stripe of our own, on a free port of this machine: it answers the official SDK, remembers keys, checks every parameter, and
 * tells of what happened by signed webhooks.
 */
export class StripeStub {
  readonly books: StripeBooks = new StripeBooks();
  /** Every request, oldest first, those that failed included. */
  readonly requests: StubRequest[] = [];
  readonly #server: Server;
  readonly #answers = new Map<string, StoredAnswer>();
  readonly #faults: { readonly path: string; readonly fault: Fault }[] = [];
  readonly #hanging = new Set<ServerResponse>();

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(): Promise<StripeStub> {
    const stub = new StripeStub();
    stub.#server.listen(0, '127.0.0.1');
    await once(stub.#server, 'listening');
    return stub;
  }

  /** What the settings call `apiBase`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Stops listening, and lets go of requests that were left without an answer. */
  async close(): Promise<void> {
    for (const response of this.#hanging) response.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The next requests to a path that ends so go wrong, one each. */
  breakNext(path: string, ...faults: readonly Fault[]): void {
    for (const fault of faults) this.#faults.push({ path, fault });
  }

  /** Requests of a kind, such as `POST /v1/refunds`. */
  asked(what: string): readonly StubRequest[] {
    return this.requests.filter(({ method, path }) => `${method} ${path}` === what);
  }

  /** The events since the last call, oldest first. */
  takeEvents(): readonly StripeEvent[] {
    return this.books.events.splice(0);
  }

  /** A payment that somebody else began on the same account, under an id of its own where one is given. Whole cents. */
  paymentOfOthers(amount: number, id?: string): string {
    const payment = openPayment(this.books, { amount });
    if (id === undefined) return payment.id;
    this.books.objects.set(id, Object.assign(payment, { id }));
    return id;
  }

  /** The buyer pays a payment, or has the card declined. */
  pay(paymentId: string, declined?: string): void {
    const payment = this.books.get(paymentId, 'payment_intent');
    if (declined === undefined) succeed(this.books, payment);
    else decline(this.books, payment, declined);
  }

  /** The buyer pays on a checkout's page. Only then there is a payment; the bank may need longer (`processing`). */
  payCheckout(sessionId: string, status: 'succeeded' | 'processing' = 'succeeded'): string {
    const session = this.books.get(sessionId, 'checkout.session');
    const { line_items: items, payment_intent_data: data } = session['request'] as {
      line_items: { price_data: { unit_amount: string } }[];
      payment_intent_data?: { metadata?: Record<string, string> };
    };
    const payment = openPayment(this.books, {
      amount: Number(items[0]?.price_data.unit_amount),
      customer: session['customer'],
      metadata: data?.metadata ?? {},
    });
    Object.assign(session, { status: 'complete', payment_intent: payment.id, url: null });
    if (status === 'processing') payment['status'] = 'processing';
    else {
      session['payment_status'] = 'paid';
      succeed(this.books, payment);
    }
    this.books.tell('checkout.session.completed', session);
    return payment.id;
  }

  /** Nobody paid on a checkout's page in time. */
  expireCheckout(sessionId: string): void {
    const session = this.books.get(sessionId, 'checkout.session');
    Object.assign(session, { status: 'expired', url: null });
    this.books.tell('checkout.session.expired', session);
  }

  /** A customer saves a card, by default one that works. */
  saveCard(customerId: string, declines?: string): string {
    return this.books.add('pm', 'payment_method', { customer: customerId, declines }).id;
  }

  /** Somebody gives money back in the dashboard. */
  refundInDashboard(paymentId: string, given: { readonly amount?: number; readonly status?: string } = {}): string {
    return refund(this.books, this.books.get(paymentId, 'payment_intent'), given).id;
  }

  /** The bank says what became of a refund. */
  moveRefund(refundId: string, status: 'succeeded' | 'failed' | 'canceled'): void {
    const moved = this.books.get(refundId, 'refund');
    moved['status'] = status;
    if (status !== 'succeeded') {
      const charge = this.books.get(String(moved['charge']), 'charge');
      charge['amount_refunded'] = Number(charge['amount_refunded']) - Number(moved['amount']);
    }
    this.books.tell(status === 'failed' ? 'refund.failed' : 'refund.updated', moved);
  }

  /** A buyer disputes a payment, in part or whole. */
  dispute(paymentId: string, given: { readonly amount?: number; readonly status?: string } = {}): string {
    const payment = this.books.get(paymentId, 'payment_intent');
    const { amount = payment['amount'], status = 'needs_response' } = given;
    const dispute = this.books.add('du', 'dispute', { payment_intent: paymentId, amount, currency: 'usd', status });
    this.books.tell('charge.dispute.created', dispute);
    return dispute.id;
  }

  /** The bank decides a dispute. */
  decideDispute(disputeId: string, status: 'won' | 'lost' | 'warning_closed'): void {
    const dispute = this.books.get(disputeId, 'dispute');
    dispute['status'] = status;
    this.books.tell('charge.dispute.closed', dispute);
  }

  /** Adds a subscription, of whatever version, and tells of it. */
  subscribe(members: Record<string, unknown>): StripeObject {
    const shared = { status: 'active', metadata: {}, cancel_at_period_end: false };
    const subscription = this.books.add('sub', 'subscription', { ...shared, ...members });
    this.books.tell('customer.subscription.created', subscription);
    return subscription;
  }

  /** An event as it would be posted, signed at an instant with one or several secrets. */
  webhook(
    event: unknown,
    secrets: readonly string[],
    atSeconds: number = Math.floor(Date.now() / 1000),
  ): SignedWebhook {
    const payload = typeof event === 'string' ? event : JSON.stringify(event);
    const headers = secrets.map((secret) =>
      Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: atSeconds }),
    );
    const signatures = headers.map((header) => header.slice(header.indexOf(',') + 1));
    return { rawBody: payload, signatureHeader: [`t=${atSeconds}`, ...signatures].join(',') };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const { pathname, search } = new URL(url, this.url);
    const body = await text(request);
    const form = parseForm(method === 'GET' ? search.slice(1) : body);
    const key = request.headers['idempotency-key'];
    const keyed = typeof key === 'string' ? key : undefined;
    this.requests.push({ method, path: pathname, key: keyed, form });
    const fault = this.#faultOf(pathname);
    if (fault === 'timeout') return this.#hang(response);
    const answer =
      fault === 'rate-limit' || fault === 'server-error' ? FAULTS[fault] : this.#answer(request, form, keyed);
    if (fault === 'timeout-after-effect') return this.#hang(response);
    response.writeHead(answer.status, { 'content-type': 'application/json', 'request-id': 'req_stub' });
    response.end(JSON.stringify(answer.body));
  }

  #hang(response: ServerResponse): void {
    this.#hanging.add(response);
  }

  #faultOf(path: string): Fault | undefined {
    const index = this.#faults.findIndex((each) => path.endsWith(each.path));
    return index === -1 ? undefined : this.#faults.splice(index, 1)[0]?.fault;
  }

  /** As Stripe does: the first answer under a key is the answer, and other parameters under it are refused. */
  #answer(request: IncomingMessage, form: Form, key: string | undefined): StoredAnswer {
    const { headers, method = '', url = '' } = request;
    const named = `${method} ${url} ${JSON.stringify(form)}`;
    const flaw = headerFlaw(request);
    if (flaw !== undefined) return refusal(named, flaw);
    if (method === 'POST' && key === undefined) throw new Error(`${url} was asked without a key.`);
    const first = key === undefined ? undefined : this.#answers.get(key);
    if (first !== undefined && first.request !== named) {
      const message = 'Keys for idempotent requests can only be used with the same parameters.';
      return refusal(named, new StripeRefusal(400, { type: 'idempotency_error', message }));
    }
    const answer = first ?? this.#do(named, { method, path: new URL(url, this.url).pathname, form });
    if (key !== undefined) this.#answers.set(key, structuredClone(answer));
    if (headers['content-length'] === undefined && method === 'POST') throw new Error('A form has a length.');
    return answer;
  }

  #do(named: string, asked: { readonly method: string; readonly path: string; readonly form: Form }): StoredAnswer {
    const { form, method, path } = asked;
    try {
      const flaw = method === 'POST' ? shapeFlaw(path, form) : undefined;
      if (flaw !== undefined) {
        throw new StripeRefusal(400, { type: 'invalid_request_error', code: 'parameter_unknown', message: flaw });
      }
      const answer = answerTo(this.books, method, path);
      if (answer === undefined) throw new StripeRefusal(404, { type: 'invalid_request_error', message: `No ${path}` });
      return { request: named, status: 200, body: structuredClone(answer(form)) };
    } catch (error) {
      if (error instanceof StripeRefusal) return refusal(named, error);
      throw error;
    }
  }
}

/** A webhook as it comes in. */
export interface SignedWebhook {
  readonly rawBody: string;
  readonly signatureHeader: string;
}

const FAULTS = {
  'rate-limit': { request: '', status: 429, body: { error: { type: 'invalid_request_error', code: 'rate_limit' } } },
  'server-error': { request: '', status: 500, body: { error: { type: 'api_error', message: 'It failed.' } } },
} as const;

function refusal(request: string, { body, status }: StripeRefusal): StoredAnswer {
  return { request, status, body: { error: structuredClone(body) } };
}

function headerFlaw({ headers, method }: IncomingMessage): StripeRefusal | undefined {
  if (headers.authorization !== `Bearer ${SECRET_KEY}`) {
    return new StripeRefusal(401, { type: 'invalid_request_error', message: 'Invalid API Key provided.' });
  }
  if (!/^\d{4}-\d\d-\d\d\.[a-z]+$/.test(String(headers['stripe-version']))) {
    return new StripeRefusal(400, { type: 'invalid_request_error', message: 'The version is not pinned.' });
  }
  if (method === 'POST' && !String(headers['content-type']).startsWith('application/x-www-form-urlencoded')) {
    return new StripeRefusal(400, { type: 'invalid_request_error', message: 'The body is no form.' });
  }
  return undefined;
}
