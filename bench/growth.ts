import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { checkValue } from '../src/base/check-value.ts';
import {
  listLosses,
  returnAccounts,
  runCutover,
  switchAccounts,
  watchCutover,
  type CutoverContext,
} from '../src/cutover/index.ts';
import { Ledger } from '../src/ledger/ledger.ts';
import type { Database } from '../src/sql/database.ts';
import { billingSystem } from '../src/systems/billing/index.ts';
import { createSampleSaas } from '../src/systems/billing/sample-saas/create-sample-saas.ts';
import { tuitionSystem } from '../src/systems/tuition/index.ts';
import { createSampleSchool } from '../src/systems/tuition/sample-school/create-sample-school.ts';
import { assumedBackup } from '../test/support/assumed-backup.ts';
import { openEmptyBenchDatabase } from './bench-database.ts';
import { rounded, type BenchFindings, type BenchScenario, type BenchTarget } from './bench-scenario.ts';

/** People of the larger sample, unless told; the smaller has a quarter. */
const ROWS_DEFAULT = 40_000;
const SMALLER = 4;
/** One account in so many is posted to after the switch. */
const POSTED_SHARE = 5n;
const POSTS_TOGETHER = 500;

/** A system with a sample of any size. */
interface Sampled {
  readonly name: string;
  readonly system: CutoverContext['system'];
  create(database: Database, people: number): Promise<unknown>;
}

const systems: readonly Sampled[] = [
  {
    name: 'billing',
    system: billingSystem,
    create: async (database, users) =>
      createSampleSaas(database, { users, asOf: await database.dialect.statements.serverNow(database.handle) }),
  },
  {
    name: 'tuition',
    system: tuitionSystem,
    create: (database, students) => createSampleSchool(database, { students, years: 1 }),
  },
];

/** Each system carried, switched, told of posts and taken back at two sizes: what each step costs per person as there are more of them. */
export const growth: BenchScenario = {
  name: 'growth',
  title: 'what each step of each system costs per person, at a size against a quarter of it',
  run,
};

async function run(target: BenchTarget): Promise<BenchFindings> {
  const people = Number(process.env['CARRYOVER_BENCH_ROWS'] ?? ROWS_DEFAULT);
  const ratios: Record<string, number> = {};
  const figures: Record<string, number> = {};
  for (const sampled of systems) {
    const small = await runSize(target, sampled, Math.round(people / SMALLER));
    const large = await runSize(target, sampled, people);
    for (const [step, seconds] of Object.entries(large)) {
      ratios[`${sampled.name}.${step}`] = rounded(seconds / SMALLER / (small[step] ?? Number.NaN));
      figures[`${sampled.name}.${step}Seconds`] = rounded(seconds);
    }
  }
  return { ratios, figures };
}

async function runSize(
  { serverUrl, say }: BenchTarget,
  sampled: Sampled,
  people: number,
): Promise<Readonly<Record<string, number>>> {
  const { database, drop } = await openEmptyBenchDatabase(serverUrl, { poolMax: 6 });
  const folder = mkdtempSync(join(tmpdir(), 'carryover-growth-'));
  const steps: Record<string, number> = {};
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    const result = await work();
    steps[step] = (performance.now() - startedMs) / 1000;
    say(`${sampled.name} of ${people}, ${step}: ${rounded(steps[step] ?? Number.NaN)} s`);
    return result;
  };
  try {
    await sampled.create(database, people);
    const context = contextOf(sampled, database, folder);
    Object.assign(steps, (await runCutover(context, { from: 'analyze', to: 'plan' })).seconds);
    Object.assign(steps, (await runCutover(context, { from: 'expand' })).seconds);
    for (const [step, taken] of Object.entries(steps))
      say(`${sampled.name} of ${people}, ${step}: ${rounded(taken)} s`);
    const all = { who: 'all' } as const;
    await timed('switch', () => switchAccounts(context, { selection: all, cohort: 'all' }));
    await timed('post', () => post(database, sampled.name));
    await timed('watch', () => watchCutover(context, { once: true }));
    const acceptedLosses = await timed('losses', () => listLosses(context));
    await timed('return', () => returnAccounts(context, { selection: all, acceptedLosses }));
    await timed('switchAgain', () => switchAccounts(context, { selection: all, cohort: 'again' }));
    return steps;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await drop();
  }
}

function contextOf(sampled: Sampled, database: Database, folder: string): CutoverContext {
  const policy = checkValue<object>(sampled.system.policySchema, {});
  if ('flaw' in policy) throw new Error(`The policy has no default for "${policy.flaw.path}".`);
  return {
    instance: 'bench',
    database,
    system: sampled.system,
    policy: policy.value,
    mapping: {},
    backup: assumedBackup(),
    folder,
    toolVersion: '0.0.0',
    limits: { quarantineRowsMax: 1_000_000n },
  };
}

/** A movement on some of the accounts, which legacy is then told of. */
async function post(database: Database, system: string): Promise<void> {
  const ledger = new Ledger(database);
  const { rows } = await sql<{ id: bigint }>`select id from ${sql.table('carryover_accounts')}
    where system_name = ${system} and authority = 'ledger' and status = 'open' and id % ${sql.lit(POSTED_SHARE)} = 0 order by id`.execute(
    database.handle,
  );
  for (let at = 0; at < rows.length; at += POSTS_TOGETHER) {
    await ledger.execute(
      rows.slice(at, at + POSTS_TOGETHER).map(({ id }) => ({
        type: 'post',
        key: `bench:${id}`,
        actor: { kind: 'system', id: 'bench' },
        accountId: id,
        amount: -1n,
        contra: 'adjustment',
        kind: 'adjustment',
      })),
    );
  }
  await ledger.close();
}
