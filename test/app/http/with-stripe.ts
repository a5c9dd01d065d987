import type { CarryoverConfig } from '../../../src/app/config.ts';
import type { StripeStub } from '../../support/stripe-stub/stripe-stub.ts';

/** Both systems, everybody may buy, and a Stripe of their own. */
export function withStripe(stub: StripeStub): Partial<CarryoverConfig> {
  const stripe = {
    apiBase: stub.url,
    successUrl: 'https://app.test/paid',
    cancelUrl: 'https://app.test/cart',
    returnUrl: 'https://app.test/account',
    networkRetriesMax: 0,
  };
  return {
    payments: { stripe },
    systems: { tuition: {}, billing: { policy: { purchases: { allowed: 'everybody' } } } },
  };
}
