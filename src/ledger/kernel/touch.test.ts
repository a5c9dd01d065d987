import { describe, expect, it } from 'vitest';
import { ledgerBreaches } from '../../../test/model/ledger-breaches.ts';
import {
  account,
  hold,
  lot,
  minutes,
  newAccount,
  NOW,
  post,
  sample,
  snapshot,
  verdictOf,
} from '../../../test/model/kernel-samples.ts';
import { MemoryLedger } from '../../../test/model/memory-ledger.ts';
import type { Command } from '../types.ts';
import { decide } from './decide.ts';
import { touchedNow } from './touched-now.ts';

const lotted = newAccount({ lotted: true });
const freeze = sample.freeze({ key: 'touch' });

/** Entries as `amount kind key minutes-after-now`. */
function linesOf(ledger: MemoryLedger): string[] {
  return ledger
    .entriesOf(1n)
    .map(
      (entry) =>
        `${entry.amount} ${entry.kind} ${entry.key} ${(entry.occurredAt.epochMicros - NOW.epochMicros) / 60_000_000n}`,
    );
}

function grant(key: string, amount: bigint, expiresAfterMinutes: number): Command {
  return sample['grant-lot']({ key, amount, expiresAt: minutes(expiresAfterMinutes) });
}

describe('touching an account', () => {
  it('a hold whose expiry has come frees its amount, at the instant of the expiry itself', () => {
    const given = snapshot({ accounts: [account({ held: 10n })], holds: [hold({ expiresAt: minutes(-5) })] });
    const { outcomes, changes } = decide(given, [freeze], NOW);
    expect(outcomes[0]?.after[0]).toMatchObject({ balance: 100n, held: 0n, available: 100n });
    expect(changes.resolvedHolds).toEqual([
      expect.objectContaining({
        key: 'hold-1',
        status: 'expired',
        resolvedAt: minutes(-5),
        resolutionKey: null,
        amountCaptured: 0n,
      }),
    ]);
  });

  it('a hold is open until the instant before its expiry', () => {
    const given = snapshot({ accounts: [account({ held: 10n })], holds: [hold({ expiresAt: minutes(1) })] });
    expect(decide(given, [freeze], NOW).changes.resolvedHolds).toEqual([]);
  });

  it('an expired lot loses what remains by an entry dated at its expiry', () => {
    const ledger = new MemoryLedger([lotted]);
    post(ledger, NOW, grant('g', 10n, 5), sample.post({ key: 'p', amount: -4n }));
    ledger.execute([freeze], minutes(60));
    expect(ledger.entriesOf(1n).at(-1)).toEqual({
      accountId: 1n,
      seq: 3n,
      amount: -6n,
      balanceAfter: 0n,
      kind: 'expiry',
      contra: 'expired',
      counterAccountId: null,
      transferId: null,
      key: 'expiry:1:3',
      contentHash: null,
      source: null,
      reversesSeq: null,
      reason: null,
      actor: 'system:ledger',
      details: null,
      occurredAt: minutes(5),
      recordedAt: minutes(60),
    });
    expect(ledgerBreaches(ledger)).toEqual([]);
  });

  it('the key of an expiry is short for a lot that nothing was taken from', () => {
    const ledger = new MemoryLedger([lotted]);
    post(ledger, NOW, grant('g', 10n, 5));
    ledger.execute([freeze], minutes(5));
    expect(linesOf(ledger)).toEqual(['10 grant g 0', '-10 expiry expiry:1 5']);
  });

  it('facts come to light also when the command is refused', () => {
    const ledger = new MemoryLedger([lotted]);
    post(ledger, NOW, grant('g', 10n, 5), sample.hold({ key: 'h', amount: 3n, expiresAt: minutes(4) }));
    const [outcome] = ledger.execute([sample.post({ amount: -1n })], minutes(9));
    expect(verdictOf(outcome)).toBe('LEDGER_FLOOR_BREACHED');
    expect(outcome?.after[0]).toMatchObject({ balance: 0n, held: 0n, seq: 2n });
    expect(ledger.holdsOf(1n)[0]?.status).toBe('expired');
  });

  it('facts come to light also when the command is a replay, and the replay still tells the first balance', () => {
    const ledger = new MemoryLedger([lotted]);
    post(ledger, NOW, grant('g', 10n, 5));
    const [outcome] = ledger.execute([grant('g', 10n, 5)], minutes(9));
    expect(outcome).toEqual({
      status: 'replayed',
      after: [{ accountId: 1n, balance: 10n, held: 0n, available: 0n, seq: 1n }],
    });
    expect(ledger.accounts.get(1n)).toMatchObject({ balance: 0n, seq: 2n });
  });

  it('a command that is invalid in itself touches nothing and tells no numbers', () => {
    const given = snapshot({ accounts: [account({ held: 10n })], holds: [hold({ expiresAt: NOW })] });
    const { outcomes, changes } = decide(given, [sample.post({ amount: 0n })], NOW);
    expect(outcomes[0]?.after).toEqual([]);
    expect(changes.resolvedHolds).toEqual([]);
  });

  it('an account under legacy authority is left alone, because its balance is decided elsewhere', () => {
    const given = snapshot({
      accounts: [account({ authority: 'legacy', lotted: true, held: 10n })],
      holds: [hold({ expiresAt: NOW })],
      lots: [lot({ expiresAt: NOW })],
    });
    const { outcomes, changes } = decide(given, [freeze], NOW);
    expect(verdictOf(outcomes[0])).toBe('LEDGER_AUTHORITY_LEGACY');
    expect([changes.accounts, changes.entries, changes.resolvedHolds]).toEqual([[], [], []]);
  });

  it('a frozen account is touched too: freezing does not stop the clock', () => {
    const ledger = new MemoryLedger([lotted]);
    post(ledger, NOW, grant('g', 10n, 5), sample.freeze({ key: 'f' }));
    ledger.execute([sample.unfreeze({ key: 'u' })], minutes(6));
    expect(ledger.accounts.get(1n)).toMatchObject({ balance: 0n, status: 'open' });
  });
});

describe('open holds pin value', () => {
  it('an expiry takes at most what holds leave, soonest expiry first, and the rest when the hold is released', () => {
    const ledger = new MemoryLedger([lotted]);
    post(ledger, NOW, grant('late', 6n, 6), grant('soon', 6n, 5), sample.hold({ key: 'h', amount: 5n }));
    ledger.execute([freeze], minutes(10));
    expect(linesOf(ledger).slice(2)).toEqual(['-6 expiry expiry:2 5', '-1 expiry expiry:1 6']);
    ledger.execute([sample.release({ key: 'r', holdKey: 'h' })], minutes(12));
    expect(linesOf(ledger).slice(4)).toEqual(['-5 expiry expiry:1:5 12']);
    expect(ledgerBreaches(ledger)).toEqual([]);
  });

  it('what a capture leaves of its hold expires with it', () => {
    const ledger = new MemoryLedger([lotted]);
    post(ledger, NOW, grant('g', 10n, 5), sample.hold({ key: 'h', amount: 10n }));
    const [outcome] = ledger.execute([sample.capture({ key: 'c', holdKey: 'h', amount: 4n })], minutes(9));
    // Balance and seq are those of the captured entry, as a replay will tell them; available is what is left after all.
    expect(outcome?.after).toEqual([{ accountId: 1n, balance: 6n, held: 0n, available: 0n, seq: 2n }]);
    expect(linesOf(ledger).slice(1)).toEqual(['-4 usage c 9', '-6 expiry expiry:1:3 9']);
  });

  it('value pinned by a hold that expires later is dated when that hold expired', () => {
    const ledger = new MemoryLedger([lotted]);
    post(ledger, NOW, grant('g', 10n, 5), sample.hold({ key: 'h', amount: 4n, expiresAt: minutes(8) }));
    ledger.execute([freeze], minutes(20));
    expect(linesOf(ledger).slice(1)).toEqual(['-6 expiry expiry:1 5', '-4 expiry expiry:1:3 8']);
  });

  it('touching at each event gives the same entries as touching once after all of them', () => {
    const seeds = [
      grant('a', 10n, 5),
      grant('b', 10n, 7),
      sample.hold({ key: 'h', amount: 8n, expiresAt: minutes(6) }),
    ];
    const often = new MemoryLedger([lotted]);
    const once = new MemoryLedger([lotted]);
    for (const ledger of [often, once])
      post(ledger, NOW, ...seeds, sample.hold({ key: 'i', amount: 9n, expiresAt: minutes(9) }));
    for (let at = 1; at <= 12; at += 1) often.execute([sample.post({ key: 'refused', amount: -999n })], minutes(at));
    once.execute([sample.post({ key: 'refused', amount: -999n })], minutes(12));
    expect(linesOf(often)).toEqual(linesOf(once));
    expect(often.accounts).toEqual(once.accounts);
  });

  it('a hold that ends at the very instant a lot expires pins nothing', () => {
    const ledger = new MemoryLedger([lotted]);
    post(ledger, NOW, grant('g', 10n, 5), sample.hold({ key: 'h', amount: 10n, expiresAt: minutes(5) }));
    ledger.execute([freeze], minutes(5));
    expect(linesOf(ledger).slice(1)).toEqual(['-10 expiry expiry:1 5']);
  });

  it('a credit that could back the hold lets the pinned value expire at once', () => {
    const ledger = new MemoryLedger([lotted]);
    post(ledger, NOW, grant('g', 10n, 5), sample.hold({ key: 'h', amount: 10n }));
    const [outcome] = ledger.execute([sample.post({ key: 'p', amount: 7n })], minutes(6));
    expect(outcome?.after).toEqual([{ accountId: 1n, balance: 17n, held: 10n, available: 0n, seq: 2n }]);
    expect(linesOf(ledger).slice(1)).toEqual(['7 usage p 6', '-7 expiry expiry:1 6']);
  });

  it('a clock that goes back never makes two expiries of one key', () => {
    const ledger = new MemoryLedger([lotted]);
    post(ledger, NOW, grant('g', 10n, 5), sample.hold({ key: 'h', amount: 6n }));
    ledger.execute([freeze], minutes(9));
    ledger.execute([sample.release({ key: 'r', holdKey: 'h' })], minutes(4));
    ledger.execute([sample.unfreeze({ key: 'u' })], minutes(10));
    expect(linesOf(ledger).slice(1)).toEqual(['-4 expiry expiry:1 5', '-6 expiry expiry:1:3 5']);
    expect(ledgerBreaches(ledger)).toEqual([]);
  });
});

describe('touchedNow', () => {
  it('tells what the next command would find, and changes nothing', () => {
    const given = account({ lotted: true, held: 30n });
    const holds = [hold({ amount: 20n, expiresAt: NOW }), hold({ key: 'hold-2' })];
    const lots = [lot({ amount: 70n, remaining: 70n, expiresAt: NOW }), lot({ seq: 2n, amount: 30n, remaining: 30n })];
    const now = touchedNow(given, holds, lots, NOW);
    expect(now).toMatchObject({ balance: 30n, held: 10n, available: 20n });
    expect(now.holds).toEqual([hold({ key: 'hold-2' })]);
    expect(now.lots).toEqual([lots[1]]);
    expect(now.expiries.map((entry) => [entry.seq, entry.amount])).toEqual([[6n, -70n]]);
    expect(holds[0]?.status).toBe('open');
  });

  it('leaves an account under legacy authority as it is', () => {
    const given = account({ authority: 'legacy', lotted: true });
    expect(touchedNow(given, [], [lot({ expiresAt: NOW })], NOW)).toMatchObject({ balance: 100n, expiries: [] });
  });
});
