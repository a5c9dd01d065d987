import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CarryoverError } from '../../src/base/errors.ts';
import { cutoverStatus, rollbackCutover, type CutoverContext } from '../../src/cutover/index.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';
import { failureOf } from '../support/failure-of.ts';
import { userDatabase } from '../support/user-database.ts';

let cafe: Cafe;
beforeEach(async () => {
  cafe = await openCafe({ members: 12, stampsPerMember: 7 });
});
afterEach(() => cafe.close());

async function countRows(table: string): Promise<bigint> {
  const rows = await cafe.rows(sql<{ n: bigint }>`select count(*) as n from ${sql.table(table)}`);
  return rows[0]?.n ?? -1n;
}

test('a rollback leaves the schema and content of legacy exactly as they were, and the journal', async () => {
  const before = await userDatabase(cafe.database);
  await cafe.migrate();
  expect(await userDatabase(cafe.database)).not.toEqual(before);
  const result = await rollbackCutover(cafe.context(), { reason: 'tried enough' });
  expect(result).toMatchObject({
    status: 'rolled-back',
    undone: ['erase-ledger', 'drop-view stamp_balances', 'undo-tables'],
    accountsErased: 24n,
  });
  expect(await userDatabase(cafe.database)).toEqual(before);
  expect(await countRows('carryover_accounts')).toBe(0n);
  expect(await countRows('carryover_entries')).toBe(0n);
  expect(await countRows('carryover_findings')).toBe(0n);
  expect(await countRows('carryover_journal')).toBeGreaterThan(10n);
});

test('there, back, there and back again', async () => {
  const before = await userDatabase(cafe.database);
  for (const nth of [1, 2]) {
    const report = await cafe.migrate({ runId: `stamps-run-${nth}` });
    expect(report.verification?.accounts).toMatchObject({ compared: 24n, different: 0n });
    await rollbackCutover(cafe.context(), { reason: 'there and back' });
    expect(await userDatabase(cafe.database)).toEqual(before);
  }
});

test('without a run there is nothing to roll back', async () => {
  expect(await rollbackCutover(cafe.context(), { reason: 'none' })).toMatchObject({ status: 'nothing' });
  await cafe.migrate();
  await rollbackCutover(cafe.context(), { reason: 'once' });
  expect(await rollbackCutover(cafe.context(), { reason: 'twice' })).toMatchObject({ status: 'nothing' });
});

test('a rollback is refused while an account is under ledger authority, and changes nothing', async () => {
  await cafe.migrate();
  await sql`update ${sql.table('carryover_accounts')} set authority = 'ledger' where owner = '3'`.execute(
    cafe.database.handle,
  );
  const entries = await countRows('carryover_entries');
  const error = await failureOf(rollbackCutover(cafe.context(), { reason: 'too late' }));
  expect(error).toBeInstanceOf(CarryoverError);
  expect(error).toMatchObject({ code: 'CUTOVER_GATE_CLOSED' });
  expect((error as Error).message).toContain('2 accounts are under ledger authority');
  expect(await countRows('carryover_entries')).toBe(entries);
  expect(await cutoverStatus(cafe.database, { instance: 'test', system: 'stamps' })).toMatchObject({
    run: { stage: 'verify', state: 'done' },
    accounts: { legacy: 22n, ledger: 2n },
  });
});

test.for([
  ['an invariant that does not hold', { brokenInvariant: true }, 'invariants broken: stamps-conserved'],
  ['one account that differs', { wrongMember: 3 }, '1 accounts differ (stamps 3)'],
] as const)('%s fails verify, and the run rolls itself back', async ([, variant, breach]) => {
  const before = await userDatabase(cafe.database);
  // Analyze would see a difference between the two paths of legacy too, and stop before anything is made.
  const context = cafe.context({}, variant);
  const error = await failureOf(cafe.migrate({ ...hiddenFromAnalyze(context) }));
  expect(error).toMatchObject({
    code: 'CUTOVER_ROLLED_BACK',
    details: { stage: 'verify', code: 'CUTOVER_VERIFY_FAILED' },
    cause: { code: 'CUTOVER_VERIFY_FAILED' },
  });
  expect((error as Error).message).toContain(breach);
  expect(await userDatabase(cafe.database)).toEqual(before);
  expect(await cutoverStatus(cafe.database, { instance: 'test', system: 'stamps' })).toMatchObject({
    run: { state: 'rolled-back' },
    nextCommand: 'carryover plan --instance test --system stamps',
  });
});

/** A system whose flaw shows only once the ledger has accounts. */
function hiddenFromAnalyze(context: CutoverContext): Partial<CutoverContext> {
  const clean = cafe.context().system;
  let isExpanded = false;
  return {
    system: {
      ...context.system,
      expected: (source) => (isExpanded ? context.system.expected(source) : clean.expected(source)),
    },
    onProgress: (event) => {
      if (event.type === 'stage' && event.stage === 'verify') isExpanded = true;
    },
  };
}

test('a legacy table that vanishes after the backfill fails verify, and the run rolls itself back', async () => {
  let stage = '';
  const error = await failureOf(
    cafe.migrate({
      onProgress: (event) => {
        if (event.type === 'stage') stage = event.stage;
      },
      throttle: async () => {
        if (stage === 'verify') await sql`drop table redemptions`.execute(cafe.database.handle);
        return undefined;
      },
    }),
  );
  expect(error).toMatchObject({ code: 'CUTOVER_ROLLED_BACK', details: { stage: 'verify' } });
  expect(await countRows('carryover_entries')).toBe(0n);
});
