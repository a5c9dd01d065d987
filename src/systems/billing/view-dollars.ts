import { sql, type RawBuilder } from 'kysely';

/** Micro-dollars as dollars with all their decimals. */
export function asDollars(micros: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`cast((${micros}) / 1000000.0 as decimal(20, 6))`;
}
