import { formatActor } from '../../base/actor.ts';
import type { Instant } from '../../base/instant.ts';
import { appendEntry } from './append-entry.ts';
import { drawLots } from './draw-lots.ts';
import type { WorkingAccount, WorkingLot } from './working-set.ts';

/** What keys of expiry entries begin with. No command may use it, or a fact could be kept out by a key that is taken. */
export const EXPIRY_KEY_PREFIX = 'expiry:';

const EXPIRY_ACTOR: string = formatActor({ kind: 'system', id: 'ledger' });

/**
 * Takes what remains of expired lots, soonest expiry first, as far as open holds leave it free: a hold was promised that
 * its amount can be captured. What a hold pins is taken when the hold is resolved, by calling this again.
 * `lots` are in expiry order; `occurredAt` is when their value became free to be taken.
 */
export function expireLots(account: WorkingAccount, lots: readonly WorkingLot[], occurredAt: Instant): void {
  for (const lot of lots) {
    const free = account.balance - account.held;
    if (free <= 0n) return;
    const amount = free < lot.remaining ? free : lot.remaining;
    if (amount > 0n) expirePart(account, { lot, amount, occurredAt });
  }
}

function expirePart(account: WorkingAccount, part: { lot: WorkingLot; amount: bigint; occurredAt: Instant }): void {
  const { lot, amount, occurredAt } = part;
  const entry = appendEntry(account, {
    amount: -amount,
    counterpart: { contra: 'expired' },
    origin: {
      kind: 'expiry',
      key: expiryKey(lot, account.seq + 1n),
      contentHash: null,
      reason: null,
      actor: EXPIRY_ACTOR,
      details: null,
      occurredAt,
      reversesSeq: null,
    },
  });
  drawLots(account, entry, lot);
}

/**
 * `expiry:<lot>` for a lot that nothing was taken from before, `expiry:<lot>:<seq of this entry>` for any other. Neither can
 * be taken: a lot that lost a part by expiry is never whole again, because an expiry cannot be reversed, and a seq is
 * used once. A count of parts would have to be read from the entries, and a wrong count would stop the account for good.
 */
function expiryKey(lot: WorkingLot, entrySeq: bigint): string {
  const first = `${EXPIRY_KEY_PREFIX}${lot.seq}`;
  return lot.remaining === lot.amount ? first : `${first}:${entrySeq}`;
}
