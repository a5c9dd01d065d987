import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import type { RenderedAnswer } from '../../../src/systems/tuition/door/scan-answer.ts';
import { Desk, SATURDAY, saturday } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk.close());

const minutes = (count: number): Instant => SATURDAY.plusMillis(count * 60_000);

describe('who is let in', () => {
  test('T-14: new/0 paid: 0, returning/0 paid: 2, returning/4 paid: 6 sessions, then the door refuses', async () => {
    const admitted = async (paid: string | null, daysAgo: number): Promise<number> => {
      const pupil = await desk.enrolled({ daysAgo });
      if (paid !== null) await desk.pay(pupil, paid);
      for (let week = 0; ; week += 1) if (!(await desk.scan(pupil, saturday(week))).admitted) return week;
    };
    expect(await admitted(null, 5)).toBe(0);
    expect(await admitted(null, 100)).toBe(2);
    expect(await admitted('300.00', 100)).toBe(6);
  });

  test('T-14: with 4 paid and no grace, 4 sessions', async () => {
    const pupil = await desk.enrolled();
    await desk.pay(pupil, '300.00');
    await desk.run('adjust-grace', { ...only(pupil), newBalance: 0, reason: 'no grace' });
    const colors = [];
    for (const week of [0, 1, 2, 3, 4]) colors.push((await desk.scan(pupil, saturday(week))).color);
    expect(colors).toEqual(['green', 'green', 'green', 'green', 'yellow']);
  });

  test('T-09: the exempt are let in for ever, and never blocked', async () => {
    const pupil = await desk.enrolled({ terms: { financialStatus: 'exempt' } });
    for (const week of [0, 1, 2, 3]) expect((await desk.scan(pupil, saturday(week))).color).toBe('green');
    const status = await desk.status(pupil, saturday(3));
    expect(status).toMatchObject({
      isBlocked: false,
      remainingCredit: null,
      debt: '4',
      nextSession: { admitted: true },
    });
  });

  test('T-11: a new pupil who never paid counts as returning after the months that policy says', async () => {
    const pupil = await desk.enrolled({ daysAgo: 0 });
    expect(await desk.scan(pupil)).toMatchObject({ code: 'new_student_no_payment' });
    expect(await desk.scan(pupil, saturday(9))).toMatchObject({ code: 'present', remaining: '1' });
    expect(await desk.status(pupil, saturday(9))).toMatchObject({ isNewStudent: false, isBlocked: false });
  });
});

describe('who is turned away', () => {
  test('T-30: the refusal is a typed answer, the block is set, and the parent is told', async () => {
    const pupil = await desk.enrolled();
    const refused = await desk.scan(pupil);
    expect(refused).toMatchObject({
      color: 'yellow',
      code: 'new_student_no_payment',
      admitted: false,
      shadow: false,
      sessionDate: '2026-03-07',
      studentId: pupil.studentId,
      groupId: pupil.groupId,
    });
    expect(refused.text.ar).toMatch(/\p{Script=Arabic}/u);
    expect(await desk.status(pupil)).toMatchObject({ isBlocked: true, blockReason: 'new_student_no_payment' });
    expect(await attemptsOf(pupil.studentId)).toEqual([{ code: 'new_student_no_payment', shadow: false }]);
    expect(await noticesOf(pupil.studentId)).toEqual(['payment_block_new']);
    const { rows } = await desk.run<{ rows: { action: string }[] }>('audit-log', { studentId: pupil.studentId });
    expect(rows.map(({ action }) => action)).toContain('block_applied');
  });

  test('T-30: the first refusal for credit tells of the block, a later day’s that it holds', async () => {
    const pupil = await desk.returning();
    for (const week of [0, 1, 2, 2, 3]) await desk.scan(pupil, saturday(week));
    const types = await noticesOf(pupil.studentId);
    expect(types.filter((type) => type.startsWith('payment_block'))).toEqual([
      'payment_block_3rd',
      'payment_block_debt',
      'payment_block_debt',
    ]);
  });

  test('T-17: the number in the reason is of the moment it is read', async () => {
    const pupil = await desk.enrolled();
    await desk.pay(pupil, '150.00');
    for (const week of [0, 1, 2, 3]) await desk.scan(pupil, saturday(week));
    expect(await desk.scan(pupil, saturday(4))).toMatchObject({ code: 'credit_exceeded', params: { number: '1' } });
    const [payment] = (await desk.run<{ rows: { id: string }[] }>('list-payments', only(pupil))).rows;
    await desk.run('refund-payment', { paymentId: payment?.id, reason: 'gave it back' });
    expect(await desk.status(pupil)).toMatchObject({ blockReason: 'credit_exceeded_2', debt: '4' });
    await desk.pay(pupil, '75.00');
    expect(await desk.status(pupil)).toMatchObject({ isBlocked: true, blockReason: 'credit_exceeded_1', debt: '3' });
    const stored = await desk.rows<{ student_id: bigint; block_code: string }>('carryover_tuition_enrolments');
    expect(stored.find((row) => row.student_id.toString() === pupil.studentId)?.block_code).toBe('credit_exceeded');
  });

  test('unknown cards, pupils without a group and pupils without a session today get a white answer', async () => {
    expect(await desk.scan({ code: 'nobody' })).toMatchObject({
      color: 'white',
      code: 'unknown_code',
      studentId: null,
      attended: null,
    });
    const stranger = await desk.student();
    expect(await desk.scan({ code: `C${stranger}` })).toMatchObject({ color: 'white', code: 'not_enrolled' });
    const left = await desk.student({ active: false });
    expect(await desk.scan({ code: `C${left}` })).toMatchObject({ color: 'white', code: 'inactive_student' });
    const sunday = await desk.returning({ groupId: await desk.group({ day: 'Sunday' }) });
    expect(await desk.scan(sunday)).toMatchObject({ color: 'white', code: 'no_session_today' });
  });

  test('the card’s content is not kept when it is unknown', async () => {
    await desk.scan({ code: 'somebody-elses-card' });
    expect(JSON.stringify(await desk.rows('carryover_tuition_attempts'), text)).not.toContain('somebody-elses-card');
  });

  test('the door opens 30 minutes before the start and closes a minute after it', async () => {
    const groupId = await desk.group();
    const at = async (minute: number): Promise<Pick<RenderedAnswer, 'color' | 'code'>> => {
      const { color, code } = await desk.scan(await desk.returning({ groupId }), minutes(minute));
      return { color, code };
    };
    expect(await at(-21)).toEqual({ color: 'white', code: 'too_early' });
    expect(await at(-20)).toEqual({ color: 'green', code: 'present' });
    expect(await at(10)).toEqual({ color: 'green', code: 'present' });
    expect(await at(11)).toEqual({ color: 'red', code: 'late_blocked' });
    expect(await at(20)).toEqual({ color: 'red', code: 'late_blocked' });
    expect(await at(21)).toEqual({ color: 'red', code: 'very_late' });
  });

  test('whoever is late is told so and loses no session', async () => {
    const pupil = await desk.returning();
    const late = await desk.scan(pupil, minutes(15));
    expect(late).toMatchObject({
      code: 'late_blocked',
      params: { minutes: '5', start: '16:00' },
      attended: '0',
      debt: '0',
    });
    expect(await noticesOf(pupil.studentId)).toEqual(['late_block']);
  });

  test('a session that the school’s own list has as cancelled is not taken', async () => {
    const pupil = await desk.returning();
    await desk.legacyRow('sessions', [9001n, BigInt(pupil.groupId), '2026-03-07', 1n, 1n, 'holiday']);
    expect(await desk.scan(pupil)).toMatchObject({ color: 'white', code: 'session_cancelled', debt: '0' });
  });
});

describe('the order of the questions', () => {
  test('T-36: whoever is in already is told so, even where the credit is used up by now', async () => {
    const pupil = await desk.returning();
    await desk.scan(pupil, saturday(0));
    await desk.scan(pupil, saturday(1));
    const again = await desk.scan(pupil, saturday(1).plusMillis(60_000));
    expect(again).toMatchObject({ color: 'gray', code: 'already_in', admitted: false, attended: '2' });
    expect(await desk.status(pupil, saturday(1))).toMatchObject({ isBlocked: false });
    expect(await attemptsOf(pupil.studentId)).toEqual([]);
    expect((await noticesOf(pupil.studentId)).filter((type) => type.startsWith('payment_block'))).toEqual([]);
  });

  test('T-36: and comes before being late', async () => {
    const pupil = await desk.returning();
    await desk.scan(pupil);
    expect(await desk.scan(pupil, minutes(40))).toMatchObject({ code: 'already_in' });
  });

  test('an attendance in the school’s own tables counts as being in', async () => {
    const pupil = await desk.returning();
    await desk.legacyRow('sessions', [9002n, BigInt(pupil.groupId), '2026-03-07', 1n, 0n, '']);
    await desk.legacyRow('attendances', [
      9002n,
      BigInt(pupil.studentId),
      9002n,
      SATURDAY,
      'present',
      'green',
      1n,
      '',
      0n,
    ]);
    expect(await desk.scan(pupil)).toMatchObject({ color: 'gray', code: 'already_in' });
  });

  test('T-08: a refused scan in the school’s own tables does not', async () => {
    const pupil = await desk.returning();
    await desk.legacyRow('sessions', [9003n, BigInt(pupil.groupId), '2026-03-07', 1n, 0n, '']);
    await desk.legacyRow('attendances', [
      9003n,
      BigInt(pupil.studentId),
      9003n,
      SATURDAY,
      'blocked_payment',
      'yellow',
      0n,
      '',
      0n,
    ]);
    expect(await desk.scan(pupil)).toMatchObject({ color: 'green' });
  });

  test('a late pupil who also owes too much is refused for being late, without a block', async () => {
    const pupil = await desk.enrolled();
    expect(await desk.scan(pupil, minutes(15))).toMatchObject({ code: 'late_blocked' });
    expect(await desk.status(pupil)).toMatchObject({ isBlocked: false });
  });
});

describe('which session', () => {
  test('T-37: of two groups on one day, the one that starts nearest', async () => {
    const early = await desk.returning({ groupId: await desk.group({ time: '14:00:00' }) });
    const late = await desk.group({ time: '16:00:00' });
    await desk.run('enrol-student', { studentId: early.studentId, groupId: late }, { now: SATURDAY.plusMillis(-9e9) });
    expect(await desk.scan(early, minutes(-130))).toMatchObject({ groupId: early.groupId, color: 'green' });
    expect(await desk.scan(early, minutes(0))).toMatchObject({ groupId: late, color: 'green' });
  });

  test('T-37: a door bound to a group asks about that group only', async () => {
    const pupil = await desk.returning();
    const other = await desk.group();
    const bound = await desk.run<RenderedAnswer>('check-in', { code: pupil.code, groupId: other });
    expect(bound).toMatchObject({ code: 'not_enrolled', groupId: other });
    expect(await desk.run('check-in', { studentId: pupil.studentId, groupId: pupil.groupId })).toMatchObject({
      code: 'present',
    });
  });

  test('T-38: a scan before midnight is for the session after it, by the school’s calendar', async () => {
    const pupil = await desk.returning({ groupId: await desk.group({ day: 'Sunday', time: '00:10:00' }) });
    const answer = await desk.scan(pupil, Instant.parse('2026-03-07T21:50:00Z'));
    expect(answer).toMatchObject({
      color: 'green',
      sessionDate: '2026-03-08',
      params: { start: '00:10', time: '23:50' },
    });
  });

  test('T-38: the same clock time is on time before and after the clocks change', async () => {
    const groupId = await desk.group({ day: 'Friday', time: '18:00:00' });
    const pupil = await desk.returning({ groupId });
    await desk.pay(pupil, '300.00', { now: Instant.parse('2026-04-01T10:00:00Z') });
    expect(await desk.scan(pupil, Instant.parse('2026-04-17T16:00:00Z'))).toMatchObject({
      color: 'green',
      sessionDate: '2026-04-17',
    });
    expect(await desk.scan(pupil, Instant.parse('2026-04-24T16:00:00Z'))).toMatchObject({ code: 'very_late' });
    expect(await desk.scan(pupil, Instant.parse('2026-04-24T15:00:00Z'))).toMatchObject({
      color: 'green',
      sessionDate: '2026-04-24',
    });
  });

  test('T-42: what is owed in one group does not block another', async () => {
    const pupil = await desk.returning();
    for (const week of [0, 1, 2]) await desk.scan(pupil, saturday(week));
    const other = await desk.group({ day: 'Sunday' });
    await desk.run('enrol-student', { studentId: pupil.studentId, groupId: other });
    await desk.run('record-payment', { studentId: pupil.studentId, groupId: other, amount: '300.00' });
    const sunday = saturday(2).plusMillis(86_400_000);
    expect(await desk.scan(pupil, sunday)).toMatchObject({ color: 'green', groupId: other });
    expect(await desk.scan(pupil, saturday(3))).toMatchObject({ color: 'yellow', groupId: pupil.groupId });
  });
});

describe('the shadow period', () => {
  const policy = { gate: { enforcedFrom: '2026-04-01T00:00:00+02:00' } };

  test('T-41: before the date a pupil who would be refused is let in, and only written down', async () => {
    const pupil = await desk.returning();
    const answers = [];
    for (const week of [0, 1, 2]) answers.push(await desk.scan(pupil, saturday(week), { policy }));
    expect(answers.map(({ color, shadow }) => [color, shadow])).toEqual([
      ['green', false],
      ['green', false],
      ['green', true],
    ]);
    expect(await attemptsOf(pupil.studentId)).toEqual([{ code: 'credit_exceeded', shadow: true }]);
    expect((await noticesOf(pupil.studentId)).filter((type) => type.startsWith('payment_block'))).toEqual([]);
    expect(await desk.balance(pupil, 'sessions')).toBe(-3n);
  });

  test('T-41: the floor stands where it stood, and from the date on the door refuses', async () => {
    const pupil = await desk.returning();
    for (const week of [0, 1, 2]) await desk.scan(pupil, saturday(week), { policy });
    expect(await desk.status(pupil)).toMatchObject({ creditBalance: '2', remainingCredit: '-1' });
    const refused = await desk.scan(pupil, saturday(5), { policy });
    expect(refused).toMatchObject({ color: 'yellow', code: 'credit_exceeded', shadow: false });
    const floors = await desk.rows<{ action: string; reason: string; account_id: bigint }>('carryover_audit');
    const passes = floors.filter(
      ({ action, reason }) => action === 'set-floor' && reason?.includes('not enforced yet'),
    );
    expect(passes.length).toBeGreaterThanOrEqual(2);
  });
});

describe('what a scan may say', () => {
  test('a scan names a code or a pupil, not both and not neither', async () => {
    await expect(desk.run('check-in', {})).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(desk.run('check-in', { code: 'x', studentId: '1' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('unknown members of an input are refused', async () => {
    await expect(desk.run('check-in', { code: 'x', colour: 'green' })).rejects.toThrow(/colour/);
  });
});

function only({ studentId, groupId }: { studentId: string; groupId: string }): { studentId: string; groupId: string } {
  return { studentId, groupId };
}

async function attemptsOf(studentId: string): Promise<readonly { code: string; shadow: boolean }[]> {
  const { rows } = await desk.run<{ rows: { code: string; shadow: boolean }[] }>('attempts', { studentId });
  return rows.map(({ code, shadow }) => ({ code, shadow }));
}

async function noticesOf(studentId: string): Promise<readonly string[]> {
  const rows = await desk.rows<{ id: bigint; type: string; recipient: string }>('carryover_outbox');
  const own = rows.filter(({ recipient }) => recipient === `student:${studentId}`);
  return own.toSorted((one, other) => Number(one.id - other.id)).map(({ type }) => type);
}

function text(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
