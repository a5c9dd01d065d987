import type { Form } from './form.ts';
import { recordIn, StripeRefusal, textIn, type StripeBooks, type StripeObject } from './stripe-books.ts';

/** What Stripe does when it is asked for something. */
export function answerTo(books: StripeBooks, method: string, path: string): ((form: Form) => unknown) | undefined {
  const [, kind, id, action] =
    /^\/v1\/(checkout\/sessions|billing_portal\/sessions|[a-z_]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
  if (kind === undefined) return undefined;
  if (method === 'POST' && id === undefined) return CREATE[kind]?.bind(undefined, books);
  if (method === 'POST' && action === 'cancel') return () => cancelPayment(books, id ?? '');
  if (method === 'POST' && kind === 'subscriptions') return (form) => changeSubscription(books, id ?? '', form);
  if (method === 'GET' && kind === 'customers' && action === 'payment_methods')
    return () => page(books.list('payment_method', { customer: id }));
  if (method === 'GET' && kind === 'refunds' && id === undefined) return (form) => refundPage(books, form);
  const object = OBJECTS[kind];
  return method === 'GET' && object !== undefined && id !== undefined ? () => books.get(id, object) : undefined;
}

const OBJECTS: Readonly<Record<string, string>> = {
  customers: 'customer',
  payment_intents: 'payment_intent',
  'checkout/sessions': 'checkout.session',
  subscriptions: 'subscription',
  refunds: 'refund',
  charges: 'charge',
  disputes: 'dispute',
};

const CREATE: Readonly<Record<string, (books: StripeBooks, form: Form) => unknown>> = {
  customers: (books, form) =>
    books.add('cus', 'customer', {
      metadata: recordIn(form, 'metadata'),
      invoice_settings: { default_payment_method: null },
    }),
  payment_intents: createPayment,
  'checkout/sessions': createSession,
  'billing_portal/sessions': (books, form) => {
    books.get(textIn(form, 'customer'), 'customer');
    return books.add('bps', 'billing_portal.session', { url: 'https://billing.stripe.test/session' });
  },
  refunds: createRefund,
};

function page(data: readonly StripeObject[]): Record<string, unknown> {
  return { object: 'list', data, has_more: false, url: '/v1/list' };
}

/** Two to a page, so that whoever reads only the first page is found out. */
function refundPage(books: StripeBooks, form: Form): Record<string, unknown> {
  const all = books.list('refund', { payment_intent: form['payment_intent'] });
  const from = form['starting_after'] === undefined ? 0 : all.findIndex(({ id }) => id === form['starting_after']) + 1;
  return { ...page(all.slice(from, from + 2)), has_more: all.length > from + 2, url: '/v1/refunds' };
}

/** A payment that waits for the buyer. */
export function openPayment(books: StripeBooks, members: Record<string, unknown>): StripeObject {
  return books.add('pi', 'payment_intent', {
    currency: 'usd',
    amount_received: 0,
    status: 'requires_payment_method',
    client_secret: 'pi_secret_test',
    customer: null,
    latest_charge: null,
    last_payment_error: null,
    metadata: {},
    ...members,
  });
}

function createPayment(books: StripeBooks, form: Form): StripeObject {
  const customer = textIn(form, 'customer');
  books.get(customer, 'customer');
  const payment = openPayment(books, {
    amount: Number(textIn(form, 'amount')),
    customer,
    metadata: recordIn(form, 'metadata'),
  });
  if (form['confirm'] !== 'true') return payment;
  const method = books.get(textIn(form, 'payment_method'), 'payment_method');
  const declines = method['declines'];
  if (typeof declines !== 'string') return succeed(books, payment);
  decline(books, payment, declines);
  const error = {
    type: 'card_error',
    code: 'card_declined',
    decline_code: declines,
    message: 'Your card was declined.',
  };
  throw new StripeRefusal(402, { ...error, payment_intent: payment });
}

/** The money of a payment has come. */
export function succeed(books: StripeBooks, payment: StripeObject): StripeObject {
  const { amount, id } = payment;
  const charge = books.add('ch', 'charge', {
    payment_intent: id,
    amount,
    amount_refunded: 0,
    currency: payment['currency'],
  });
  Object.assign(payment, { status: 'succeeded', amount_received: amount, latest_charge: charge.id });
  books.tell('payment_intent.succeeded', payment);
  return payment;
}

/** The bank does not let a payment through. */
export function decline(books: StripeBooks, payment: StripeObject, reason: string): void {
  payment['last_payment_error'] = { type: 'card_error', code: 'card_declined', decline_code: reason };
  books.tell('payment_intent.payment_failed', payment);
}

function cancelPayment(books: StripeBooks, id: string): StripeObject {
  const payment = books.get(id, 'payment_intent');
  if (payment['status'] === 'succeeded') {
    throw new StripeRefusal(400, {
      type: 'invalid_request_error',
      code: 'payment_intent_unexpected_state',
      message: 'It succeeded.',
    });
  }
  payment['status'] = 'canceled';
  books.tell('payment_intent.canceled', payment);
  return payment;
}

function createSession(books: StripeBooks, form: Form): StripeObject {
  books.get(textIn(form, 'customer'), 'customer');
  const mode = textIn(form, 'mode');
  const session = books.add('cs', 'checkout.session', {
    mode,
    status: 'open',
    payment_status: 'unpaid',
    // As Stripe has it since 2022: the payment is made when the buyer pays.
    payment_intent: null,
    subscription: null,
    customer: textIn(form, 'customer'),
    metadata: recordIn(form, 'metadata'),
    request: form,
  });
  return Object.assign(session, { url: `https://checkout.stripe.test/${session.id}` });
}

function createRefund(books: StripeBooks, form: Form): StripeObject {
  const payment = books.get(textIn(form, 'payment_intent'), 'payment_intent');
  const amount = form['amount'] === undefined ? undefined : Number(form['amount']);
  return refund(books, payment, { metadata: recordIn(form, 'metadata'), ...(amount === undefined ? {} : { amount }) });
}

/** Sends money of a payment back: all that is left of it, where no amount is given. */
export function refund(
  books: StripeBooks,
  payment: StripeObject,
  given: { readonly amount?: number; readonly status?: string; readonly metadata?: Record<string, string> },
): StripeObject {
  const charge = books.get(String(payment['latest_charge']), 'charge');
  const left = Number(charge['amount']) - Number(charge['amount_refunded']);
  const { amount = left, metadata = {}, status = 'succeeded' } = given;
  if (amount > left || left === 0) {
    const code = left === 0 ? 'charge_already_refunded' : undefined;
    throw new StripeRefusal(400, { type: 'invalid_request_error', code, param: 'amount', message: 'Too much.' });
  }
  const made = books.add('re', 'refund', {
    payment_intent: payment.id,
    charge: charge.id,
    amount,
    currency: charge['currency'],
    status,
    metadata,
  });
  charge['amount_refunded'] = Number(charge['amount_refunded']) + amount;
  books.tell('refund.created', made);
  books.tell('charge.refunded', charge);
  return made;
}

function changeSubscription(books: StripeBooks, id: string, form: Form): StripeObject {
  const subscription = books.get(id, 'subscription');
  subscription['cancel_at_period_end'] = form['cancel_at_period_end'] === 'true';
  books.tell('customer.subscription.updated', subscription);
  return subscription;
}
