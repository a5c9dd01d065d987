import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CRASH_POINTS, type CrashPoint } from '../../src/cutover/crash-points.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';

// A run is a process with a backup, a proof and a rehearsal; on a busy machine each takes a while.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const SIZE = { members: 40, stampsPerMember: 7 };
const script = fileURLToPath(new URL('run-cafe.ts', import.meta.url));

/** Runs the cutover in a process of its own and returns the signal that ended it, or its exit code. */
async function run(cafe: Cafe, verb: 'migrate' | 'rollback', crashAt?: string): Promise<string> {
  const environment = { ...process.env };
  delete environment['CARRYOVER_CRASH_AT'];
  const child = spawn(process.execPath, [script, cafe.url, cafe.folder, verb], {
    env: crashAt === undefined ? environment : { ...environment, CARRYOVER_CRASH_AT: crashAt },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== null && code !== 0) throw new Error(`The run ended with ${code}: ${said.slice(-2000)}`);
  return signal ?? String(code);
}

/** Every entry and account in order of creation, all columns but the clock's and the id: servers leave gaps in ids. */
async function ledgerOf(cafe: Cafe): Promise<readonly string[]> {
  const { database } = cafe;
  const entries = await sql<object>`
    select a.kind as account_kind, a.owner, a.balance, a.floor, a.status, a.authority, n.seq, n.amount, n.balance_after,
      n.kind, n.contra, n.idempotency_key, n.source, n.reverses_seq, n.reason, n.actor, n.details, n.occurred_at
    from ${sql.table('carryover_accounts')} as a left join ${sql.table('carryover_entries')} as n on n.account_id = a.id
    order by a.id, n.seq`.execute(database.handle);
  return entries.rows.map((row) =>
    JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
  );
}

/** The chunks of the newest pass, by the journal; a chunk that was done twice is there twice. */
async function chunksOf(cafe: Cafe): Promise<readonly string[]> {
  const { rows } = await sql<{ step: string }>`
    select step from ${sql.table('carryover_journal')} where stage = 'backfill' and phase = 'result' and step like 'chunk%' order by seq`.execute(
    cafe.database.handle,
  );
  return rows.map(({ step }) => step);
}

describe('a run that is killed at any point and resumed leaves what an uninterrupted one leaves', () => {
  let expected: { readonly ledger: readonly string[]; readonly chunks: readonly string[] };

  beforeAll(async () => {
    const cafe = await openCafe(SIZE);
    expect(await run(cafe, 'migrate')).toBe('0');
    expected = { ledger: await ledgerOf(cafe), chunks: await chunksOf(cafe) };
    await cafe.close();
    expect(expected.ledger.length).toBeGreaterThan(SIZE.members * SIZE.stampsPerMember);
    expect(expected.chunks.length).toBeGreaterThan(3);
  });

  const forward = CRASH_POINTS.filter((point) => !point.startsWith('rollback:'));
  test.each(forward)('%s', async (point: CrashPoint) => {
    const cafe = await openCafe(SIZE);
    try {
      // The rehearsal passes the points of expand to verify too, on its copy; a chunk's seventh pass is in the middle of the live backfill.
      expect(await run(cafe, 'migrate', point.startsWith('backfill:chunk:') ? `${point}#7` : point)).toBe('SIGKILL');
      expect(await run(cafe, 'migrate')).toBe('0');
      expect(await ledgerOf(cafe)).toEqual(expected.ledger);
      const chunks = await chunksOf(cafe);
      expect(new Set(chunks).size).toBe(chunks.length);
    } finally {
      await cafe.close();
    }
  });
});

describe('a rollback that is killed at any point is taken up again and leaves legacy alone', () => {
  let cafe: Cafe;

  beforeAll(async () => {
    cafe = await openCafe(SIZE);
  });
  afterAll(async () => {
    await cafe.close();
  });

  test.each(CRASH_POINTS.filter((point) => point.startsWith('rollback:')))('%s', async (point: CrashPoint) => {
    await cafe.migrate();
    expect(await run(cafe, 'rollback', point)).toBe('SIGKILL');
    expect(await run(cafe, 'rollback')).toBe('0');
    expect(await ledgerOf(cafe)).toEqual([]);
    const { rows } = await sql<{ state: string }>`select state from ${sql.table('carryover_cutovers')}`.execute(
      cafe.database.handle,
    );
    expect(rows).toEqual([{ state: 'rolled-back' }]);
  });
});
