import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contractCutover } from '../../../src/cutover/contract/contract-cutover.ts';
import { returnAccounts } from '../../../src/cutover/switch/return-accounts.ts';
import { switchAccounts } from '../../../src/cutover/switch/switch-accounts.ts';
import { openCafe, type Cafe } from '../../support/cafe.ts';
import { failureOf } from '../../support/failure-of.ts';
import { Till } from './till.ts';

const LIVE = { live: true };

let cafe: Cafe;
let till: Till;
beforeEach(async () => {
  cafe = await openCafe({ members: 6, stampsPerMember: 3 });
  till = await Till.open(cafe.url);
  await cafe.migrate({}, LIVE);
});
afterEach(async () => {
  await till.close();
  await cafe.close();
});

const context = () => cafe.context({}, LIVE);
const contract = (keepDays = 0, dropLegacy = false) => contractCutover(context(), { keepDays, dropLegacy });
const switchAll = () => switchAccounts(context(), { selection: { who: 'all' }, cohort: 'all' });

test('is refused while an account is under legacy authority, and while the way back is kept', async () => {
  await switchAccounts(context(), { selection: { who: 'owners', owners: ['1'] }, cohort: 'one' });
  const early = await failureOf(contract());
  expect(early).toMatchObject({
    code: 'CUTOVER_GATE_CLOSED',
    details: { found: '10 accounts are under legacy authority' },
  });
  await switchAll();
  const kept = await failureOf(contract(30));
  expect(kept).toMatchObject({ code: 'CUTOVER_GATE_CLOSED' });
  expect(String(kept)).toContain('the way back is kept until');
  expect(await failureOf(till.give(1, 1n))).toBeInstanceOf(Error);
});

test('takes a proven backup, removes the triggers, and leaves only the backup as a way back', async () => {
  await switchAll();
  const result = await contract(0, true);
  expect(result.backup.state).toBe('proven');
  expect(result.droppedTriggers).toHaveLength(5);
  expect(result.droppedColumns).toEqual(['members.vip']);
  const members = await cafe.database.dialect.introspection.table(cafe.database.handle, 'members');
  expect(members?.triggers).toEqual([]);
  expect(members?.columns.map(({ name }) => name)).not.toContain('vip');
  await till.give(1, 1n);
  expect(await cafe.rows(sql`select id from ${sql.table('carryover_marks')}`)).toEqual([]);
  const back = await failureOf(returnAccounts(context(), { selection: { who: 'all' } }));
  expect(back).toMatchObject({ code: 'CUTOVER_GATE_CLOSED' });
  expect(String(back)).toContain('ended by a contract');
});
