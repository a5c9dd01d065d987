import { sql } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import { aliased, columnsOf, isOneOf } from '../../legacy-pieces.ts';
import { SCALE } from '../read-legacy.ts';
import { describe, stored, type BillingWrite } from './told-tables.ts';

/** A grant period of a user. */
export interface UserPeriod {
  readonly userId: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

/**
 * How far the costs of a period's messages reach what was charged as overage, micro-dollars. Below zero a further cost does not lower what is left of the allowance, since the application takes it for what was charged already.
 */
export async function costsBeyondOverage(write: BillingWrite, period: UserPeriod): Promise<bigint> {
  const cost = await sumWithin(write, period, { table: 'usage_messages', column: 'cost' });
  if (!write.source.has('credit_usage', 'usage_type')) return cost;
  return cost - (await sumWithin(write, period, { table: 'credit_usage', column: 'amount_dollars' }));
}

async function sumWithin(
  write: BillingWrite,
  { userId, startsAt, endsAt }: UserPeriod,
  { table, column }: { readonly table: 'credit_usage' | 'usage_messages'; readonly column: string },
): Promise<bigint> {
  const { source } = write;
  const { instant, instantOf, minorUnits } = source.expressions;
  const { mapped } = await describe(write, table);
  const user = mapped.get('user_id');
  if (user === undefined) throw new Error(`The legacy table ${table} has no user.`);
  const u = columnsOf(source, { alias: 'u', table });
  const at = instantOf(u('created_at'));
  const ofKind = table === 'credit_usage' ? isOneOf(source, u('usage_type'), ['token_overage']) : sql<boolean>`1 = 1`;
  const { rows } = await sql<{ n: bigint | null }>`
    select ${minorUnits(sql`sum(${u(column)})`, SCALE)} as n from ${aliased(source, { alias: 'u', table })}
    where ${u('user_id')} = ${stored(write, user, { text: userId })} and ${at} >= ${instant(startsAt)} and ${at} < ${instant(endsAt)}
      and ${u(column)} > 0 and ${ofKind}`.execute(write.trx);
  return rows[0]?.n ?? 0n;
}
