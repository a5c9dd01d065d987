import { defineUnit, formatAmount, parseAmount, type Unit } from '../../base/amounts.ts';

/** Micro-dollars: usage costs fractions of a cent (U-19). */
export const usd: Unit = defineUnit('usd', 6);

/** Micro-dollars of a decimal text that a policy has checked. */
export function micros(text: string): bigint {
  return parseAmount(text, usd);
}

/** Micro-dollars as a decimal text. */
export function dollars(amount: bigint): string {
  return formatAmount(amount, usd);
}
