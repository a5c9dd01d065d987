import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Desk, saturday, type Enrolled } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk.close());

const reason = 'the head said so';
const block = (pupil: Enrolled, more: object = {}): Promise<unknown> =>
  desk.run('block-enrolment', { ...only(pupil), reason, ...more });
const unblock = (pupil: Enrolled, more: object = {}): Promise<unknown> =>
  desk.run('unblock-enrolment', { ...only(pupil), reason, ...more });

describe('a block by hand', () => {
  test('T-19: keeps out whoever has paid, until it is lifted', async () => {
    const pupil = await desk.enrolled();
    await desk.pay(pupil, '300.00');
    await block(pupil);
    expect(await desk.scan(pupil)).toMatchObject({ color: 'yellow', code: 'blocked_by_hand', debt: '-4' });
    expect(await desk.status(pupil)).toMatchObject({
      isBlocked: true,
      blockReason: 'blocked_by_hand',
      override: { effect: 'block', until: null },
    });
    await unblock(pupil);
    expect(await desk.scan(pupil)).toMatchObject({ color: 'green' });
  });

  test('T-19: ends by itself at its date', async () => {
    const pupil = await desk.enrolled();
    await desk.pay(pupil, '300.00');
    await block(pupil, { until: '2026-03-10T00:00:00Z' });
    expect(await desk.scan(pupil)).toMatchObject({ code: 'blocked_by_hand' });
    expect(await desk.scan(pupil, saturday(1))).toMatchObject({ code: 'present' });
  });

  test('T-19: tells nobody’s parent, and keeps who, why and until when', async () => {
    const pupil = await desk.enrolled();
    await block(pupil, { until: '2026-04-01T00:00:00Z' });
    await desk.scan(pupil);
    const told = await desk.rows<{ recipient: string }>('carryover_outbox');
    expect(told.filter(({ recipient }) => recipient === `student:${pupil.studentId}`)).toEqual([]);
    const [row] = await own(pupil);
    expect(row).toMatchObject({ effect: 'block', reason, actor: 'person:clerk-7', ended_at: null });
    expect(row?.until_at?.toString()).toBe('2026-04-01T00:00:00.000000Z');
  });

  test('an end that has passed is refused', async () => {
    const pupil = await desk.enrolled();
    await expect(block(pupil, { until: '2026-03-01T00:00:00Z' })).rejects.toMatchObject({
      code: 'TUITION_INSTANT_OUT_OF_ORDER',
    });
    expect(await own(pupil)).toEqual([]);
  });
});

describe('a pass by hand', () => {
  test('T-19: lets in past the limit until its date, and the floor stays where it is', async () => {
    const pupil = await desk.returning();
    for (const week of [0, 1, 2]) await desk.scan(pupil, saturday(week));
    await unblock(pupil, { until: '2026-04-10T00:00:00Z' });
    expect(await desk.scan(pupil, saturday(3))).toMatchObject({ color: 'green', remaining: '-1', shadow: false });
    expect(await desk.scan(pupil, saturday(4))).toMatchObject({ color: 'green', remaining: '-2' });
    expect(await desk.scan(pupil, saturday(5))).toMatchObject({
      color: 'yellow',
      code: 'credit_exceeded',
      params: { number: '2' },
    });
    expect(await desk.status(pupil, saturday(5))).toMatchObject({ creditBalance: '2', debt: '4' });
    const passes = await desk.run<{ rows: { after: unknown }[] }>('audit-log', {
      ...only(pupil),
      action: 'gate_passed',
    });
    expect(passes.rows).toHaveLength(2);
  });

  test('T-19: where money is owed it needs a date, because without one it would not help', async () => {
    const pupil = await desk.enrolled();
    await desk.scan(pupil);
    await expect(unblock(pupil)).rejects.toMatchObject({ code: 'TUITION_UNTIL_MISSING' });
    await unblock(pupil, { until: '2026-03-08T00:00:00Z' });
    expect(await desk.scan(pupil)).toMatchObject({ color: 'green' });
  });

  test('a later block ends it, and a later pass ends the block', async () => {
    const pupil = await desk.enrolled();
    await unblock(pupil, { until: '2026-05-01T00:00:00Z' });
    await block(pupil);
    expect(await desk.scan(pupil)).toMatchObject({ code: 'blocked_by_hand' });
    await unblock(pupil, { until: '2026-05-01T00:00:00Z' });
    expect(await desk.scan(pupil)).toMatchObject({ code: 'present' });
    expect((await own(pupil)).map(({ effect, ended_by }) => [effect, ended_by])).toEqual([
      ['allow', 'person:clerk-7'],
      ['block', 'person:clerk-7'],
      ['allow', null],
    ]);
  });
});

describe('a freeze', () => {
  test('turns the pupil away without taking anything, while payments go on', async () => {
    const pupil = await desk.enrolled();
    await desk.run('freeze-enrolment', { ...only(pupil), until: '2026-03-20T22:00:00Z', reason });
    await desk.pay(pupil, '300.00');
    const refused = await desk.scan(pupil, saturday(1));
    expect(refused).toMatchObject({ color: 'yellow', code: 'frozen', attended: '0', params: { until: '2026-03-21' } });
    expect(await desk.scan(pupil, saturday(2))).toMatchObject({ color: 'green' });
  });

  test('can begin later and end earlier', async () => {
    const pupil = await desk.enrolled();
    await desk.pay(pupil, '300.00');
    const from = '2026-03-10T00:00:00Z';
    await desk.run('freeze-enrolment', { ...only(pupil), from, until: '2026-06-01T00:00:00Z', reason });
    expect(await desk.scan(pupil)).toMatchObject({ color: 'green' });
    expect(await desk.scan(pupil, saturday(1))).toMatchObject({ code: 'frozen' });
    await desk.run('unfreeze-enrolment', { ...only(pupil), reason }, { now: saturday(1) });
    expect(await desk.scan(pupil, saturday(1))).toMatchObject({ color: 'green' });
    await expect(desk.run('unfreeze-enrolment', { ...only(pupil), reason })).rejects.toMatchObject({
      code: 'TUITION_UNKNOWN',
    });
  });

  test('an account that was frozen in the ledger turns the pupil away too, whatever pass there is', async () => {
    const pupil = await desk.enrolled();
    await desk.pay(pupil, '300.00');
    const owner = `${pupil.studentId}:${pupil.groupId}`;
    const [accountId] = await desk.ledger.findAccounts([{ system: 'tuition', kind: 'sessions', owner }]);
    const actor = { kind: 'person', id: 'auditor' } as const;
    await desk.ledger.executeOrThrow([{ type: 'freeze', accountId: accountId ?? 0n, key: desk.key(), actor }]);
    await unblock(pupil, { until: '2026-05-01T00:00:00Z' });
    expect(await desk.scan(pupil)).toMatchObject({ color: 'yellow', code: 'frozen', params: { until: '—' } });
    await expect(desk.pay(pupil, '300.00', { month: '2026-04' })).rejects.toMatchObject({
      code: 'LEDGER_ACCOUNT_FROZEN',
    });
  });

  test('must begin before it ends', async () => {
    const pupil = await desk.enrolled();
    const dates = { from: '2026-05-02T00:00:00Z', until: '2026-05-01T00:00:00Z' };
    await expect(desk.run('freeze-enrolment', { ...only(pupil), ...dates, reason })).rejects.toMatchObject({
      code: 'TUITION_INSTANT_OUT_OF_ORDER',
    });
  });
});

describe('leaving and coming back', () => {
  const change = (pupil: Enrolled, action: string): Promise<unknown> =>
    desk.run('change-enrolment', { ...only(pupil), action, reason });

  test('T-10: who left is not let in, not blocked, and told nothing', async () => {
    const pupil = await desk.enrolled();
    await desk.scan(pupil);
    expect(await change(pupil, 'leave')).toMatchObject({
      isActive: false,
      isBlocked: false,
      nextSession: { code: 'not_enrolled' },
    });
    expect(await desk.scan(pupil)).toMatchObject({ color: 'white', code: 'not_enrolled' });
    const accounts = await desk.rows<{ owner: string; status: string }>('carryover_accounts');
    const mine = accounts.filter(({ owner }) => owner === `${pupil.studentId}:${pupil.groupId}`);
    expect(mine.map(({ status }) => status)).toEqual(['frozen', 'frozen']);
  });

  test('an old debt can still be paid, and the accounts stay frozen', async () => {
    const pupil = await desk.returning();
    for (const week of [0, 1]) await desk.scan(pupil, saturday(week));
    await change(pupil, 'leave');
    expect((await desk.pay(pupil, '150.00')).status).toMatchObject({ debt: '0', isActive: false });
    const accounts = await desk.rows<{ owner: string; status: string }>('carryover_accounts');
    const mine = accounts.filter(({ owner }) => owner === `${pupil.studentId}:${pupil.groupId}`);
    expect(mine.map(({ status }) => status)).toEqual(['frozen', 'frozen']);
    const told = await desk.rows<{ recipient: string; type: string }>('carryover_outbox');
    const types = told.filter(({ recipient }) => recipient === `student:${pupil.studentId}`).map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('payment_'))).toEqual([]);
  });

  test('who comes back goes on where the account stands', async () => {
    const pupil = await desk.enrolled();
    await desk.pay(pupil, '300.00');
    await change(pupil, 'leave');
    await expect(change(pupil, 'leave')).rejects.toMatchObject({ code: 'TUITION_ENROLMENT_INACTIVE' });
    expect(await change(pupil, 'return')).toMatchObject({ isActive: true, sessionsPaidFor: '4' });
    expect(await desk.scan(pupil)).toMatchObject({ color: 'green' });
    await expect(desk.run('enrol-student', only(pupil))).rejects.toMatchObject({ code: 'TUITION_ENROLMENT_EXISTS' });
  });

  test('an enrolment is closed for good only when nothing is owed or kept', async () => {
    const pupil = await desk.enrolled();
    const { paymentId } = await desk.pay(pupil, '300.00');
    await expect(change(pupil, 'close')).rejects.toMatchObject({ code: 'LEDGER_ACCOUNT_NOT_EMPTY' });
    await desk.run('refund-payment', { paymentId, reason });
    expect(await change(pupil, 'close')).toMatchObject({ isActive: false });
    await expect(change(pupil, 'return')).rejects.toMatchObject({ code: 'LEDGER_ACCOUNT_CLOSED' });
  });

  test('a pupil or group that is missing or inactive takes no enrolment', async () => {
    const [studentId, groupId] = [await desk.student(), await desk.group()];
    const away = { studentId: await desk.student({ active: false }), groupId };
    const ended = { studentId, groupId: await desk.group({ active: false }) };
    for (const wrong of [away, ended, { studentId: '77', groupId }, { studentId, groupId: '77' }]) {
      await expect(desk.run('enrol-student', wrong)).rejects.toMatchObject({ code: 'TUITION_UNKNOWN' });
    }
  });

  test('T-16: an enrolment that only the old tables have is carried over, not opened anew', async () => {
    const [studentId, groupId] = [await desk.student(), await desk.group()];
    await desk.legacyRow('student_group_enrollments', [
      5n,
      BigInt(studentId),
      BigInt(groupId),
      'normal',
      null,
      saturday(0),
      1n,
    ]);
    await expect(desk.run('enrol-student', { studentId, groupId })).rejects.toMatchObject({
      code: 'TUITION_ENROLMENT_EXISTS',
    });
  });
});

function only({ studentId, groupId }: Enrolled): { studentId: string; groupId: string } {
  return { studentId, groupId };
}

interface OverrideRow {
  readonly id: bigint;
  readonly student_id: bigint;
  readonly effect: string;
  readonly reason: string;
  readonly actor: string;
  readonly until_at: { toString(): string } | null;
  readonly ended_at: unknown;
  readonly ended_by: string | null;
}

async function own(pupil: Enrolled): Promise<readonly OverrideRow[]> {
  const rows = await desk.rows<OverrideRow>('carryover_tuition_overrides');
  const mine = rows.filter(({ student_id }) => student_id.toString() === pupil.studentId);
  return mine.toSorted((one, other) => Number(one.id - other.id));
}
