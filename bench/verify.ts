import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Actor } from '../src/base/actor.ts';
import { contentHash } from '../src/ledger/kernel/content-hash.ts';
import { Ledger } from '../src/ledger/ledger.ts';
import type { BulkValue } from '../src/sql/contract/statements.ts';
import type { Database } from '../src/sql/database.ts';
import { openBenchDatabase } from './bench-database.ts';
import { rounded, type BenchFindings, type BenchScenario, type BenchTarget } from './bench-scenario.ts';
import type { VerifyRun } from './verify-child.ts';

/**
 * Entries of the two ledgers. Each account has the same number in both, so that only the number of accounts grows. The smaller
 * is long enough for the collector of garbage to have reached its own pace.
 */
const SIZES = [100_000, 400_000] as const;
const ENTRIES_PER_ACCOUNT = 50;
const ROWS_PER_INSERT = 2_000;
const CHILD = fileURLToPath(new URL('verify-child.ts', import.meta.url));
const actor: Actor = { kind: 'system', id: 'bench' };

/** Verification of a clean ledger at two sizes, each in a process of its own, whose peak memory is what it took. */
export const verify: BenchScenario = {
  name: 'verify',
  title: 'entries verified per second, and memory at two sizes of the ledger',
  run,
};

async function run(target: BenchTarget): Promise<BenchFindings> {
  const [small, large] = [await runSize(target, SIZES[0]), await runSize(target, SIZES[1])];
  const memory = large.whole.peakMegabytes / small.whole.peakMegabytes;
  const flat = large.whole.entries / large.whole.ms / (small.whole.entries / small.whole.ms);
  return { ratios: { flat: rounded(flat), memory: rounded(memory) }, figures: { ...small.figures, ...large.figures } };
}

interface SizeFindings {
  /** The run that also hashed contents again. */
  readonly whole: VerifyRun;
  readonly figures: Readonly<Record<string, number>>;
}

async function runSize({ serverUrl, say }: BenchTarget, entries: number): Promise<SizeFindings> {
  const { url, database, drop } = await openBenchDatabase(serverUrl);
  try {
    await fill(database, entries);
    const [whole, structure] = [await verifyApart(url, true), await verifyApart(url, false)];
    const figures: Record<string, number> = {};
    for (const [name, found] of [
      [`${entries}`, whole],
      [`${entries}WithoutContents`, structure],
    ] as const) {
      if (found.entries !== entries) throw new Error(`Verified ${found.entries} entries, against ${entries}.`);
      figures[`perSecond${name}`] = rounded((found.entries * 1000) / found.ms);
      figures[`peakMegabytes${name}`] = rounded(found.peakMegabytes);
      say(`${name}: ${rounded(found.ms)} ms, ${rounded(found.peakMegabytes)} MB`);
    }
    return { whole, figures };
  } finally {
    await drop();
  }
}

/** With a small heap, because V8 does not collect what it need not, and would seem to grow up to its own limit. */
async function verifyApart(url: string, contents: boolean): Promise<VerifyRun> {
  const args = ['--max-old-space-size=100', CHILD, url, String(contents)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as VerifyRun;
}

/** Writes a ledger of plain posts as commands would have, but faster. */
async function fill(database: Database, entries: number): Promise<void> {
  const ledger = new Ledger(database);
  const opened = await ledger.openAccounts(
    Array.from({ length: entries / ENTRIES_PER_ACCOUNT }, (_, index) => ({
      ref: { system: 'bench', kind: 'wallet', owner: `o${index}` },
      unit: 'point',
      floor: 0n,
      lotted: false,
      authority: 'ledger' as const,
    })),
  );
  await ledger.close();
  const { statements } = database.dialect;
  const now = await statements.serverNow(database.handle);
  const rows = opened.flatMap(({ id }) =>
    Array.from({ length: ENTRIES_PER_ACCOUNT }, (_, index): readonly BulkValue[] => {
      const [seq, key] = [BigInt(index + 1), `k${index}`];
      const command = {
        type: 'post',
        key,
        actor,
        accountId: id,
        amount: 2n,
        kind: 'payment',
        contra: 'payments',
      } as const;
      const hash = contentHash(command);
      return [id, seq, 2n, seq * 2n, 'payment', 'payments', key, hash, 'system:bench', now, now];
    }),
  );
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    const columns = ENTRY_COLUMNS;
    await statements.insertRows(database.handle, 'carryover_entries', {
      columns,
      rows: rows.slice(start, start + ROWS_PER_INSERT),
    });
  }
  const totals = opened.map(({ id }): readonly BulkValue[] => [
    id,
    BigInt(ENTRIES_PER_ACCOUNT * 2),
    BigInt(ENTRIES_PER_ACCOUNT),
  ]);
  for (let start = 0; start < totals.length; start += ROWS_PER_INSERT) {
    await statements.updateFromRows(database.handle, {
      table: 'carryover_accounts',
      rows: {
        columns: { id: 'int64', balance: 'int64', seq: 'int64' },
        rows: totals.slice(start, start + ROWS_PER_INSERT),
      },
      key: ['id'],
      set: ['balance', 'seq'],
    });
  }
}

const ENTRY_COLUMNS = {
  account_id: 'int64',
  seq: 'int64',
  amount: 'int64',
  balance_after: 'int64',
  kind: 'text',
  contra: 'text',
  idempotency_key: 'text',
  content_hash: 'int64',
  actor: 'text',
  occurred_at: 'instant',
  recorded_at: 'instant',
} as const;
