import type { MemoryLedger } from './memory-ledger.ts';

/** What is wrong with a ledger, in words; empty when every sum agrees. Written from the schema, without the kernel's code. */
export function ledgerBreaches(ledger: MemoryLedger): string[] {
  const breaches: string[] = [];
  const expect = (what: string, found: bigint, expected: bigint): void => {
    if (found !== expected) breaches.push(`${what}: ${found}, against ${expected}`);
  };
  for (const account of ledger.accounts.values()) {
    const entries = ledger.entriesOf(account.id);
    let running = 0n;
    entries.forEach((entry, index) => {
      running += entry.amount;
      expect(`seq of account ${account.id}`, entry.seq, BigInt(index + 1));
      expect(`balance after entry ${entry.seq} of account ${account.id}`, entry.balanceAfter, running);
    });
    expect(`balance of account ${account.id}`, account.balance, running);
    expect(`seq of account ${account.id}`, account.seq, BigInt(entries.length));
    const open = ledger.holdsOf(account.id).filter((hold) => hold.status === 'open');
    expect(`held of account ${account.id}`, account.held, sum(open.map((hold) => hold.amount)));
    if (!account.lotted) continue;
    const remains = sum(ledger.lotsOf(account.id).map((lot) => lot.remaining));
    expect(`lots of account ${account.id}`, remains, account.balance > 0n ? account.balance : 0n);
    for (const lot of ledger.lotsOf(account.id)) {
      const draws = [...ledger.draws.values()].filter(
        (draw) => draw.accountId === account.id && draw.lotSeq === lot.seq,
      );
      expect(
        `lot ${lot.seq} of account ${account.id}`,
        lot.remaining,
        lot.amount - sum(draws.map((draw) => draw.amount)),
      );
    }
  }
  const transfers = [...ledger.entries.values()].filter((entry) => entry.transferId !== null);
  for (const entry of transfers) {
    const legs = transfers.filter((one) => one.transferId === entry.transferId);
    expect(`legs of transfer ${entry.transferId}`, BigInt(legs.length), 2n);
    expect(`sum of transfer ${entry.transferId}`, sum(legs.map((leg) => leg.amount)), 0n);
  }
  return breaches;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
