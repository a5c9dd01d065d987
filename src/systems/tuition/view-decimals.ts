import { sql, type RawBuilder } from 'kysely';
import type { TuitionPolicy } from './policy.ts';

/** Minor units as the decimal that the school's own columns hold. */
export function asDecimal(policy: TuitionPolicy, minorUnits: RawBuilder<unknown>): RawBuilder<unknown> {
  return withDecimals(policy, sql`(${minorUnits} / ${sql.raw(`${10 ** policy.currencyScale}.0`)})`);
}

/** An amount with the currency's decimals. */
export function withDecimals(policy: TuitionPolicy, amount: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`cast(${amount} as decimal(20, ${sql.lit(policy.currencyScale)}))`;
}
