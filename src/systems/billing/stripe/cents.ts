import { CarryoverError } from '../../../base/errors.ts';
import { CURRENCY } from '../../../payments/provider-requests.ts';
import { dollars } from '../money.ts';
import { paymentMismatch } from './stripe-errors.ts';

const MICROS_PER_CENT = 10_000n;

/** Whole cents of micro-dollars; undefined where a part of a cent is left, which nobody can pay. */
export function centsOf(micros: bigint): bigint | undefined {
  return micros % MICROS_PER_CENT === 0n ? micros / MICROS_PER_CENT : undefined;
}

/** Micro-dollars of whole cents. */
export function microsOfCents(cents: bigint): bigint {
  return cents * MICROS_PER_CENT;
}

/** A decimal text of dollars of whole cents. */
export function dollarsOfCents(cents: bigint): string {
  return dollars(microsOfCents(cents));
}

/** Throws `BILLING_PAYMENT_MISMATCH` for money that is no dollars: 25 yen must not become 25 cents of credit. */
export function requireDollars(
  what: string,
  { currency, id }: { readonly currency: string; readonly id: string },
): void {
  if (currency === CURRENCY) return;
  throw new CarryoverError(paymentMismatch, { what, id, found: `the currency ${currency}`, expected: CURRENCY });
}
