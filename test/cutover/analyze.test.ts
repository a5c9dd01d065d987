import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Instant } from '../../src/base/instant.ts';
import { analyzeLegacy, cutoverStatus, reopen, runCutover, type CutoverContext } from '../../src/cutover/index.ts';
import { assumedBackup } from '../support/assumed-backup.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';
import { AS_OF } from '../support/cafe-context.ts';
import { failureOf } from '../support/failure-of.ts';

let cafe: Cafe;
beforeEach(async () => {
  cafe = await openCafe({ members: 20, stampsPerMember: 7 });
});
afterEach(() => cafe.close());

function run(...statements: ReturnType<typeof sql>[]): Promise<void> {
  return statements.reduce<Promise<void>>(
    (before, statement) => before.then(() => statement.execute(cafe.database.handle)).then(() => undefined),
    Promise.resolve(),
  );
}

function analyze(changes: Partial<CutoverContext> = {}): ReturnType<typeof runCutover> {
  return runCutover(cafe.context(changes), { to: 'analyze' });
}

test('analyze and plan leave the database without any table of ours', async () => {
  await runCutover(cafe.context(), { to: 'plan' });
  const tables = await cafe.database.dialect.introspection.tables(cafe.database.handle);
  expect(tables.map(({ name }) => name)).toEqual(['members', 'notes', 'redemptions', 'stamps']);
  expect(await cutoverStatus(cafe.database, { instance: 'test', system: 'stamps' })).toMatchObject({
    summary: 'Nothing was changed yet.',
    nextCommand: 'carryover analyze --instance test --system stamps',
  });
});

test('X-08: the session that analyzes is held to reading by the database itself', async () => {
  const reader = await reopen(cafe.database, { access: 'read-only' });
  try {
    const error = await failureOf(sql`delete from stamps`.execute(reader.handle));
    expect(reader.classify(error)).toMatchObject({ kind: 'read-only' });
  } finally {
    await reader.close();
  }
  const context = cafe.context();
  const error = await failureOf(analyzeLegacy(context, cafe.database, AS_OF));
  expect((error as Error).message).toContain('read-only');
});

test('every row of every fact table is counted by outcome and reason', async () => {
  await run(
    sql`update stamps set amount = -1 where stamp_id = 1`,
    sql`insert into redemptions (redemption_id, member_id, treats, redeemed_at) select 900, 999, 1, stamped_at from stamps where stamp_id = 2`,
  );
  const { analysis } = await analyze();
  expect(analysis.facts).toEqual([
    {
      table: 'stamps',
      rows: 140n,
      outcomes: [
        { outcome: 'carried', reason: null, meaning: null, rows: 126n },
        { outcome: 'excluded', reason: 'voided', meaning: 'The barista took it back', rows: 13n },
        { outcome: 'quarantined', reason: 'bad-amount', meaning: 'Not a number of stamps', rows: 1n },
      ],
    },
    {
      table: 'redemptions',
      rows: 23n,
      outcomes: [
        { outcome: 'carried', reason: null, meaning: null, rows: 22n },
        { outcome: 'quarantined', reason: 'no-member', meaning: 'No such member', rows: 1n },
      ],
    },
  ]);
});

test('the result is known before anything is made: accounts, sums per unit, legacy against itself', async () => {
  const { analysis } = await analyze();
  expect(analysis.accounts).toEqual([
    { kind: 'stamps', unit: 'stamp', status: 'frozen', lotted: 0n, accounts: 2n },
    { kind: 'stamps', unit: 'stamp', status: 'open', lotted: 0n, accounts: 18n },
    { kind: 'treats', unit: 'treat', status: 'frozen', lotted: 0n, accounts: 2n },
    { kind: 'treats', unit: 'treat', status: 'open', lotted: 0n, accounts: 18n },
  ]);
  expect(analysis.units.map(({ unit, history, expected }) => [unit, history === expected])).toEqual([
    ['stamp', true],
    ['treat', true],
  ]);
  expect(analysis.units[1]).toEqual({ unit: 'treat', entries: 22n, history: '26', expected: '26' });
  expect(analysis.reconciliation).toEqual({ accounts: 40n, different: 0n });
});

test('legacy that disagrees with itself stops the run and names the account', async () => {
  const { analysis } = await runCutover(cafe.context({}, { wrongMember: 3 }), { to: 'analyze' });
  expect(analysis.reconciliation).toEqual({ accounts: 40n, different: 1n });
  expect(analysis.findings.find(({ code }) => code === 'history-differs')).toMatchObject({
    severity: 'stop',
    rows: 1n,
    samples: [{ subject: 'stamps 3' }],
  });
  const error = await failureOf(runCutover(cafe.context({}, { wrongMember: 3 })));
  expect(error).toMatchObject({ code: 'CUTOVER_GATE_CLOSED' });
  expect((error as Error).message).toContain('history-differs (1)');
});

test('X-19: a renamed column and a column of another type name themselves and what is closest', async () => {
  await run(
    sql`alter table stamps rename column stamped_at to stamped_on_at`,
    sql`alter table redemptions rename column treats to treat_count`,
    sql.raw(`alter table redemptions add column treats ${cafe.database.dialect.columnTypes.longText}`),
  );
  const error = await failureOf(analyze());
  expect(error).toMatchObject({ code: 'CUTOVER_LEGACY_MISMATCH' });
  expect((error as Error).message).toContain('column "stamps.stamped_at" is missing (the closest is "stamped_on_at")');
  expect((error as Error).message).toMatch(/column "redemptions\.treats" is \w*text\w*, not integer/i);
});

test('a missing table names the closest, an optional one may be missing, and a mapping finds both', async () => {
  await run(sql`alter table stamps rename to stamp_log`, sql`alter table members rename column card_code to code`);
  const error = await failureOf(analyze());
  expect((error as Error).message).toContain('table "stamps" is missing');
  expect((error as Error).message).toContain('column "members.card_code" is missing');
  expect((error as Error).message).not.toContain('gifts');
  const mapping = { stamps: { table: 'stamp_log' }, members: { columns: { card_code: 'code' } } };
  const report = await cafe.migrate({ mapping });
  expect(report.verification?.accounts).toMatchObject({ compared: 40n, different: 0n });
});

test('a mapping that maps nothing is a typing mistake', async () => {
  const error = await failureOf(analyze({ mapping: { stamp: { table: 'stamps' } } }));
  expect((error as Error).message).toContain(
    'the mapping names table "stamp", which the system does not read (the closest is "stamps")',
  );
});

test('a finding that stops the run can be accepted by the config, and only there', async () => {
  // Member 10 has the card "C-000A".
  await run(sql`update members set card_code = 'c-000A' where member_id = 2`);
  const { analysis } = await analyze({ acceptedFindings: [] });
  expect(analysis.findings.find(({ code }) => code === 'code-differs-by-case')).toMatchObject({
    rows: 1n,
    accepted: false,
    samples: [{ subject: 'c-000a' }],
  });
  const error = await failureOf(runCutover(cafe.context({ acceptedFindings: [] })));
  expect(error).toMatchObject({ code: 'CUTOVER_GATE_CLOSED', details: { stage: 'backup' } });
  const accepted = await analyze();
  expect(accepted.analysis.findings.find(({ code }) => code === 'code-differs-by-case')?.accepted).toBe(true);
});

test('a view whose name is taken stops the run until the config names it otherwise or leaves it out', async () => {
  await run(sql`create table stamp_balances (id integer)`);
  const error = await failureOf(runCutover(cafe.context()));
  expect((error as Error).message).toContain('view-name-taken (1)');
  const { plan } = await runCutover(cafe.context({ viewNames: { stamp_balances: 'cafe_balances' } }), { to: 'plan' });
  expect(plan.views.map(({ physical }) => physical)).toEqual(['cafe_balances']);
  const without = await runCutover(cafe.context({ viewNames: { stamp_balances: null } }), { to: 'plan' });
  expect(without.plan.views).toEqual([]);
  const unknown = await analyze({ viewNames: { stamp_balance: 'x' } });
  expect(unknown.analysis.findings.find(({ code }) => code === 'view-name-taken')?.samples).toContainEqual({
    subject: 'stamp_balance',
    details: '{"view":null}',
  });
});

test('the same plan has the same hash, and each thing that decides the result gives another', async () => {
  const hashOf = async (changes: Partial<CutoverContext>): Promise<string> =>
    (await runCutover(cafe.context(changes), { to: 'plan' })).plan.hash;
  const hash = await hashOf({});
  expect(await hashOf({})).toBe(hash);
  const { system } = cafe.context();
  const others = [
    await hashOf({ asOf: Instant.parse('2026-11-02T12:00:00Z') }),
    await hashOf({ policy: { stampsPerTreat: 8 } }),
    await hashOf({ toolVersion: '0.0.1-test' }),
    await hashOf({ viewNames: { stamp_balances: 'other' } }),
    await hashOf({
      system: { ...system, expected: (source) => sql`select * from (${system.expected(source)}) as x` as never },
    }),
  ];
  expect(new Set([hash, ...others]).size).toBe(6);
  await run(sql`alter table notes add column pinned integer`);
  expect(await hashOf({})).not.toBe(hash);
});

test('X-08: a run is held to the plan hash it is given, and says what changed from the plan it began with', async () => {
  const { plan } = await runCutover(cafe.context(), { to: 'plan' });
  const refused = await failureOf(cafe.migrate({ planHash: plan.hash, policy: { stampsPerTreat: 8 } }));
  expect(refused).toMatchObject({ code: 'CUTOVER_PLAN_CHANGED', details: { expected: plan.hash } });
  await cafe.migrate({ planHash: plan.hash });
  const changed = await failureOf(cafe.migrate({ policy: { stampsPerTreat: 8 } }));
  expect(changed).toMatchObject({ details: { changes: ['policy.stampsPerTreat was 10, is 8', 'queries'] } });
  await run(sql`alter table notes add column pinned integer`);
  expect(await failureOf(cafe.migrate())).toMatchObject({ details: { changes: ['legacy schema'] } });
});

test('the plan lists the exact DDL, the rows, and what a rollback cannot represent', async () => {
  const { plan } = await runCutover(cafe.context(), { to: 'plan' });
  expect(plan.ddl.filter((statement) => statement.startsWith('create table')).length).toBeGreaterThan(10);
  expect(plan.ddl.some((statement) => statement.includes('stamp_balances'))).toBe(true);
  expect(plan.steps.find(({ stage }) => stage === 'backfill')).toMatchObject({ rows: 171n });
  expect(plan.estimatedBy).toContain('assumed');
  expect(plan.rollbackLimits).toEqual([{ name: 'holds', statement: 'Legacy cannot set treats aside.' }]);
});

test('more quarantined rows than the limit close the gate before anything is made', async () => {
  await run(sql`update stamps set amount = 0 where stamp_id <= 20`);
  const limits = { quarantineRowsMax: 5n, quarantinePerMilleMax: 10n };
  const error = await failureOf(cafe.migrate({ limits }));
  expect(error).toMatchObject({ code: 'CUTOVER_QUARANTINE_FULL' });
  expect((error as Error).message).toMatch(/\d+ bad-amount/);
  expect(await cafe.database.dialect.introspection.table(cafe.database.handle, 'carryover_accounts')).toBeUndefined();
});

test('X-12: a quarantined row waits with its reason, and is carried by the pass after it was corrected', async () => {
  await run(sql`update stamps set amount = 0 where stamp_id = 16`);
  await cafe.migrate();
  const waiting = await cafe.rows(
    sql`select source, legacy_table, reason, subject from ${sql.table('carryover_quarantine')}`,
  );
  expect(waiting).toEqual([{ source: 'stamps:16', legacy_table: 'stamps', reason: 'bad-amount', subject: 'member 3' }]);
  await run(sql`update stamps set amount = 2 where stamp_id = 16`);
  await cafe.migrate();
  expect(await cafe.rows(sql`select source from ${sql.table('carryover_quarantine')}`)).toEqual([]);
  const entries = await cafe.rows(sql`select amount from ${sql.table('carryover_entries')} where source = 'stamps:16'`);
  expect(entries).toEqual([{ amount: 2n }]);
});

test('the log file tells each step, and no secret', async () => {
  await runCutover(cafe.context(), { to: 'plan' });
  const lines = readFileSync(`${cafe.folder}/runs/test-stamps.log.jsonl`, 'utf8').trim().split('\n');
  const events = lines.map((line) => (JSON.parse(line) as { event: string }).event);
  expect(events).toEqual(['stage-started', 'analysis', 'stage-completed', 'stage-started', 'plan', 'stage-completed']);
  const { password } = cafe.database.target;
  if (password !== undefined) expect(lines.join('\n')).not.toContain(password);
});

test('a pass stores the findings of legacy as it is when it begins, not as it was analyzed', async () => {
  const assumed = assumedBackup();
  const report = await cafe.migrate({
    backup: {
      ...assumed,
      latestProven: async (request) => {
        await run(sql`delete from redemptions where redemption_id = -10`);
        return assumed.latestProven(request);
      },
    },
  });
  expect(report.analysis.findings.find(({ code }) => code === 'negative-card')?.rows).toBe(2n);
  const stored = await cafe.rows(sql`select code, subject from ${sql.table('carryover_findings')}`);
  expect(stored).toEqual([{ code: 'negative-card', subject: 'member 20' }]);
});
