import { CarryoverError, isError } from '../../../base/errors.ts';
import { paymentDeclined, providerObjectUnknown, requestRefused } from '../../../payments/payment-errors.ts';
import type { ProviderRefund } from '../../../payments/provider-objects.ts';
import type { StripeGateway } from '../../../payments/stripe-gateway.ts';
import { resolveRefund } from '../operations/resolve-refund.ts';
import type { StoredRefund } from '../refunds/money-refund.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { asServer } from './as-server.ts';
import { centsOf } from './cents.ts';
import { METADATA, providerKey, refundMark, refundMetadata } from './marks.ts';
import { nameRefund } from './stored-refunds.ts';

/** What came of sending a refund. */
export interface SentRefund {
  /** `pending`: the money is on its way, or the provider has not answered; it is asked again. */
  readonly status: 'pending' | 'succeeded' | 'failed';
  /** Why it failed, or is still open; null where the provider has taken it. */
  readonly failure: CarryoverError<object> | null;
}

/**
 * Sends the money of a refund that was written down as pending, and writes down what became of it: once, under a key of its own,
 * and looking first whether an earlier try, whose answer was lost, did it. Only an answer that the provider will not do it gives
 * the credits back; silence leaves the refund pending. Throws what is no answer of the provider.
 */
export async function sendRefund(
  gateway: StripeGateway,
  context: BillingContext,
  given: { readonly refund: StoredRefund; readonly paymentId: string },
): Promise<SentRefund> {
  const { paymentId, refund } = given;
  const before = await asked(() => sentBefore(gateway, refund, paymentId));
  // Whatever keeps the list from being read says nothing about an earlier try, so nothing is known.
  if ('failure' in before) return { status: 'pending', failure: before.failure };
  const sent = before.answer === undefined ? await asked(() => send(gateway, refund, paymentId)) : before;
  if ('failure' in sent) {
    if (!isFinal(sent.failure)) return { status: 'pending', failure: sent.failure };
    await resolve(context, { refund, outcome: 'failed' });
    return { status: 'failed', failure: sent.failure };
  }
  const { answer } = sent as { readonly answer: ProviderRefund };
  await nameRefund(context, refund.id, answer.id);
  if (answer.status !== 'pending') await resolve(context, { refund, outcome: answer.status, name: answer.id });
  return { status: answer.status, failure: null };
}

/** What the provider answered, or why it did not; other errors are thrown. */
async function asked<T>(
  request: () => Promise<T>,
): Promise<{ readonly answer: T } | { readonly failure: CarryoverError<object> }> {
  try {
    return { answer: await request() };
  } catch (error) {
    if (!(error instanceof CarryoverError) || !error.code.startsWith('PAYMENTS_')) throw error;
    return { failure: error as CarryoverError<object> };
  }
}

/** A key is forgotten by the provider after a day, a mark is not. */
async function sentBefore(
  gateway: StripeGateway,
  refund: StoredRefund,
  paymentId: string,
): Promise<ProviderRefund | undefined> {
  const mark = refundMark(refund);
  return (await gateway.refundsOfPayment(paymentId)).find(({ metadata }) => metadata[METADATA.mark] === mark);
}

async function send(gateway: StripeGateway, refund: StoredRefund, paymentId: string): Promise<ProviderRefund> {
  const amount = centsOf(refund.amount);
  if (amount === undefined) {
    const found = 'an amount with a part of a cent';
    throw new CarryoverError(requestRefused, { attempt: 'create the refund', found });
  }
  const key = providerKey('refund', refundMark(refund));
  return gateway.createRefund({ key, paymentId, amount, metadata: refundMetadata(refund) });
}

/** The provider has said that it is not done and will not be. */
function isFinal(error: CarryoverError<object>): boolean {
  return isError(error, requestRefused) || isError(error, paymentDeclined) || isError(error, providerObjectUnknown);
}

async function resolve(
  context: BillingContext,
  given: { readonly refund: StoredRefund; readonly outcome: 'succeeded' | 'failed'; readonly name?: string },
): Promise<void> {
  const { name, outcome, refund } = given;
  const refundId = refund.id.toString();
  await resolveRefund.run(asServer(context), {
    key: `stripe:resolve:${refundId}:${outcome}`,
    refundId,
    outcome,
    ...(name === undefined ? {} : { providerReference: name }),
  });
}
