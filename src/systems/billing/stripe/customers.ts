import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { isError } from '../../../base/errors.ts';
import { providerObjectUnknown } from '../../../payments/payment-errors.ts';
import type { StripeGateway } from '../../../payments/stripe-gateway.ts';
import type { Handle } from '../../../sql/engine.ts';
import { loadUser } from '../queries/load-user.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { METADATA, providerKey } from './marks.ts';
import { CUSTOMERS_TABLE, type StripeCustomersTable } from './schema.ts';

function customers(handle: Handle): Kysely<{ [CUSTOMERS_TABLE]: StripeCustomersTable }> {
  return handle.withTables<{ [CUSTOMERS_TABLE]: StripeCustomersTable }>();
}

/** Whose a customer is; undefined where nothing has said so. */
export async function userOfCustomer({ database }: BillingContext, customerId: string): Promise<string | undefined> {
  const row = await customers(database.handle)
    .selectFrom(CUSTOMERS_TABLE)
    .select('user_id')
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  return row?.user_id;
}

/** Writes down whose a customer is. The first to say so is right: a customer never becomes somebody else's. */
export async function linkCustomer(
  { database }: BillingContext,
  { customerId, userId }: { readonly customerId: string; readonly userId: string },
): Promise<void> {
  const { statements, expressions } = database.dialect;
  const row = statements.rows('c', {
    columns: { customer_id: 'text', user_id: 'text' },
    rows: [[customerId, userId]],
  });
  await database.write((trx) =>
    statements.insertIfAbsent(trx, {
      table: CUSTOMERS_TABLE,
      columns: ['customer_id', 'user_id', 'linked_at'],
      source: sql`select c.customer_id, c.user_id, ${expressions.now()} from ${row}`,
      conflict: ['customer_id'],
    }),
  );
}

/**
 * The customer that somebody is at the provider: the one last linked, else that of the subscription, as carried users have one;
 * undefined for none.
 */
export async function findCustomer(
  gateway: StripeGateway,
  context: BillingContext,
  userId: string,
): Promise<string | undefined> {
  const { database } = context;
  const { row } = await loadUser(database, database.handle, userId);
  const linked = await customers(database.handle)
    .selectFrom(CUSTOMERS_TABLE)
    .select('customer_id')
    .where('user_id', '=', userId)
    .orderBy('linked_at', 'desc')
    .orderBy('customer_id')
    .limit(1)
    .executeTakeFirst();
  if (linked !== undefined) return linked.customer_id;
  if (row.subscription_id === null) return undefined;
  const customerId = await customerOfSubscription(gateway, row.subscription_id);
  if (customerId !== undefined) await linkCustomer(context, { customerId, userId });
  return customerId;
}

/** As `findCustomer`, and makes one where there is none. Throws `BILLING_USER_UNKNOWN`. */
export async function ensureCustomer(gateway: StripeGateway, context: BillingContext, userId: string): Promise<string> {
  const found = await findCustomer(gateway, context, userId);
  if (found !== undefined) return found;
  const { accountId } = await loadUser(context.database, context.database.handle, userId);
  const key = providerKey('customer', userId, accountId.toString());
  const customerId = await gateway.createCustomer({ key, metadata: { [METADATA.user]: userId } });
  await linkCustomer(context, { customerId, userId });
  return customerId;
}

/** A subscription of the other mode (test, live), or of another account, has no customer here. */
async function customerOfSubscription(gateway: StripeGateway, subscriptionId: string): Promise<string | undefined> {
  try {
    return (await gateway.subscription(subscriptionId)).customerId;
  } catch (error) {
    if (isError(error, providerObjectUnknown)) return undefined;
    throw error;
  }
}
