import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { switchAccounts } from '../../../src/cutover/switch/switch-accounts.ts';
import { returnAccounts } from '../../../src/cutover/switch/return-accounts.ts';
import { watchCutover } from '../../../src/cutover/watch/watch-cutover.ts';
import { openCafe, type Cafe } from '../../support/cafe.ts';
import { assumedBackup } from '../../support/assumed-backup.ts';

const MEMBERS = [1, 2, 3, 4];
const STAMPS_EACH = 30_000n;
const LIVE = { live: true };
/** How often everybody goes over and comes back. */
const ROUNDS = 2;

let cafe: Cafe;
beforeEach(async () => {
  cafe = await openCafe({ members: 4, stampsPerMember: 0 }, { options: { lockTimeoutMs: 30_000 } });
  for (const member of MEMBERS) {
    const id = BigInt(member);
    await sql`insert into stamps (stamp_id, member_id, card_code, amount, status, stamped_at)
      select ${id}, member_id, card_code, ${STAMPS_EACH}, 'given', joined_at from members where member_id = ${id}`.execute(
      cafe.database.handle,
    );
  }
  await cafe.migrate({}, LIVE);
});
afterEach(() => cafe.close());

/** A process that spends on one side until it is told to stop; then what it spent. */
interface Spender {
  /** Ends it, and gives the treats it took by member. */
  stop(): Promise<Readonly<Record<string, number>>>;
}

async function spend(side: 'legacy' | 'ledger'): Promise<Spender> {
  const script = new URL('spender-child.ts', import.meta.url).pathname;
  const child: ChildProcess = spawn(process.execPath, [script, side, cafe.url, MEMBERS.join(',')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> });
  reader.on('line', (line) => lines.push(line));
  await once(reader, 'line');
  return {
    async stop() {
      const ended = once(child, 'close');
      child.stdin?.end();
      await ended;
      return JSON.parse(lines.at(-1) ?? '') as Readonly<Record<string, number>>;
    },
  };
}

test(
  'is spendable on one side at a time: two processes spend, one on each side, while everybody goes over and comes back',
  { timeout: 180_000 },
  async () => {
    const context = cafe.context({ backup: assumedBackup() }, LIVE);
    const spenders = [await spend('legacy'), await spend('ledger')];
    const all = { who: 'all' } as const;
    for (let round = 1; round <= ROUNDS; round += 1) {
      await switchAccounts(context, { selection: all, cohort: `round-${round}` });
      await watchCutover(context, { once: true });
      await returnAccounts(context, { selection: all });
    }
    await switchAccounts(context, { selection: all, cohort: 'end' });
    const [byTill = {}, byLedger = {}] = await Promise.all(spenders.map((spender) => spender.stop()));
    const last = await watchCutover(context, { once: true });
    expect(last).toMatchObject({ lag: { entries: 0n }, drift: { compared: 8n, drifted: 0n } });
    const rows = await cafe.rows(
      sql<{
        owner: string;
        balance: bigint;
      }>`select owner, balance from ${sql.table('carryover_accounts')} where kind = 'stamps' order by owner`,
    );
    const taken = (member: string) => (byTill[member] ?? 0) + (byLedger[member] ?? 0);
    expect(rows.map(({ owner, balance }) => [owner, balance])).toEqual(
      MEMBERS.map((member) => [String(member), STAMPS_EACH - 10n * BigInt(taken(String(member)))]),
    );
    const total = (counts: Readonly<Record<string, number>>) =>
      MEMBERS.reduce((sum, member) => sum + (counts[member] ?? 0), 0);
    expect(total(byTill)).toBeGreaterThan(0);
    expect(total(byLedger)).toBeGreaterThan(0);
  },
);
