import type { BillingContext } from '../writes/billing-call.ts';

/**
 * The context as the application's own server has it. For what follows from a call that was allowed already, or from what the
 * provider itself says: whoever called stays the actor.
 */
export function asServer(context: BillingContext): BillingContext {
  const { role: _role, ...server } = context;
  return server;
}
