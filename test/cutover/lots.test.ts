import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCafe, type Cafe } from '../support/cafe.ts';

const LOTTED = { lotted: true };

let cafe: Cafe;
beforeEach(async () => {
  cafe = await openCafe({ members: 12, stampsPerMember: 9 });
});
afterEach(() => cafe.close());

interface Lot {
  readonly seq: bigint;
  readonly amount: bigint;
  readonly remaining: bigint;
  readonly funding: string;
  readonly source: string;
}

async function lotsOf(member: number): Promise<readonly Lot[]> {
  return cafe.rows(sql<Lot>`select l.seq, l.amount, l.remaining, l.funding, p.source from ${sql.table('carryover_lots')} l
    join ${sql.table('carryover_accounts')} a on a.id = l.account_id
    join ${sql.table('carryover_entries')} p on p.account_id = l.account_id and p.seq = l.seq
    where a.kind = 'stamps' and a.owner = ${String(member)} order by l.seq`);
}

async function run(statement: ReturnType<typeof sql>): Promise<void> {
  await statement.execute(cafe.database.handle);
}

test('each credit becomes a lot on its terms, and debits draw them in order, whatever the number of the chunk', async () => {
  const report = await cafe.migrate({ limits: { chunkKeysFirst: 10, chunkKeysMax: 10 } }, LOTTED);
  expect(report.verification).toMatchObject({ accounts: { compared: 24n, different: 0n }, ledgerBreaches: [] });
  const balances = await cafe.rows(sql<{
    owner: string;
    balance: bigint;
    remaining: bigint;
  }>`select a.owner as owner, a.balance as balance,
      coalesce((select ${cafe.database.dialect.expressions.sumInt64(sql`l.remaining`)} from ${sql.table('carryover_lots')} l where l.account_id = a.id), 0) as remaining
    from ${sql.table('carryover_accounts')} a where a.kind = 'stamps'`);
  expect(balances).toHaveLength(12);
  for (const { balance, remaining } of balances) expect(remaining).toBe(balance > 0n ? balance : 0n);
  // Member 3: nine rows of which one is void, ten stamps spent behind the sixth: presents (even rows) went first.
  const lots = await lotsOf(3);
  expect(lots.map(({ source, funding }) => `${source} ${funding}`)).toEqual(
    [19, 20, 21, 22, 23, 24, 25, 26, 27]
      .filter((id) => (3 + (id - 18)) % 11 !== 0)
      .map((id) => `stamps:${id} ${id % 2 === 0 ? 'granted' : 'paid'}`),
  );
  const before = lots.filter(({ source }) => Number(source.split(':')[1]) <= 24);
  const granted = before.filter(({ funding }) => funding === 'granted').reduce((sum, { amount }) => sum + amount, 0n);
  const drawn = before
    .filter(({ funding }) => funding === 'granted')
    .reduce((sum, { amount, remaining }) => sum + amount - remaining, 0n);
  expect(drawn).toBe(granted < 10n ? granted : 10n);
});

test('a second pass changes no lot', async () => {
  await cafe.migrate({}, LOTTED);
  const before = await lotsOf(4);
  await cafe.migrate({}, LOTTED);
  expect(await lotsOf(4)).toEqual(before);
});

test('a debit that vanishes goes back to the lots it drew, and a credit that shrinks is taken out of its own lot', async () => {
  await cafe.migrate({}, LOTTED);
  const undrawn = (await lotsOf(3)).map(({ source, amount }) => [source, amount]);
  await run(sql`delete from redemptions where member_id = 3`);
  await cafe.migrate({}, LOTTED);
  expect((await lotsOf(3)).map(({ source, remaining }) => [source, remaining])).toEqual(undrawn);
  await run(sql`update stamps set amount = 1 where stamp_id = 21`);
  const report = await cafe.migrate({}, LOTTED);
  expect(report.verification).toMatchObject({ accounts: { different: 0n }, ledgerBreaches: [] });
  const lot = (await lotsOf(3)).find(({ source }) => source === 'stamps:21');
  expect(lot).toMatchObject({ remaining: 1n });
});

test('a credit that vanishes takes what remains of its lot, and the rest from others', async () => {
  await cafe.migrate({}, LOTTED);
  await run(sql`delete from stamps where member_id = 5 and stamp_id <= 40`);
  const report = await cafe.migrate({}, LOTTED);
  expect(report.verification).toMatchObject({ accounts: { different: 0n }, ledgerBreaches: [] });
});
