import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import { acquireLease, releaseLease } from '../../../src/cutover/record/lease.ts';
import { openServedCafe, type Answer, type ServedCafe } from './served-cafe.ts';

let cafe: ServedCafe;
beforeEach(async () => {
  cafe = await openServedCafe();
});
afterEach(() => cafe.close());

const TWO = { selection: { who: 'owners', owners: ['1', '2'] } };
const ALL = { selection: { who: 'all' } };

const preview = (body: object, on = cafe.first): Promise<Answer> => on.call('POST', '/stamps/switch/preview', { body });
const confirm = (body: object, key: string, on = cafe.first): Promise<Answer> =>
  on.call('POST', '/stamps/switch', { body, key });

/** Preview and confirmation in one. */
async function switchThem(body: object, key: string): Promise<Answer> {
  const { token } = (await preview(body)).body;
  return confirm({ ...body, token }, key);
}

async function onLedger(): Promise<bigint> {
  const [row] = await cafe.rows(
    sql<{ n: bigint }>`select count(*) as n from ${sql.table('carryover_accounts')} where authority = 'ledger'`,
  );
  return row?.n ?? 0n;
}

test('a switch is shown, confirmed, done in the background, and tells how it ended', async () => {
  await cafe.migrate();
  const shown = await preview(TWO);
  expect(shown).toMatchObject({
    status: 200,
    body: {
      instance: 'test',
      system: 'stamps',
      selection: '2 owners',
      cohort: 'owners-2',
      owners: '2',
      accounts: '4',
      run: { stage: 'verify', state: 'done' },
      differences: { different: '0', named: [] },
      losses: [],
    },
  });
  expect(shown.body.gates.map(({ name, open }: { name: string; open: boolean }) => [name, open])).toEqual([
    ['run', true],
    ['runner', true],
    ['paused', true],
    ['selection', true],
    ['triggers', true],
    ['equal', true],
  ]);
  expect(await onLedger()).toBe(0n);
  const accepted = await confirm({ ...TWO, token: shown.body.token }, 'switch-1');
  expect(accepted).toMatchObject({
    status: 202,
    body: { action: 'switch', selection: '2 owners', cohort: 'owners-2', actor: 'person:the-super_admin' },
  });
  expect(accepted.headers['location']).toBe(accepted.body.outcomeAt);
  expect(await cafe.ended(accepted)).toMatchObject({ state: 'done', outcome: { cohort: 'owners-2', switched: '4' } });
  expect(await onLedger()).toBe(4n);
  expect((await cafe.first.call('GET', '/stamps/actions')).body.rows).toMatchObject([{ id: accepted.body.id }]);
  const audited = await cafe.rows(
    sql<{ actor: string }>`select actor from ${sql.table('carryover_audit')} where action = 'cutover_switch'`,
  );
  expect(audited).toEqual([{ actor: 'person:the-super_admin' }]);
});

test('the same key is answered the same again and does nothing more; other content under it is refused', async () => {
  await cafe.migrate();
  const { token } = (await preview(TWO)).body;
  const accepted = await confirm({ ...TWO, token }, 'switch-1');
  await cafe.ended(accepted);
  const again = await confirm({ ...TWO, token }, 'switch-1');
  expect(again).toMatchObject({ status: 202, body: accepted.body });
  const other = (await preview({ selection: { who: 'owners', owners: ['3'] } })).body;
  const reused = await confirm({ selection: { who: 'owners', owners: ['3'] }, token: other.token }, 'switch-1');
  expect(reused).toMatchObject({ status: 409, body: { code: 'CUTOVER_KEY_REUSED' } });
  expect(await onLedger()).toBe(4n);
});

test('a token is good for one action, for what was asked, and for what was shown', async () => {
  await cafe.migrate();
  const { token } = (await preview(TWO)).body;
  const refused = {
    status: 409,
    body: { code: 'CUTOVER_CONFIRMATION_REFUSED', hint: expect.stringMatching(/^Look again/) },
  };
  expect(await confirm({ ...ALL, token }, 'other-wish')).toMatchObject(refused);
  expect(
    await confirm({ ...TWO, token: `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}` }, 'forged'),
  ).toMatchObject(refused);
  expect(await confirm({ ...TWO, token: 'made up' }, 'made-up')).toMatchObject(refused);
  await cafe.ended(await switchThem({ selection: { who: 'owners', owners: ['3'] } }, 'between'));
  expect(await confirm({ ...TWO, token }, 'state-moved-on')).toMatchObject(refused);
  const done = (await preview(TWO)).body;
  await cafe.ended(await confirm({ ...TWO, token: done.token }, 'once'));
  expect(await confirm({ ...TWO, token: done.token }, 'twice')).toMatchObject(refused);
  expect(await onLedger()).toBe(6n);
});

test('a token expires by the clock of the database', async () => {
  await cafe.migrate();
  const { token } = (await preview(TWO)).body as { token: string };
  const [row] = await cafe.rows(
    sql<{ secret: string }>`select secret from ${sql.table('carryover_confirmation_secrets')}`,
  );
  const [id = '', , shown = ''] = token.split('.');
  const signed = `${id}.1000.${shown}`;
  const old = `${signed}.${createHmac('sha256', row?.secret ?? '')
    .update(signed)
    .digest('hex')}`;
  const answer = await confirm({ ...TWO, token: old }, 'late');
  expect(answer).toMatchObject({ status: 409, body: { code: 'CUTOVER_CONFIRMATION_REFUSED' } });
  expect(answer.body.detail).toContain('expired');
});

test('a token of one server is taken by another, whatever the order of the owners', async () => {
  await cafe.migrate();
  const second = await cafe.another();
  const { token } = (await preview(TWO)).body;
  const swapped = { selection: { who: 'owners', owners: ['2', '1', '2'] } };
  const accepted = await confirm({ ...swapped, cohort: 'owners-2', token }, 'switch-1', second);
  expect(accepted.status).toBe(202);
  expect(await cafe.ended(accepted)).toMatchObject({ state: 'done' });
});

test('a runner at work closes the gate, and refuses who confirms all the same, without using the token up', async () => {
  await cafe.migrate();
  const { token } = (await preview(TWO)).body;
  const { database } = cafe.first.service;
  const lease = await acquireLease(database, {
    instance: 'test',
    system: 'stamps',
    holder: 'somebody:1',
    ttlMs: 60_000,
  });
  const shown = (await preview(TWO)).body;
  expect(shown.token).toBeNull();
  expect(shown.gates).toContainEqual(expect.objectContaining({ name: 'runner', open: false }));
  expect(await confirm({ ...TWO, token }, 'switch-1')).toMatchObject({
    status: 409,
    body: { code: 'CUTOVER_LEASE_HELD', retryable: true },
  });
  await releaseLease(database, lease);
  expect(await cafe.ended(await confirm({ ...TWO, token }, 'switch-1'))).toMatchObject({ state: 'done' });
});

test('before there is a verified run the gate says what to do, and gives no token', async () => {
  const shown = (await preview(ALL)).body;
  expect(shown).toMatchObject({ token: null, expiresAt: null, run: null, accounts: '0' });
  expect(shown.gates).toEqual([
    expect.objectContaining({ name: 'run', open: false, nextStep: expect.stringContaining('carryover migrate') }),
  ]);
});

test('accounts that differ are named, and close the gate', async () => {
  await cafe.migrate();
  const { database } = cafe.first.service;
  await database.write(async (trx) => {
    const { triggers } = database.dialect;
    // A write that no trigger sees.
    await triggers.letPass(trx, 'carryover_mirroring');
    await sql`update stamps set amount = amount + 1 where member_id = 5 and status = 'given'`.execute(trx);
    await triggers.endPass(trx, 'carryover_mirroring');
  });
  const shown = (await preview(ALL)).body;
  expect(shown).toMatchObject({
    token: null,
    differences: { different: '1', named: [{ kind: 'stamps', owner: '5' }] },
  });
  expect(shown.gates).toContainEqual(expect.objectContaining({ name: 'equal', open: false }));
});

test('an action whose process is gone is told as interrupted', async () => {
  await cafe.migrate();
  const accepted = await switchThem(TWO, 'switch-1');
  await cafe.ended(accepted);
  const { database } = cafe.first.service;
  const longAgo = database.dialect.expressions.instant(Instant.parse('2026-01-01T00:00:00Z'));
  await database.write(async (trx) => {
    await sql`update ${sql.table('carryover_cutover_actions')} set state = 'running', outcome = null, ended_at = null`.execute(
      trx,
    );
    await sql`update ${sql.table('carryover_cutovers')} set heartbeat_at = ${longAgo}`.execute(trx);
  });
  const { body } = await cafe.first.call('GET', `/stamps/actions/${accepted.body.id}`);
  expect(body).toMatchObject({ state: 'interrupted', outcome: null, endedAt: null });
});

test.each([
  ['one server', 1],
  ['two servers', 2],
])('of confirmations with one token at the same moment, on %s, one is done', async (_where, servers) => {
  await cafe.migrate();
  const others = servers === 1 ? [cafe.first] : [await cafe.another()];
  const { token } = (await preview(TWO)).body;
  const on = [cafe.first, ...others, cafe.first, ...others];
  const answers = await Promise.all(on.map((server, nth) => confirm({ ...TWO, token }, `switch-${nth}`, server)));
  const [accepted, ...more] = answers.filter(({ status }) => status === 202);
  expect(more).toEqual([]);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
  // None of those that were refused has taken its lease away.
  expect(accepted === undefined ? undefined : await cafe.ended(accepted)).toMatchObject({
    state: 'done',
    outcome: { switched: '4' },
  });
  expect((await cafe.first.call('GET', '/stamps/actions')).body.rows).toHaveLength(1);
});

test.each([
  ['nobody', {}],
  ['an unknown way', { selection: { who: 'everybody' } }],
  ['a share of nothing', { selection: { who: 'percent', percent: 0 } }],
  ['more than all', { selection: { who: 'percent', percent: 100.5 } }],
  ['no owner', { selection: { who: 'owners', owners: [] } }],
  ['an owner with a control character', { selection: { who: 'owners', owners: ['1\u0001'] } }],
  ['a cohort with a space at its end', { selection: { who: 'all' }, cohort: 'early ' }],
  ['a cohort of a switch', { selection: { who: 'cohort', cohort: 'early' } }],
  ['a member that does not exist', { selection: { who: 'all', force: true } }],
])('a selection of %s is refused before anything is looked at', async (_what, body) => {
  expect(await preview(body)).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } });
});

test('a share means the same owners each time, and a larger one has them too', async () => {
  await cafe.migrate();
  const shareOf = async (percent: number): Promise<number> =>
    Number((await preview({ selection: { who: 'percent', percent } })).body.owners);
  const [some, all] = [await shareOf(40), await shareOf(100)];
  expect(some).toBeLessThan(all);
  expect(await cafe.ended(await switchThem({ selection: { who: 'percent', percent: 40 } }, 'share'))).toMatchObject({
    outcome: { cohort: 'percent-40', switched: String(some * 2) },
  });
  expect(await shareOf(40)).toBe(0);
  expect(await shareOf(100)).toBe(all - some);
});
