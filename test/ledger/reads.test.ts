import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Instant } from '../../src/base/instant.ts';
import { listAccounts } from '../../src/ledger/reads/list-accounts.ts';
import { readBalance } from '../../src/ledger/reads/read-balance.ts';
import { readBalanceAsOf, readBalanceAsRecorded } from '../../src/ledger/reads/read-balance-at.ts';
import { readStatement, type StatementWanted } from '../../src/ledger/reads/read-statement.ts';
import { readTrialBalance } from '../../src/ledger/reads/read-trial-balance.ts';
import type { Session } from '../../src/ledger/store/session.ts';
import type { GrantLotCommand } from '../../src/ledger/types.ts';
import { accountSpec, openTestLedger, tester, type TestLedger } from './open-test-ledger.ts';
import { openNew, post, wordOf } from './test-accounts.ts';

let opened: TestLedger;
beforeAll(async () => {
  opened = await openTestLedger();
});
afterAll(() => opened.close());

function reading<T>(work: (session: Session) => Promise<T>): Promise<T> {
  return opened.database.read((trx) => work({ database: opened.database, handle: trx }));
}

function serverNow(): Promise<Instant> {
  return opened.database.dialect.statements.serverNow(opened.database.handle);
}

function grant(accountId: bigint, key: string, other: Partial<GrantLotCommand> = {}): GrantLotCommand {
  const terms = { kind: 'grant', contra: 'grants', funding: 'granted', priority: 100n, amount: 10n } as const;
  return { type: 'grant-lot', actor: tester, accountId, key, ...terms, ...other };
}

/** Waits until the database's clock has passed an instant. */
async function passed(instant: Instant): Promise<void> {
  while (!instant.isBefore(await serverNow()));
}

describe('the balance', () => {
  test('comes with what it is made of', async () => {
    const { ledger } = opened;
    const [id = 0n] = await openNew(ledger, { floor: -5n });
    const expiresAt = (await serverNow()).plusMillis(3_600_000);
    const hold = { type: 'hold', actor: tester, accountId: id, amount: 30n } as const;
    await ledger.execute([post(id, 100n, 'a'), { ...hold, key: 'h1', expiresAt }, { ...hold, key: 'h2' }]);
    const found = await reading((session) => readBalance(session, id));
    expect(found?.account).toMatchObject({ floor: -5n, seq: 1n, status: 'open' });
    expect(found).toMatchObject({ balance: 100n, held: 60n, available: 40n, lots: [] });
    expect(found?.holds.map(({ key }) => key).toSorted()).toEqual(['h1', 'h2']);
    expect(await reading((session) => readBalance(session, 2n ** 60n))).toBeUndefined();
  });

  test('leaves out what has expired, before anything was posted about it, and tells the same after', async () => {
    const { ledger } = opened;
    const [id = 0n] = await openNew(ledger, { lotted: true });
    const soon = (await serverNow()).plusMillis(400);
    await ledger.execute([
      grant(id, 'short', { expiresAt: soon }),
      grant(id, 'long', { amount: 7n }),
      { type: 'hold', actor: tester, accountId: id, key: 'h', amount: 2n, expiresAt: soon },
    ]);
    await passed(soon);
    const read = await reading((session) => readBalance(session, id));
    expect(read?.account).toMatchObject({ balance: 17n, held: 2n, seq: 2n });
    expect(read).toMatchObject({ balance: 7n, held: 0n, available: 7n, holds: [] });
    expect(read?.lots.map(({ remaining }) => remaining)).toEqual([7n]);
    expect(await wordOf(ledger, post(id, -8n, 'too much'))).toBe('LEDGER_FLOOR_BREACHED');
    const after = await reading((session) => readBalance(session, id));
    expect(after?.account).toMatchObject({ balance: 7n, held: 0n, seq: 3n });
    expect(after).toMatchObject({ balance: 7n, available: 7n });
  });

  test('as of an instant counts what had occurred by then, as recorded what was known by then', async () => {
    const { ledger } = opened;
    const [id = 0n] = await openNew(ledger);
    const january = Instant.parse('2026-01-10T00:00:00Z');
    const february = Instant.parse('2026-02-10T00:00:00Z');
    await ledger.execute([post(id, 100n, 'a', { occurredAt: january })]);
    const between = await serverNow();
    await passed(between);
    await ledger.execute([
      post(id, -30n, 'b', { occurredAt: february }),
      post(id, -5n, 'late', { occurredAt: january }),
    ]);
    const asOf = (instant: Instant): Promise<bigint | undefined> => reading((s) => readBalanceAsOf(s, id, instant));
    const asRecorded = (instant: Instant): Promise<bigint | undefined> =>
      reading((s) => readBalanceAsRecorded(s, id, instant));
    expect(await asOf(january.plusMillis(-1))).toBe(0n);
    expect(await asOf(january)).toBe(95n);
    expect(await asOf(february)).toBe(65n);
    expect(await asRecorded(february)).toBe(0n);
    expect(await asRecorded(between)).toBe(100n);
    expect(await asRecorded((await serverNow()).plusMillis(1_000))).toBe(65n);
    expect(await reading((s) => readBalanceAsOf(s, 2n ** 60n, january))).toBeUndefined();
  });

  test('as of and as recorded give what a read gave then, whether the expiry was posted since or not', async () => {
    const { ledger } = opened;
    const [id = 0n] = await openNew(ledger, { lotted: true });
    const soon = (await serverNow()).plusMillis(300);
    await ledger.execute([grant(id, 'short', { expiresAt: soon }), grant(id, 'long', { amount: 7n })]);
    const before = await serverNow();
    await passed(soon);
    const expired = await serverNow();
    const seen = (instant: Instant): Promise<readonly (bigint | undefined)[]> =>
      reading(async (s) => [await readBalanceAsOf(s, id, instant), await readBalanceAsRecorded(s, id, instant)]);
    expect([await seen(before), await seen(soon), await seen(expired)]).toEqual([
      [17n, 17n],
      [7n, 7n],
      [7n, 7n],
    ]);
    await passed(expired);
    await ledger.execute([post(id, -1n, 'touch')]);
    expect([await seen(before), await seen(soon), await seen(expired)]).toEqual([
      [17n, 17n],
      [7n, 7n],
      [7n, 7n],
    ]);
  });

  test('of an instant to come is what will be left when nothing but expiry happens', async () => {
    const { ledger } = opened;
    const [id = 0n] = await openNew(ledger, { lotted: true });
    const tomorrow = (await serverNow()).plusMillis(86_400_000);
    await ledger.execute([grant(id, 'short', { expiresAt: tomorrow }), grant(id, 'long', { amount: 7n })]);
    const asOf = (instant: Instant): Promise<bigint | undefined> => reading((s) => readBalanceAsOf(s, id, instant));
    expect(await asOf(tomorrow.plusMillis(-1))).toBe(17n);
    expect(await asOf(tomorrow)).toBe(7n);
  });
});

describe('the statement', () => {
  let id = 0n;
  const day = (n: number): Instant => Instant.parse(`2026-03-${String(n).padStart(2, '0')}T00:00:00Z`);
  beforeAll(async () => {
    [id = 0n] = await openNew(opened.ledger);
    await opened.ledger.execute(
      Array.from({ length: 25 }, (_, index) => {
        const amount = index % 5 === 4 ? -1n : 2n;
        const details = { n: index, big: Number.MAX_SAFE_INTEGER };
        return post(id, amount, `k${index}`, { occurredAt: day(index + 1), details, reason: `r${index}` });
      }),
    );
  });

  /** Reads page by page to the end. */
  async function allPages(wanted: Omit<StatementWanted, 'accountId' | 'afterSeq'>): Promise<bigint[][]> {
    const pages: bigint[][] = [];
    for (let afterSeq: bigint | undefined; ;) {
      const from = afterSeq === undefined ? {} : { afterSeq };
      const page = await reading((s) => readStatement(s, { accountId: id, ...wanted, ...from }));
      pages.push(page.entries.map(({ seq }) => seq));
      if (page.nextAfterSeq === undefined) return pages;
      afterSeq = page.nextAfterSeq;
    }
  }

  const seqs = (from: number, to: number): bigint[] =>
    Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => BigInt(from < to ? from + index : from - index));

  test('is read in pages, both ways, each entry once', async () => {
    expect(await allPages({ order: 'oldest-first', limit: 10 })).toEqual([seqs(1, 10), seqs(11, 20), seqs(21, 25)]);
    expect(await allPages({ order: 'newest-first', limit: 10 })).toEqual([seqs(25, 16), seqs(15, 6), seqs(5, 1)]);
    expect(await allPages({ order: 'oldest-first', limit: 25 })).toEqual([seqs(1, 25)]);
  });

  test('is filtered by kind and period, with the running balance of the whole', async () => {
    const page = await reading((s) =>
      readStatement(s, { accountId: id, order: 'oldest-first', limit: 3, kinds: ['usage', 'other'] }),
    );
    expect(page.entries.map(({ seq, balanceAfter }) => [seq, balanceAfter])).toEqual([
      [5n, 7n],
      [10n, 14n],
      [15n, 21n],
    ]);
    expect(page.nextAfterSeq).toBe(15n);
    const period = { occurredFrom: day(3), occurredBefore: day(6) };
    expect(await allPages({ order: 'newest-first', limit: 2, ...period })).toEqual([[5n, 4n], [3n]]);
    expect(await allPages({ order: 'newest-first', limit: 2, kinds: [] })).toEqual([[]]);
  });

  test('gives every column as it was posted', async () => {
    const { entries } = await reading((s) => readStatement(s, { accountId: id, order: 'oldest-first', limit: 1 }));
    expect(entries[0]).toMatchObject({
      seq: 1n,
      amount: 2n,
      balanceAfter: 2n,
      kind: 'payment',
      contra: 'payments',
      key: 'k0',
      source: null,
      reason: 'r0',
      actor: 'system:test',
      details: { n: 0, big: Number.MAX_SAFE_INTEGER },
      occurredAt: day(1),
    });
  });
});

describe('the trial balance', () => {
  test('sums to zero by unit, counting contras and transfers, and past 64 bits', async () => {
    const { ledger } = opened;
    const unit = { unit: 'grain', floor: null } as const;
    const specs = ['a', 'b'].map((owner) => ({
      ...accountSpec(owner, unit),
      ref: { system: 'mill', kind: 'silo', owner },
    }));
    const [one = 0n, other = 0n] = (await ledger.openAccounts(specs)).map((account) => account.id);
    const most = 2n ** 63n - 1n;
    await ledger.execute([
      post(one, most, 'a', { contra: 'harvest' }),
      post(other, most, 'a', { contra: 'harvest' }),
      post(one, -7n, 'b', { contra: 'mice' }),
      {
        type: 'transfer',
        actor: tester,
        key: 'move',
        fromAccountId: other,
        toAccountId: one,
        amount: 3n,
        kind: 'move',
      },
    ]);
    const [found] = await reading((s) => readTrialBalance(s, 'mill'));
    expect(found).toEqual({
      unit: 'grain',
      accounts: [{ name: 'silo', accounts: 2n, entries: 5n, balance: 2n * most - 7n }],
      contras: [
        { name: 'harvest', entries: 2n, balance: -2n * most },
        { name: 'mice', entries: 1n, balance: 7n },
      ],
      difference: 0n,
    });
    const all = await reading((s) => readTrialBalance(s));
    expect(all.map(({ unit: name }) => name)).toEqual(['grain', 'point']);
    expect(all.every(({ difference }) => difference === 0n)).toBe(true);
  });

  test('tells by how much a ledger is broken', async () => {
    const [id = 0n] = await openNew(opened.ledger, { unit: 'broken' });
    await sql`update ${sql.table('carryover_accounts')} set balance = 5 where id = ${id}`.execute(
      opened.database.handle,
    );
    const found = await reading((s) => readTrialBalance(s));
    expect(found.find(({ unit }) => unit === 'broken')?.difference).toBe(5n);
  });
});

describe('the list of accounts', () => {
  test('comes in pages of id, by kind, status, owner and balance', async () => {
    const { ledger } = opened;
    const owners = ['p1', 'p2', 'P3', 'p%', 'p_x', 'q1'];
    const specs = owners.map((owner) => ({
      ...accountSpec(owner),
      ref: { system: 'list', kind: owner === 'q1' ? 'other' : 'wallet', owner },
    }));
    const ids = (await ledger.openAccounts(specs)).map((account) => account.id);
    await ledger.execute([
      post(ids[0] ?? 0n, 5n, 'a'),
      { type: 'freeze', actor: tester, accountId: ids[1] ?? 0n, key: 'f' },
    ]);
    const names = async (wanted: object): Promise<string[]> => {
      const page = await reading((s) => listAccounts(s, { system: 'list', limit: 50, ...wanted }));
      return page.accounts.map(({ ref }) => ref.owner).toSorted();
    };
    expect(await names({})).toEqual(owners.toSorted());
    expect(await names({ kind: 'other' })).toEqual(['q1']);
    expect(await names({ status: 'frozen' })).toEqual(['p2']);
    expect(await names({ ownerPrefix: 'p' })).toEqual(['p%', 'p1', 'p2', 'p_x']);
    expect(await names({ ownerPrefix: 'p_' })).toEqual(['p_x']);
    expect(await names({ balanceBelow: 5n, kind: 'wallet' })).toEqual(['P3', 'p%', 'p2', 'p_x']);
    expect(await names({ authority: 'legacy' })).toEqual([]);
    const first = await reading((s) => listAccounts(s, { system: 'list', limit: 4 }));
    const afterId = first.nextAfterId ?? 0n;
    const second = await reading((s) => listAccounts(s, { system: 'list', limit: 4, afterId }));
    expect([first.accounts.length, second.accounts.length, second.nextAfterId]).toEqual([4, 2, undefined]);
    const listed = [...first.accounts, ...second.accounts].map(({ state }) => state.id);
    expect(listed).toEqual([...ids].toSorted((a, b) => (a < b ? -1 : 1)));
  });
});
