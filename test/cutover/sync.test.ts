import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCafe, type Cafe } from '../support/cafe.ts';

let cafe: Cafe;
beforeEach(async () => {
  cafe = await openCafe({ members: 12, stampsPerMember: 7 });
  await cafe.migrate();
});
afterEach(() => cafe.close());

interface Line {
  readonly seq: bigint;
  readonly amount: bigint;
  readonly balance_after: bigint;
  readonly kind: string;
  readonly idempotency_key: string;
  readonly source: string;
  readonly reverses_seq: bigint | null;
}

async function stampsOf(member: number): Promise<readonly Line[]> {
  return cafe.rows(sql<Line>`select p.seq, p.amount, p.balance_after, p.kind, p.idempotency_key, p.source, p.reverses_seq
    from ${sql.table('carryover_entries')} p join ${sql.table('carryover_accounts')} a on a.id = p.account_id
    where a.kind = 'stamps' and a.owner = ${String(member)} order by p.seq`);
}

async function run(...statements: ReturnType<typeof sql>[]): Promise<void> {
  for (const statement of statements) await statement.execute(cafe.database.handle);
}

test('a changed fact posts its difference under a key of its own, and keeps the date of the fact', async () => {
  const before = await stampsOf(3);
  await run(sql`update stamps set amount = 9 where stamp_id = 16`);
  await cafe.migrate();
  const after = await stampsOf(3);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.slice(before.length)).toEqual([
    {
      seq: 9n,
      amount: 7n,
      balance_after: 13n,
      kind: 'coffee',
      idempotency_key: 'stamps:16~9',
      source: 'stamps:16',
      reverses_seq: null,
    },
  ]);
});

test('a vanished fact gets its reversal, and when it comes back its amount again', async () => {
  await run(sql`delete from stamps where stamp_id = 16`);
  await cafe.migrate();
  expect((await stampsOf(3)).at(-1)).toMatchObject({ seq: 9n, amount: -2n, kind: 'reversal', reverses_seq: 2n });
  await run(sql`insert into stamps (stamp_id, member_id, card_code, amount, status, stamped_at)
    select 16, member_id, card_code, 2, 'given', stamped_at from stamps where stamp_id = 15`);
  await cafe.migrate();
  expect((await stampsOf(3)).at(-1)).toMatchObject({
    seq: 10n,
    amount: 2n,
    kind: 'coffee',
    idempotency_key: 'stamps:16~10',
    reverses_seq: null,
  });
  await run(sql`delete from stamps where stamp_id = 16`);
  await cafe.migrate();
  // Three entries carried it by now, so no single one is the one undone.
  expect((await stampsOf(3)).at(-1)).toMatchObject({ seq: 11n, amount: -2n, kind: 'reversal', reverses_seq: null });
});

test('a new fact and a new member are carried by the next pass, between the old keys too', async () => {
  await run(
    sql`update members set member_id = 500 where member_id = 4`,
    sql`update stamps set member_id = 500 where member_id = 4`,
    sql`update redemptions set member_id = 500 where member_id = 4`,
    sql`insert into stamps (stamp_id, member_id, card_code, amount, status, stamped_at)
      select 900, member_id, card_code, 3, 'given', stamped_at from stamps where stamp_id = 15`,
  );
  const report = await cafe.migrate();
  expect(report.verification?.accounts).toMatchObject({ compared: 24n, different: 0n });
  expect((await stampsOf(3)).at(-1)).toMatchObject({ amount: 3n, idempotency_key: 'stamps:900' });
  const moved = await stampsOf(4);
  expect(moved.at(-1)).toMatchObject({ balance_after: 0n, kind: 'reversal' });
  const accounts = await cafe.rows(sql<{ owner: string; status: string; balance: bigint }>`
    select owner, status, balance from ${sql.table('carryover_accounts')} where kind = 'stamps' and owner in ('4', '500') order by owner`);
  expect(accounts[0]).toEqual({ owner: '4', status: 'closed', balance: 0n });
  expect(accounts[1]).toMatchObject({ owner: '500', status: 'open' });
});

test('floor and status follow legacy, and columns of the copies that are not refreshed keep what was changed since', async () => {
  await run(
    sql`update members set vip = (1 = 1), is_active = (1 = 0) where member_id = 3`,
    sql`update ${sql.table('carryover_stamps_cards')} set note = 'changed by hand' where member_id = 3`,
  );
  await cafe.migrate();
  expect(
    await cafe.rows(
      sql`select floor, status from ${sql.table('carryover_accounts')} where kind = 'stamps' and owner = '3'`,
    ),
  ).toEqual([{ floor: null, status: 'frozen' }]);
  expect(await cafe.rows(sql`select note from ${sql.table('carryover_stamps_cards')} where member_id = 3`)).toEqual([
    { note: 'changed by hand' },
  ]);
});

test('accounts under ledger authority are never touched', async () => {
  await run(
    sql`update ${sql.table('carryover_accounts')} set authority = 'ledger' where owner = '3'`,
    // One fact more and one less, so that the sums stay and only the entries could tell.
    sql`update stamps set amount = 3 where stamp_id = 16`,
    sql`update stamps set amount = 2 where stamp_id = 17`,
    sql`update members set is_active = (1 = 0) where member_id = 3`,
  );
  const before = await stampsOf(3);
  const report = await cafe.migrate();
  expect(report.verification?.accounts).toMatchObject({ compared: 22n, different: 0n });
  expect(await stampsOf(3)).toEqual(before);
  expect(
    await cafe.rows(sql`select status from ${sql.table('carryover_accounts')} where kind = 'stamps' and owner = '3'`),
  ).toEqual([{ status: 'open' }]);
});
