import type { Instant } from '../../base/instant.ts';
import { expireLots } from './expire-lots.ts';
import { compareExpiryOrder } from './lot-order.ts';
import type { WorkingAccount, WorkingHold, WorkingLot } from './working-set.ts';

/**
 * Brings an account to the present: holds whose expiry has come free their amount and expired lots lose what remains.
 * Both are facts, so this happens whether or not the command that touched the account is then refused.
 *
 * Events are taken in the order in which they fell due, each with the holds that were open then: a lot that a hold pinned
 * until later expires later. So the entries are the same whether the account was touched at each event or once after all.
 * An account under legacy authority is left alone, because its balance is decided elsewhere.
 *
 * Once per account and batch is enough: a batch has one now, and nothing that it makes may expire by then.
 */
export function touch(account: WorkingAccount): void {
  const { now } = account.work;
  if (account.touched) return;
  account.touched = true;
  if (account.authority === 'legacy' || (account.held === 0n && account.lots.size === 0)) return;
  const holds = dueHolds(account, now);
  const lots = dueLots(account, now);
  for (const at of instantsOf(holds, lots)) {
    // Holds first: value whose hold ends at the very instant its lot expires is free to expire.
    for (const hold of holds) if (hold.expiresAt.compare(at) === 0) expireHold(account, hold);
    while (lots[account.lotsExpired.length]?.expiresAt.compare(at) === 0) {
      account.lotsExpired.push(lots[account.lotsExpired.length] as WorkingLot);
    }
    expireLots(account, account.lotsExpired, at);
  }
}

/** Takes what a command has freed of lots that expired before. Called after each command, on each account it changed. */
export function takeFreed(account: WorkingAccount): void {
  if (account.lotsExpired.length > 0) expireLots(account, account.lotsExpired, account.work.now);
}

type Due<T> = T & { readonly expiresAt: Instant };

function dueHolds(account: WorkingAccount, now: Instant): Due<WorkingHold>[] {
  return [...account.holds.values()]
    .filter((hold): hold is Due<WorkingHold> => hold.status === 'open' && isDue(hold.expiresAt, now))
    .toSorted((a, b) => a.expiresAt.compare(b.expiresAt) || (a.key < b.key ? -1 : 1));
}

/** Spent lots are among them: a reversal of this batch may fill one again, and then it loses that at once. */
function dueLots(account: WorkingAccount, now: Instant): Due<WorkingLot>[] {
  return account.lotsInDrawOrder
    .filter((lot): lot is Due<WorkingLot> => isDue(lot.expiresAt, now))
    .toSorted(compareExpiryOrder);
}

function isDue(expiresAt: Instant | null, now: Instant): boolean {
  return expiresAt !== null && !now.isBefore(expiresAt);
}

function instantsOf(...due: readonly (readonly { readonly expiresAt: Instant }[])[]): Instant[] {
  const sorted = due
    .flat()
    .map(({ expiresAt }) => expiresAt)
    .toSorted((a, b) => a.compare(b));
  return sorted.filter((at, index) => index === 0 || sorted[index - 1]?.compare(at) !== 0);
}

function expireHold(account: WorkingAccount, hold: Due<WorkingHold>): void {
  hold.status = 'expired';
  hold.resolvedAt = hold.expiresAt;
  account.held -= hold.amount;
}
