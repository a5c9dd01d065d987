import type { Command, LotState } from '../../../ledger/types.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { UserFacts } from '../queries/load-user.ts';
import type { StoredPurchase } from '../purchases/find-purchase.ts';
import type { BillingCall } from '../writes/billing-call.ts';

/** What came of taking credits back, micro-dollars. */
export interface TakenBack {
  readonly taken: bigint;
  /** Spent, and not owed either. */
  readonly forgiven: bigint;
}

/**
 * Takes the credits of refunded money back: first what is left of the purchase itself, whatever else would be used up before it, then other credits. What is spent is owed below zero or forgiven, as
 * policy says (U-39). The user is locked. Throws the ledger's refusals.
 */
export async function takeBack(
  call: BillingCall,
  user: UserFacts,
  given: { readonly purchase: StoredPurchase; readonly amount: bigint; readonly reason: string; readonly key: string },
): Promise<TakenBack> {
  const { amount, key, purchase, reason } = given;
  const { policy, actor } = call.context;
  const free = user.available > 0n ? user.available : 0n;
  const taken = policy.refundDebt === 'owe' || amount <= free ? amount : free;
  if (taken === 0n) return { taken, forgiven: amount };
  const origin = { accountId: user.accountId, actor, reason };
  const entry = {
    ...origin,
    kind: 'money-refund',
    contra: 'refunds',
    details: { purchase: purchase.id.toString(), returned: amount.toString() },
    ...call.occurredAt,
  };
  const lot = await lotOfPurchase(call, user, purchase);
  const own = lot === undefined || lot.remaining > free ? undefined : lot;
  const commands: Command[] = [];
  const floorLeft = user.available - taken;
  const isBelow = user.floor !== null && floorLeft < user.floor;
  if (isBelow) commands.push({ ...origin, type: 'set-floor', floor: floorLeft, key: `${key}:floor` });
  if (own !== undefined) {
    commands.push({ ...entry, type: 'void-lot', lotSeq: own.seq, key: `${key}:lot` });
    // A lot is voided whole; what of it was not refunded comes back on its own terms.
    if (own.remaining > taken) commands.push(backOnItsTerms(entry, own, { amount: own.remaining - taken, key }));
  }
  const rest = taken - (own === undefined ? 0n : own.remaining);
  if (rest > 0n) commands.push({ ...entry, type: 'post', amount: -rest, key: `${key}:rest` });
  if (isBelow) commands.push({ ...origin, type: 'set-floor', floor: user.floor, key: `${key}:floor-again` });
  await call.ledger.executeOrThrow(commands);
  return { taken, forgiven: amount - taken };
}

function backOnItsTerms(
  entry: Pick<Extract<Command, { type: 'grant-lot' }>, 'accountId' | 'actor' | 'kind' | 'contra'>,
  { expiresAt, funding, priority }: LotState,
  { amount, key }: { readonly amount: bigint; readonly key: string },
): Command {
  const expiry = expiresAt === null ? {} : { expiresAt };
  return { ...entry, type: 'grant-lot', amount, funding, priority, key: `${key}:kept`, ...expiry };
}

/** What is left of a purchase's own lot: of the entry that settled it here, or that carried it. */
async function lotOfPurchase(
  call: BillingCall,
  user: UserFacts,
  { purchase_key: source, entry_key: key }: StoredPurchase,
): Promise<LotState | undefined> {
  const rows = await billingTables(call.trx)
    .selectFrom('carryover_entries')
    .select('seq')
    .where('account_id', '=', user.accountId)
    .where(({ or, eb }) => or([eb('idempotency_key', '=', key ?? source), eb('source', '=', source)]))
    .execute();
  const seqs = new Set(rows.map(({ seq }) => seq));
  return user.lots.find(({ seq }) => seqs.has(seq));
}
