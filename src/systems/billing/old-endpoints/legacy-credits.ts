import { sql, type RawBuilder } from 'kysely';
import type { ColumnInfo } from '../../../sql/contract/introspection.ts';
import type { Handle, Trx } from '../../../sql/engine.ts';
import type { Instant } from '../../../base/instant.ts';
import { decimal, describe, smallestPart, stored, type BillingWrite, type Described } from '../live/told-tables.ts';
import { insertLegacy } from '../live/write-legacy.ts';
import type { BillingCall, BillingContext } from '../writes/billing-call.ts';

/** What the application's own row of a user's credits says, micro-dollars. */
export interface LegacyCredits {
  readonly balance: bigint;
  readonly purchased: bigint;
  readonly used: bigint;
}

/** What the old endpoint was told of some usage. */
export interface OldUsage {
  /** Micro-dollars, more than zero. */
  readonly amount: bigint;
  readonly description: string;
  readonly threadId: string | null;
  readonly messageId: string | null;
  readonly at: Instant;
}

/** The user's row as the application keeps it; zeros where there is none, as the application has it. */
export async function readLegacyCredits(
  context: BillingContext,
  handle: Handle,
  userId: string,
): Promise<LegacyCredits> {
  const write = legacyIn(context, handle as Trx);
  const table = await describe(write, 'credit_balance');
  const column = (name: string): RawBuilder<bigint> => {
    const info = table.mapped.get(name);
    const { int64, minorUnits } = context.database.dialect.expressions;
    return info === undefined ? int64(sql.lit(0)) : minorUnits(sql.ref(info.name), 6);
  };
  const { rows } = await sql<LegacyCredits>`
    select ${column('balance_dollars')} as balance, ${column('total_purchased')} as purchased, ${column('total_used')} as used
    from ${sql.table(table.physical)} where ${ofUser(write, table, userId)}`.execute(handle);
  return rows[0] ?? { balance: 0n, purchased: 0n, used: 0n };
}

/**
 * Takes credits as the application's own function did: less in its row, one more row of usage, and false where there is not enough. Runs in
 * the call's transaction, whose lock on the account keeps a switch away; the triggers of a cutover tell the ledger of it.
 */
export async function takeFromLegacy(call: BillingCall, userId: string, usage: OldUsage): Promise<boolean> {
  const write = legacyIn(call.context, call.trx);
  const amount = roundedTo(await smallestPart(write, 'credit_balance', 'balance_dollars'), usage.amount);
  const table = await describe(write, 'credit_balance');
  const balance = sql.ref(named(table, 'balance_dollars').name);
  const used = table.mapped.get('total_used');
  const updated = table.mapped.get('last_updated');
  const sets = [
    sql`${balance} = ${balance} - ${decimal(amount)}`,
    ...(used === undefined
      ? []
      : [sql`${sql.ref(used.name)} = coalesce(${sql.ref(used.name)}, 0) + ${decimal(amount)}`]),
    ...(updated === undefined ? [] : [sql`${sql.ref(updated.name)} = ${stored(write, updated, { at: usage.at })}`]),
  ];
  const { numAffectedRows } = await sql`update ${sql.table(table.physical)} set ${sql.join(sets)}
    where ${ofUser(write, table, userId)} and ${balance} >= ${decimal(amount)}`.execute(call.trx);
  if ((numAffectedRows ?? 0n) === 0n) return false;
  await insertLegacy(
    write,
    { table: 'credit_usage', userId },
    {
      amount_dollars: { micros: amount },
      usage_type: { text: 'token_overage' },
      description: { text: usage.description },
      thread_id: { text: usage.threadId },
      message_id: { text: usage.messageId },
      created_at: { at: usage.at },
    },
  );
  return true;
}

/** Where the legacy tables of a call are reached: inside its transaction. */
function legacyIn({ database, legacy, legacySchema }: BillingContext, trx: Trx): BillingWrite {
  return { database, trx, source: legacy, legacy: legacySchema, entries: [] };
}

function ofUser(write: BillingWrite, table: Described, userId: string): RawBuilder<boolean> {
  const user = named(table, 'user_id');
  return sql<boolean>`${sql.ref(user.name)} = ${stored(write, user, { text: userId })}`;
}

function named({ mapped, physical }: Described, name: string): ColumnInfo {
  const info = mapped.get(name);
  if (info === undefined) throw new Error(`The legacy table ${physical} has no ${name}.`);
  return info;
}

/** As the application's columns round: to the nearest part they hold, halves up. */
function roundedTo(part: bigint, amount: bigint): bigint {
  return ((amount + part / 2n) / part) * part;
}
