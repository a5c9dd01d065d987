import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { verifyLedger } from '../../src/ledger/verify/verify-ledger.ts';
import type { ChildReport } from './concurrency-child.ts';
import { openTestLedger } from './open-test-ledger.ts';
import { openNew, post } from './test-accounts.ts';

const PROCESSES = 4;
const COMMANDS = 10_000;
const START = 200n;
const FLOORS = [0n, -50n, 20n, null, 0n] as const;
const CHILD = fileURLToPath(new URL('concurrency-child.ts', import.meta.url));

async function runChild(url: string, number: number, accountIds: readonly bigint[]): Promise<ChildReport> {
  const args = [CHILD, url, String(number), String(COMMANDS / PROCESSES), ...accountIds.map(String)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as ChildReport;
}

interface AccountRow {
  readonly id: bigint;
  readonly balance: bigint;
  readonly held: bigint;
  readonly lowest: bigint;
}

test(
  'four processes, 10,000 commands, five accounts: no floor broken, nothing twice, nothing lost',
  { timeout: 120_000 },
  async () => {
    const opened = await openTestLedger();
    const { ledger, database, url } = opened;
    const ids = await openNew(ledger, ...FLOORS.map((floor) => ({ floor })));
    await ledger.execute(ids.map((id) => post(id, START, 'start')));

    const reports = await Promise.all(Array.from({ length: PROCESSES }, (_, number) => runChild(url, number + 1, ids)));

    const words = reports.map((report) => report.words);
    expect(reports.map(({ executed }) => executed)).toEqual(
      Array.from({ length: PROCESSES }, () => COMMANDS / PROCESSES),
    );
    for (const word of [
      'posted',
      'replayed',
      'LEDGER_FLOOR_BREACHED',
      'LEDGER_HOLD_CAPTURED',
      'LEDGER_HOLD_RELEASED',
    ]) {
      expect(
        words.reduce((sum, of) => sum + (of[word] ?? 0), 0),
        word,
      ).toBeGreaterThan(0);
    }
    expect(words.flatMap((of) => Object.keys(of))).not.toContain('LEDGER_KEY_REUSED');

    const { rows } = await sql<AccountRow>`
    select a.id, a.balance, a.held, (
      select min(n.balance_after) from ${sql.table('carryover_entries')} as n where n.account_id = a.id) as lowest
    from ${sql.table('carryover_accounts')} as a order by a.id`.execute(database.handle);
    const told = ids.map((id) =>
      reports.reduce((sum, { posted }) => sum + BigInt(posted[id.toString()] ?? '0'), START),
    );
    expect(rows.map(({ balance }) => balance)).toEqual(told);
    rows.forEach(({ balance, held, lowest }, index) => {
      const floor = FLOORS[index] ?? null;
      if (floor === null) return;
      expect(lowest, `account ${index}`).toBeGreaterThanOrEqual(floor);
      expect(balance - held, `account ${index}`).toBeGreaterThanOrEqual(floor);
    });

    const shared = reports.flatMap(({ sharedPosted }) => sharedPosted);
    expect(shared.length).toBeGreaterThan(100);
    expect(new Set(shared).size).toBe(shared.length);
    expect(await verifyLedger(database)).toMatchObject({ outcome: 'clean', accounts: 5n, breaches: [] });
    await opened.close();
  },
);
