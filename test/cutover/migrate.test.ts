import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Instant } from '../../src/base/instant.ts';
import { runCutover, type CutoverReport, type ProgressEvent } from '../../src/cutover/index.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';

let cafe: Cafe;
let report: CutoverReport;
const events: ProgressEvent[] = [];

beforeAll(async () => {
  cafe = await openCafe();
  report = await runCutover(cafe.context({ onProgress: (event) => events.push(event) }));
});
afterAll(() => cafe.close());

test('a whole cutover goes through its stages in order, with a proven backup and a rehearsal before anything changes', () => {
  const completed = events.flatMap((event) =>
    event.type === 'stage' && event.state === 'completed' ? [event.stage] : [],
  );
  expect(completed).toEqual(['analyze', 'plan', 'backup', 'rehearse', 'expand', 'backfill', 'verify']);
  expect(report.backup?.state).toBe('proven');
  expect(report.rehearsal?.verification.accounts).toMatchObject({ compared: 80n, different: 0n });
  expect(report.plan.estimatedBy).toContain('measured');
});

test('every fact is an entry with its own date, running balance, key and details', async () => {
  const entries = await cafe.rows(sql<{
    seq: bigint;
    amount: bigint;
    balance_after: bigint;
    kind: string;
    contra: string;
    idempotency_key: string;
    source: string;
    actor: string;
    occurred_at: Instant;
  }>`select p.seq, p.amount, p.balance_after, p.kind, p.contra, p.idempotency_key, p.source, p.actor, p.occurred_at
    from ${sql.table('carryover_entries')} p join ${sql.table('carryover_accounts')} a on a.id = p.account_id
    where a.kind = 'stamps' and a.owner = '3' order by p.seq`);
  const shown = entries.map(({ seq, amount, balance_after, kind, source }) => [
    seq,
    amount,
    balance_after,
    kind,
    source,
  ]);
  // Member 3 with 7 stamps: the eighth of the sum is void, the sixth is followed by a redemption of ten.
  expect(shown).toEqual([
    [1n, 1n, 1n, 'coffee', 'stamps:15'],
    [2n, 2n, 3n, 'coffee', 'stamps:16'],
    [3n, 3n, 6n, 'coffee', 'stamps:17'],
    [4n, 4n, 10n, 'coffee', 'stamps:18'],
    [5n, 1n, 11n, 'coffee', 'stamps:19'],
    [6n, 2n, 13n, 'coffee', 'stamps:20'],
    [7n, -10n, 3n, 'redemption', 'redemptions:20'],
    [8n, 3n, 6n, 'coffee', 'stamps:21'],
  ]);
  expect(entries[0]).toMatchObject({
    contra: 'coffees',
    idempotency_key: 'stamps:15',
    actor: 'migration:stamps-run-1',
  });
  expect(entries[0]?.occurred_at.toString()).toBe('2026-01-01T09:00:03.000000Z');
});

test('accounts have the floor, status and balance that legacy says', async () => {
  const rows = await cafe.rows(sql<{
    owner: string;
    floor: bigint | null;
    status: string;
    balance: bigint;
    seq: bigint;
    authority: string;
  }>`select owner, floor, status, balance, seq, authority from ${sql.table('carryover_accounts')}
    where kind = 'stamps' and owner in ('3', '5', '7') order by id`);
  expect(rows).toEqual([
    { owner: '3', floor: 0n, status: 'open', balance: 6n, seq: 8n, authority: 'legacy' },
    expect.objectContaining({ owner: '5', floor: null, status: 'open' }),
    expect.objectContaining({ owner: '7', floor: 0n, status: 'frozen' }),
  ]);
});

test("the system's own rows and the compatibility view are there", async () => {
  const cards = await cafe.rows(sql<{ n: bigint }>`select count(*) as n from ${sql.table('carryover_stamps_cards')}`);
  expect(cards).toEqual([{ n: 40n }]);
  const view = await cafe.rows(sql<{ stamps: bigint }>`select stamps from stamp_balances where card_code = 'c-0003'`);
  expect(view).toEqual([{ stamps: 6n }]);
});

test('the journal has an intent and a result for each step, without gaps, and what the stages before expand found', async () => {
  const lines = await cafe.rows(sql<{
    seq: bigint;
    stage: string;
    step: string;
    phase: string;
    inverse: string | null;
  }>`
    select seq, stage, step, phase, inverse from ${sql.table('carryover_journal')} order by seq`);
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_line, index) => BigInt(index + 1)));
  expect(lines.slice(0, 8).map(({ stage, step, phase }) => `${stage} ${step} ${phase}`)).toEqual([
    'analyze report result',
    'plan agree result',
    'backup proven result',
    'rehearse report result',
    'expand create-tables intent',
    'expand create-tables result',
    'expand create-view stamp_balances intent',
    'expand create-view stamp_balances result',
  ]);
  const inverses = lines.flatMap(({ inverse }) => inverse ?? []);
  expect(inverses).toEqual(['undo-tables', 'drop-view stamp_balances', 'erase-ledger']);
});

test('findings are stored row by row', async () => {
  const rows = await cafe.rows(sql<{ code: string; n: bigint }>`select code, count(*) as n
    from ${sql.table('carryover_findings')} group by code order by code`);
  const negative = report.analysis.findings.find(({ code }) => code === 'negative-card');
  expect(negative?.rows).toBe(4n);
  expect(rows).toEqual([{ code: 'negative-card', n: negative?.rows }]);
});

test('progress names rows done, rows in all and the rate', () => {
  const last = events.findLast((event) => event.type === 'rows' && event.stage === 'backfill');
  expect(last).toMatchObject({ rows: 343n, rowsTotal: 343n, secondsLeft: 0 });
});

test('a second migrate is another pass that posts nothing', async () => {
  const before = await cafe.rows(sql`select * from ${sql.table('carryover_entries')} order by account_id, seq`);
  const again = await cafe.migrate();
  expect(again.verification?.accounts).toMatchObject({ compared: 80n, different: 0n });
  expect(await cafe.rows(sql`select * from ${sql.table('carryover_entries')} order by account_id, seq`)).toEqual(
    before,
  );
  expect(await cafe.rows(sql`select pass, stage, state, holder from ${sql.table('carryover_cutovers')}`)).toEqual([
    { pass: 2n, stage: 'verify', state: 'done', holder: null },
  ]);
});
