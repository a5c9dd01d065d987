import { Stripe } from 'stripe';
import { CarryoverError } from '../base/errors.ts';
import {
  paymentDeclined,
  providerKeyReused,
  providerObjectUnknown,
  providerUnavailable,
  requestRefused,
} from './payment-errors.ts';

/**
 * Says what a failure of the SDK means, by its class and codes and never by its text, which may name the buyer:
 * `PAYMENTS_PROVIDER_UNAVAILABLE` for what may succeed later, be it done already or not; `PAYMENTS_DECLINED`;
 * `PAYMENTS_KEY_REUSED`; `PAYMENTS_OBJECT_UNKNOWN`; `PAYMENTS_REQUEST_REFUSED` for all that asking again does not help. Other
 * errors come back as they are.
 */
export function explainProviderFailure(attempt: string, error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  const { code, statusCode } = error;
  if (error instanceof Stripe.errors.StripeCardError) {
    const paymentId = error.payment_intent?.id ?? null;
    return new CarryoverError(paymentDeclined, {
      attempt,
      reason: error.decline_code ?? code ?? 'declined',
      paymentId,
    });
  }
  const unavailable = unavailableOf(error);
  if (unavailable !== undefined) return new CarryoverError(providerUnavailable, { attempt, found: unavailable });
  if (error instanceof Stripe.errors.StripeIdempotencyError) return new CarryoverError(providerKeyReused, { attempt });
  if (code === 'resource_missing' && statusCode === 404) return new CarryoverError(providerObjectUnknown, { attempt });
  const named = [code, error.param].filter((part) => part !== undefined && part !== '');
  const found = [`status ${statusCode ?? 'unknown'}`, ...named].join(', ');
  return new CarryoverError(requestRefused, { attempt, found });
}

function unavailableOf(error: InstanceType<typeof Stripe.errors.StripeError>): string | undefined {
  const { code, statusCode } = error;
  if (error instanceof Stripe.errors.StripeConnectionError) return 'without an answer';
  if (error instanceof Stripe.errors.StripeRateLimitError || statusCode === 429) return 'limiting requests';
  // Another process is asking under the same key right now, or holds the object.
  if (statusCode === 409 || code === 'lock_timeout' || code === 'idempotency_key_in_use') return 'at work on it';
  if (error instanceof Stripe.errors.StripeAPIError || (statusCode ?? 0) >= 500)
    return `failing (status ${statusCode ?? 'unknown'})`;
  return undefined;
}
