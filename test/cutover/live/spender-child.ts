// Takes treats for stamps as fast as it can, on one side: node spender-child.ts <legacy|ledger> <database url> <members, by commas>
// Goes on until its standard input ends, then prints how many treats each member got: {"1":12,"2":0,"refused":5}.

import { sql } from 'kysely';
import { createLedger } from '../../../src/ledger/ledger.ts';
import { openDatabase } from '../../../src/sql/database.ts';

const [side = '', url = '', list = ''] = process.argv.slice(2);
const members = list.split(',').map(Number);
const database = await openDatabase(url, { poolMax: 3, lockTimeoutMs: 30_000 });
const ledger = createLedger(database);
const taken = new Map<string, number>(members.map((member) => [String(member), 0]));
const state = { isOver: false, refused: 0, turn: 0 };
process.stdin.on('end', () => {
  state.isOver = true;
});
process.stdin.resume();

process.stdout.write('ready\n');
while (!state.isOver) {
  for (const member of members) {
    state.turn += 1;
    const isTaken = await (side === 'legacy' ? takeByTill(member) : takeByLedger(member));
    if (isTaken) taken.set(String(member), (taken.get(String(member)) ?? 0) + 1);
    else state.refused += 1;
    // The other side of a database with one writer must get its turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
await ledger.close();
await database.close();
process.stdout.write(`${JSON.stringify({ ...Object.fromEntries(taken), refused: state.refused })}\n`);

/** What the old application does: it locks the member, counts, and takes a treat if there are stamps for it. */
async function takeByTill(member: number): Promise<boolean> {
  try {
    return await database.write(async (trx) => {
      const { statements, expressions } = database.dialect;
      await sql`select member_id from members where member_id = ${BigInt(member)} ${statements.lockRows()}`.execute(
        trx,
      );
      const { rows } = await sql<{ given: string; treats: string }>`select
          (select ${expressions.sumText(sql`amount`)} from stamps where member_id = ${BigInt(member)} and status <> 'void') as given,
          (select ${expressions.sumText(sql`treats`)} from redemptions where member_id = ${BigInt(member)}) as treats`.execute(
        trx,
      );
      const left = BigInt(rows[0]?.given ?? 0) - 10n * BigInt(rows[0]?.treats ?? 0);
      if (left < 10n) return false;
      const id = BigInt(member) * 100_000n + BigInt(state.turn);
      await sql`insert into redemptions (redemption_id, member_id, card_code, treats, redeemed_at)
        select ${id}, member_id, card_code, 1, ${expressions.now()} from members where member_id = ${BigInt(member)}`.execute(
        trx,
      );
      return true;
    });
  } catch (error) {
    if (database.classify(error)?.kind === 'guard') return false;
    throw error;
  }
}

async function takeByLedger(member: number): Promise<boolean> {
  const ref = (kind: string) => ({ system: 'stamps', kind, owner: String(member) });
  const [stamps, treats] = await ledger.findAccounts([ref('stamps'), ref('treats')]);
  if (stamps === undefined || treats === undefined) return false;
  const shared = {
    kind: 'redemption',
    contra: 'exchange',
    key: `treat-${state.turn}`,
    actor: { kind: 'system', id: 'counter' },
  } as const;
  const outcomes = await ledger.execute(
    [
      { type: 'post', accountId: stamps, amount: -10n, ...shared },
      { type: 'post', accountId: treats, amount: 1n, ...shared },
    ],
    { atomic: true },
  );
  return outcomes.every(({ status }) => status === 'posted');
}
