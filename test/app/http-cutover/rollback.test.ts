import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServedCafe, type Answer, type ServedCafe } from './served-cafe.ts';

let cafe: ServedCafe;
beforeEach(async () => {
  cafe = await openServedCafe();
  await cafe.migrate();
});
afterEach(() => cafe.close());

const preview = (step: string, body: object): Promise<Answer> =>
  cafe.first.call('POST', `/stamps/${step}/preview`, { body });

/** Preview and confirmation in one; returns how it ended. */
async function decide(step: 'switch' | 'rollback', body: object, key: string): Promise<Answer['body']> {
  const { token } = (await preview(step, body)).body;
  const accepted = await cafe.first.call('POST', `/stamps/${step}`, { body: { ...body, token }, key });
  expect(accepted.status).toBe(202);
  return cafe.ended(accepted);
}

const all = { selection: { who: 'all' } };
const back = (selection: object, acceptLosses = false): object => ({ selection, acceptLosses, reason: 'a test' });

async function account(owner: string): Promise<{ id: bigint; authority: string }> {
  const [row] = await cafe.rows(
    sql<{
      id: bigint;
      authority: string;
    }>`select id, authority from ${sql.table('carryover_accounts')} where owner = ${owner} and kind = 'stamps'`,
  );
  if (row === undefined) throw new Error(`no account of ${owner}`);
  return row;
}

test('owners and cohorts go back to legacy, told what happened since', async () => {
  await decide('switch', { selection: { who: 'owners', owners: ['1', '2'] }, cohort: 'early' }, 'switch-1');
  await decide('switch', { selection: { who: 'owners', owners: ['3'] }, cohort: 'late' }, 'switch-2');
  const { id } = await account('1');
  const actor = { kind: 'person', id: 'barista' } as const;
  await cafe.first.service.ledger.executeOrThrow([
    { type: 'post', accountId: id, amount: 5n, kind: 'coffee', contra: 'coffees', key: 'coffee', actor },
  ]);
  expect((await preview('rollback', back({ who: 'owners', owners: ['1'] }))).body).toMatchObject({
    owners: '1',
    accounts: '2',
    losses: [],
    cohort: null,
  });
  expect(await decide('rollback', back({ who: 'owners', owners: ['1'] }), 'back-1')).toMatchObject({
    state: 'done',
    outcome: { returned: '2', mirrored: 1 },
  });
  expect(await decide('rollback', back({ who: 'cohort', cohort: 'late' }), 'back-2')).toMatchObject({ state: 'done' });
  expect((await account('1')).authority).toBe('legacy');
  expect((await account('2')).authority).toBe('ledger');
  expect((await account('3')).authority).toBe('legacy');
});

test('what legacy cannot hold is listed, closes the gate, and is lost only where that was accepted', async () => {
  await decide('switch', all, 'switch-1');
  const { id } = await account('4');
  const actor = { kind: 'person', id: 'barista' } as const;
  await cafe.first.service.ledger.executeOrThrow([
    { type: 'post', accountId: id, amount: 5n, kind: 'coffee', contra: 'coffees', key: 'coffee', actor },
    { type: 'hold', accountId: id, amount: 1n, key: 'kept', actor },
  ]);
  const refused = (await preview('rollback', back({ who: 'all' }))).body;
  expect(refused).toMatchObject({ token: null, losses: [expect.stringMatching(/^stamps 4 holds /)] });
  expect(refused.gates).toContainEqual(expect.objectContaining({ name: 'losses', open: false }));
  const ofOthers = (await preview('rollback', back({ who: 'owners', owners: ['5'] }))).body;
  expect(ofOthers).toMatchObject({ losses: [], token: expect.any(String) });
  const ended = await decide('rollback', back({ who: 'all' }, true), 'back-1');
  expect(ended).toMatchObject({ state: 'done', outcome: { losses: refused.losses } });
  expect((await account('4')).authority).toBe('legacy');
});

test('the whole goes back only once no account is decided by the ledger', async () => {
  await decide('switch', all, 'switch-1');
  const whole = back({ who: 'whole' });
  const early = (await preview('rollback', whole)).body;
  expect(early.token).toBeNull();
  expect(early.gates).toContainEqual(expect.objectContaining({ name: 'authority', open: false }));
  await decide('rollback', back({ who: 'all' }), 'back-1');
  expect(await decide('rollback', whole, 'back-2')).toMatchObject({
    state: 'done',
    outcome: { status: 'rolled-back' },
  });
  const look = await cafe.first.call('GET', '/stamps');
  expect(look.body).toMatchObject({
    run: { state: 'rolled-back' },
    nextCommand: expect.stringContaining('carryover plan'),
  });
  expect((await preview('rollback', whole)).body).toMatchObject({ token: null });
});

test('a token of a switch confirms no rollback', async () => {
  await decide('switch', { selection: { who: 'owners', owners: ['1'] } }, 'switch-1');
  const { token } = (await preview('switch', all)).body;
  const answer = await cafe.first.call('POST', '/stamps/rollback', {
    body: { ...back({ who: 'all' }), token },
    key: 'back-1',
  });
  expect(answer).toMatchObject({ status: 409, body: { code: 'CUTOVER_CONFIRMATION_REFUSED' } });
});
