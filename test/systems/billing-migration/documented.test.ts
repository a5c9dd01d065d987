import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { expect } from 'vitest';
import { openDatabase } from '../../../src/sql/database.ts';
import { billingSystem } from '../../../src/systems/billing/index.ts';
import { billingJobs } from '../../../src/systems/billing/jobs.ts';
import { billingOperations } from '../../../src/systems/billing/operations/index.ts';
import { createSampleSaas, SAMPLE_SAAS_AS_OF } from '../../../src/systems/billing/sample-saas/create-sample-saas.ts';
import { saasTraps } from '../../../src/systems/billing/sample-saas/saas-traps.ts';
import { documentedCommand } from '../../repo/marked-blocks.ts';
import { test } from '../../sql/database-fixture.ts';
import { testEngine } from '../../support/fresh-database.ts';
import { runCli } from '../../support/run-cli.ts';
import { carry } from './carry-saas.ts';
import { policyWith } from './legacy-queries.ts';
import { saas } from './saas.ts';

const page = readFileSync(new URL('../../../docs/systems/billing.md', import.meta.url), 'utf8');

test('the page tells every finding with its weight, and no other', () => {
  const told = [...chapter('Findings').matchAll(/^\| `([a-z-]+)` +\| (\w+) +\|/gm)].map(
    ([, code, severity]) => `${code} ${severity}`,
  );
  expect(told.toSorted()).toEqual(billingSystem.findings.map(({ code, severity }) => `${code} ${severity}`).toSorted());
});

test('the page tells every reason for which a row is not carried, and no other', () => {
  const told = [
    ...chapter('Rows that are not carried').matchAll(/^\|[^|]*\| `([a-z-]+)` +\| (?:quarantined|left out)/gm),
  ].map(([, reason = '']) => reason);
  const reasons = billingSystem.facts.flatMap(({ reasons: ofTable }) => Object.keys(ofTable));
  expect(told.toSorted()).toEqual(reasons.toSorted());
});

test('the page tells every legacy column and whether it is needed', () => {
  const rows = [...chapter('Legacy tables').matchAll(/^\| (?:`(\w+)`)? +\| (`.+`.*?) +\| (yes|–) +\|/gm)];
  let table = '';
  const told = rows.flatMap(([, name, columns = '', needed]) => {
    table = name ?? table;
    const names = [...columns.matchAll(/`(\w+)`/g)].map(([, column]) => column);
    return names.map((column) => `${table}.${column} ${needed === 'yes' ? 'needed' : 'spare'}`);
  });
  const read = billingSystem.legacy.flatMap(({ name, columns }) =>
    columns.map((column) => `${name}.${column.name} ${column.required ? 'needed' : 'spare'}`),
  );
  expect(told.toSorted()).toEqual(read.toSorted());
});

test('the page tells every setting of the policy', () => {
  const told = [...chapter('Policy').matchAll(/^\| (`[^|]+`) *\|/gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name),
  );
  expect(told.toSorted()).toEqual(settings(policyWith({}), '').toSorted());
});

test('the page tells every line from U-01 to U-45 once, and the traps of the sample SaaS are among them', () => {
  const told = [...page.matchAll(/^- \*\*(U-\d\d)\*\*/gm)].map(([, line = '']) => line);
  expect(told.toSorted()).toEqual(Array.from({ length: 45 }, (_, index) => `U-${String(index + 1).padStart(2, '0')}`));
  expect(saasTraps.filter(({ line }) => !told.includes(line))).toEqual([]);
});

test('the page tells every rollback limit, operation and job, and no other', () => {
  const first = (title: string): readonly string[] =>
    [...chapter(title).matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, name = '']) => name).toSorted();
  const names = (all: readonly { readonly name: string }[]): readonly string[] =>
    all.map(({ name }) => name).toSorted();
  expect(first('What legacy could not hold')).toEqual(names(billingSystem.rollbackLimits));
  expect(first('Operations')).toEqual(names(billingOperations));
  expect(first('Jobs')).toEqual(names(billingJobs));
});

test('the queries of the page run as they stand', async ({ db }) => {
  await saas().user('ann').subscribed('tier_2_20').bought(10).used(4).user('eve').used(20).write(db);
  await carry(db);
  const queries = [...page.matchAll(/```sql\n([^`]+?);?\n```/g)].map(([, query = '']) => query);
  expect(queries).toHaveLength(3);
  for (const query of queries) expect((await sql.raw(query).execute(db.handle)).rows, query).not.toEqual([]);
});

test('the cases of the page come out as it says', async ({ db }) => {
  await saas()
    .user('a')
    .user('b')
    .subscribed('tier_2_20')
    .metered(24.9)
    .user('c')
    .subscribed('tier_2_20')
    .metered(40)
    .user('d')
    .subscribed('tier_2_20')
    .metered(30)
    .bought(5)
    .used(5, { type: 'token_overage' })
    .user('e')
    .subscribed('', { price: 'price_tier_6_50_yearly', from: '2026-01-31', until: '2027-01-31', created: '2026-01-31' })
    .user('f')
    .subscribed('tier_2_20', { status: 'canceled' })
    .user('g')
    .bought(60)
    .used(12.5, { type: 'manual_deduction' })
    .user('h')
    .bought(25)
    .bought(10, { status: 'pending' })
    .bought(99, { status: 'refunded' })
    .user('i')
    .used(20, { type: 'manual_deduction' })
    .write(db);
  await carry(db);
  const { rows } = await sql<{ balance: number | string; granted: number | string }>`
    select balance, lifetime_granted as granted from credit_accounts order by user_id`.execute(db.handle);
  const told = [...chapter('Cases').matchAll(/^\| [^|]+\| (−?[\d.]+) +\| ([\d.]+) +\|/gm)].map(
    ([, balance = '', granted]) => [Number(balance.replace('−', '-')), Number(granted)],
  );
  expect(told).toEqual(rows.map(({ balance, granted }) => [Number(balance), Number(granted)]));
});

test.runIf(testEngine() === 'sqlite')(
  'U-20: the cron line of the page, started as cron starts it, grants what is due, and the second time nothing',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'carryover-cron-'));
    try {
      const url = `sqlite:${join(folder, 'saas.db')}`;
      writeFileSync(join(folder, 'saas.db'), '');
      const database = await openDatabase(url);
      await createSampleSaas(database, { users: 53 }).finally(() => database.close());
      for (const words of [
        'init --url-env DATABASE_URL --name dev',
        `migrate --instance dev --yes --as-of ${SAMPLE_SAAS_AS_OF.toString()}`,
        'switch --all --instance dev --yes',
      ]) {
        const { exitCode, stderr } = await runCli(folder, words.split(' '), { DATABASE_URL: url });
        expect({ words, said: exitCode === 0 ? '' : stderr }).toEqual({ words, said: '' });
      }
      const [, line = ''] = /```cron\n([^`]+?)\n```/.exec(page) ?? [];
      const [, command = ''] = /^(?:[\d*/,-]+ ){5}(.+)$/.exec(line) ?? [];
      installNpx(folder, url);
      const run = (): string =>
        execFileSync('/bin/sh', ['-c', command.replace('/srv/app', folder)], {
          env: { HOME: folder, SHELL: '/bin/sh', PATH: '/usr/bin:/bin' },
          encoding: 'utf8',
        });
      const granted = (said: string): number => Number(/^granted +(\d+)$/m.exec(said)?.[1]);
      expect(granted(run())).toBeGreaterThan(0);
      expect(granted(run())).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);

/** What `cron.env` of the page is to hold, and an `npx` that runs this very program. */
function installNpx(folder: string, url: string): void {
  const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${main}" "$@"\n`);
  chmodSync(join(folder, 'bin', 'npx'), 0o755);
  writeFileSync(join(folder, 'cron.env'), `export PATH="${folder}/bin:$PATH"\nexport DATABASE_URL="${url}"\n`);
}

test.runIf(testEngine() === 'sqlite')(
  'U-02, U-20: each command of the page ends as documented, from top to bottom',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'carryover-docs-'));
    try {
      const url = `sqlite:${join(folder, 'saas.db')}`;
      writeFileSync(join(folder, 'saas.db'), '');
      const database = await openDatabase(url);
      await createSampleSaas(database, { users: 53 }).finally(() => database.close());
      const lines = [...page.matchAll(/```sh\n([^`]+?)\n```/g)].flatMap(([, block = '']) => block.split('\n'));
      expect(lines.length).toBeGreaterThan(5);
      for (const line of lines) {
        const { args, exitCode } = documentedCommand(line);
        const result = await runCli(folder, args, { DATABASE_URL: url });
        expect({ line, said: result.exitCode === exitCode ? '' : result.stderr, exitCode }).toEqual({
          line,
          said: '',
          exitCode: result.exitCode,
        });
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);

function chapter(title: string): string {
  const start = page.indexOf(`\n## ${title}\n`);
  if (start < 0) throw new Error(`The page has no chapter "${title}".`);
  const end = page.indexOf('\n## ', start + 1);
  return page.slice(start, end < 0 ? undefined : end);
}

function settings(value: object, prefix: string): string[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const isGroup = typeof inner === 'object' && inner !== null && !Array.isArray(inner) && name !== 'tiers';
    return isGroup ? settings(inner, `${prefix}${name}.`) : [`${prefix}${name}`];
  });
}
