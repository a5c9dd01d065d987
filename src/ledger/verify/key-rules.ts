import { sql, type RawBuilder } from 'kysely';
import type { Breach } from './breach.ts';
import { breachesOf, table, within, type VerifyContext } from './verify-context.ts';

interface KeyRow {
  readonly account_id: bigint;
  readonly idempotency_key: string;
  readonly place: string;
}

/**
 * `key-used-twice`: a key stands for one command of its account. Within a table the database sees to it; here across tables. A
 * capture's key stands on its entry and on its hold.
 */
export function checkKeys(context: VerifyContext): Promise<Breach[]> {
  const pairs: RawBuilder<unknown>[] = [
    pair(context, { one: 'holds', key: 'idempotency_key', other: 'entries', otherKey: 'idempotency_key' }),
    pair(context, { one: 'holds', key: 'idempotency_key', other: 'audit', otherKey: 'idempotency_key' }),
    pair(context, { one: 'holds', key: 'resolution_key', other: 'audit', otherKey: 'idempotency_key' }),
    pair(context, { one: 'holds', key: 'resolution_key', other: 'holds', otherKey: 'idempotency_key' }),
    pair(context, { one: 'audit', key: 'idempotency_key', other: 'entries', otherKey: 'idempotency_key' }),
    sql`${pair(context, { one: 'holds', key: 'resolution_key', other: 'entries', otherKey: 'idempotency_key' })}
      and one.status <> 'captured'`,
  ];
  const select = sql<KeyRow>`${sql.join(pairs, sql` union all `)}`;
  return breachesOf(context, select, (row) => ({
    rule: 'key-used-twice',
    table: row.place,
    accountId: row.account_id,
    key: row.idempotency_key,
    found: 'a key that stands for something else too',
    expected: 'one command under a key',
  }));
}

interface Pair {
  readonly one: string;
  readonly key: string;
  readonly other: string;
  readonly otherKey: string;
}

function pair(context: VerifyContext, { one, key, other, otherKey }: Pair): RawBuilder<unknown> {
  const mine = sql.raw(`one.${key}`);
  return sql`select one.account_id, ${mine} as idempotency_key, ${context.expressions.text(sql`${sql.lit(one)}`)} as place
    from ${table(one)} as one join ${table(other)} as other
      on other.account_id = one.account_id and other.${sql.raw(otherKey)} = ${mine}
    where ${within(context, 'one.account_id')}`;
}
