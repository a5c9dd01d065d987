import { sql } from 'kysely';
import { createLedger } from '../src/ledger/ledger.ts';
import { verifyLedger } from '../src/ledger/verify/verify-ledger.ts';
import type { Database } from '../src/sql/database.ts';
import { openBenchDatabase } from './bench-database.ts';
import { rounded, type BenchFindings, type BenchScenario, type BenchTarget } from './bench-scenario.ts';

/** Entries of each account. */
const ENTRIES_EACH = 50;
const SIZES = [100_000, 500_000];

/** Verifies ledgers of two sizes: the rate, and the memory that must not grow with the size. */
export const verify: BenchScenario = {
  name: 'verify',
  title: 'entries verified per second, and memory at two sizes',
  run,
};

async function run({ serverUrl, say }: BenchTarget): Promise<BenchFindings> {
  const figures: Record<string, number> = {};
  const rates: number[] = [];
  for (const size of SIZES) {
    const { database, drop } = await openBenchDatabase(serverUrl);
    try {
      await fill(database, size);
      const rssBefore = process.memoryUsage().rss;
      let rssPeak = rssBefore;
      const sampling = setInterval(() => (rssPeak = Math.max(rssPeak, process.memoryUsage().rss)), 50);
      const startedMs = performance.now();
      const { outcome, entries } = await verifyLedger(database, {});
      const seconds = (performance.now() - startedMs) / 1000;
      clearInterval(sampling);
      if (outcome !== 'clean') throw new Error(`The bench's own ledger was found ${outcome}.`);
      rates.push(Number(entries) / seconds);
      figures[`entriesPerSecond${size}`] = rounded(Number(entries) / seconds);
      figures[`rssGrowthMb${size}`] = rounded((rssPeak - rssBefore) / 2 ** 20);
      say(`${size} entries in ${rounded(seconds)} s`);
    } finally {
      await drop();
    }
  }
  const [small = Number.NaN, large = Number.NaN] = rates;
  return { ratios: { flat: rounded(large / small) }, figures };
}

/** Accounts with running balances as a cutover carries them, made by the database itself. */
async function fill(database: Database, size: number): Promise<void> {
  const ledger = createLedger(database);
  const accounts = Math.ceil(size / ENTRIES_EACH);
  const owners = Array.from({ length: accounts }, (_, index) => `owner-${index}`);
  const spec = { unit: 'point', floor: null, lotted: false, authority: 'ledger' } as const;
  for (let index = 0; index < owners.length; index += 1000) {
    const refs = owners
      .slice(index, index + 1000)
      .map((owner) => ({ ref: { system: 'bench', kind: 'points', owner }, ...spec }));
    await ledger.openAccounts(refs);
  }
  await ledger.close();
  const { expressions: e } = database.dialect;
  const digits = sql`(select 0 as d union all select 1 union all select 2 union all select 3 union all select 4
    union all select 5 union all select 6 union all select 7 union all select 8 union all select 9)`;
  await database.write(async (trx) => {
    await sql`insert into ${sql.table('carryover_entries')}
      (account_id, seq, amount, balance_after, kind, contra, idempotency_key, source, actor, occurred_at, recorded_at)
      select a.id, t.d * 10 + o.d + 1, 1, t.d * 10 + o.d + 1, 'grant', 'grants',
        ${e.concat(sql`'fact:'`, e.text(sql`t.d * 10 + o.d + 1`))}, ${e.concat(sql`'fact:'`, e.text(sql`t.d * 10 + o.d + 1`))},
        'migration:bench', a.opened_at, a.opened_at
      from ${sql.table('carryover_accounts')} as a cross join ${digits} as t cross join ${digits} as o
      where t.d * 10 + o.d < ${sql.lit(ENTRIES_EACH)}`.execute(trx);
    await sql`update ${sql.table('carryover_accounts')} set balance = ${sql.lit(ENTRIES_EACH)}, seq = ${sql.lit(ENTRIES_EACH)}`.execute(
      trx,
    );
  });
}
