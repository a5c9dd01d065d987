import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import type { CreditStatus } from '../../../src/systems/tuition/queries/credit-status-of.ts';
import type { CancelSessionAnswer } from '../../../src/systems/tuition/operations/cancel-session.ts';
import type { GrantMakeUpAnswer } from '../../../src/systems/tuition/operations/grant-make-up.ts';
import { Desk, saturday, type Enrolled } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk.close());

const reason = 'because';

describe('an attendance that should not count', () => {
  const reverse = (pupil: Enrolled, date = '2026-03-07'): Promise<CreditStatus> =>
    desk.run('reverse-attendance', { ...only(pupil), date, reason });

  test('T-35: is given back once', async () => {
    const pupil = await desk.returning();
    await desk.scan(pupil);
    expect(await reverse(pupil)).toMatchObject({ sessionsAttended: '0', debt: '0' });
    await expect(reverse(pupil)).rejects.toMatchObject({ code: 'TUITION_UNKNOWN' });
  });

  test('T-35: and the pupil can come in again, and be given back again', async () => {
    const pupil = await desk.returning();
    await desk.scan(pupil);
    await reverse(pupil);
    expect(await desk.scan(pupil)).toMatchObject({ color: 'green', attended: '1' });
    expect(await reverse(pupil)).toMatchObject({ debt: '0' });
    expect(await desk.rows('carryover_entries')).not.toHaveLength(0);
  });

  test('T-15: giving it back lifts the block that no longer has a cause', async () => {
    const pupil = await desk.returning();
    for (const week of [0, 1, 2]) await desk.scan(pupil, saturday(week));
    expect(await desk.status(pupil)).toMatchObject({ isBlocked: true });
    expect(await reverse(pupil)).toMatchObject({ isBlocked: false, remainingCredit: '1' });
    expect(await actionsOf(pupil)).toEqual(
      expect.arrayContaining(['attendance_reversed', 'block_applied', 'block_removed']),
    );
  });

  test('a day that does not exist is no day', async () => {
    const pupil = await desk.returning();
    await expect(reverse(pupil, '2026-02-30')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});

describe('a session that is called off', () => {
  const cancel = (groupId: string, date = '2026-03-07'): Promise<CancelSessionAnswer> =>
    desk.run<CancelSessionAnswer>('cancel-session', { groupId, date, reason });

  test('T-35: gives every scan back once, and turns the next one away', async () => {
    const groupId = await desk.group();
    const pupils = [
      await desk.returning({ groupId }),
      await desk.returning({ groupId }),
      await desk.returning({ groupId }),
    ];
    const [first, second, third] = pupils as [Enrolled, Enrolled, Enrolled];
    await desk.scan(first);
    await desk.scan(second);
    expect(await cancel(groupId)).toMatchObject({ returned: '2', returnedInAll: '2', leftToLegacy: '0' });
    for (const pupil of pupils) expect(await desk.status(pupil)).toMatchObject({ sessionsAttended: '0' });
    expect(await desk.scan(third)).toMatchObject({ color: 'white', code: 'session_cancelled' });
    expect(await cancel(groupId)).toMatchObject({ returned: '0', returnedInAll: '2' });
    expect(await desk.status(first)).toMatchObject({ sessionsAttended: '0', debt: '0' });
  });

  test('T-35: an attendance that was given back before is not given back again', async () => {
    const pupil = await desk.returning();
    await desk.scan(pupil);
    await desk.run('reverse-attendance', { ...only(pupil), date: '2026-03-07', reason });
    expect(await cancel(pupil.groupId)).toMatchObject({ returned: '0' });
    expect(await desk.status(pupil)).toMatchObject({ debt: '0' });
  });

  test('every active pupil of the group is told, once', async () => {
    const groupId = await desk.group();
    const [here, gone] = [await desk.returning({ groupId }), await desk.returning({ groupId })];
    await desk.run('change-enrolment', { ...only(gone), action: 'leave', reason });
    await cancel(groupId);
    await cancel(groupId);
    const told = await desk.rows<{ recipient: string; type: string }>('carryover_outbox');
    const cancelled = told.filter(({ type }) => type === 'session_cancelled').map(({ recipient }) => recipient);
    expect(cancelled.filter((recipient) => recipient === `student:${here.studentId}`)).toHaveLength(1);
    expect(cancelled).not.toContain(`student:${gone.studentId}`);
  });

  test('a group without pupils and one that does not exist', async () => {
    const groupId = await desk.group();
    expect(await cancel(groupId)).toMatchObject({ returned: '0' });
    expect(await cancel(groupId)).toMatchObject({ returnedInAll: '0' });
    await expect(cancel('999999')).rejects.toMatchObject({ code: 'TUITION_UNKNOWN' });
  });
});

describe('a make-up session', () => {
  // Expiry is the database clock's to decide, so these tests live in the present and meet whenever that is.
  async function pupilNow(): Promise<Enrolled> {
    const now = await desk.database.dialect.statements.serverNow(desk.database.handle);
    const local = now.inZone('Africa/Cairo').add({ minutes: 10 });
    const day = local.toLocaleString('en-US', { weekday: 'long' });
    const groupId = await desk.group({ day, time: local.toPlainTime().toString().slice(0, 8) });
    const studentId = await desk.student();
    await desk.run('enrol-student', { studentId, groupId }, { now: 'clock' });
    return { studentId, groupId, code: `C${studentId}` };
  }

  const grant = (pupil: Enrolled, more: object = {}): Promise<GrantMakeUpAnswer> =>
    desk.run<GrantMakeUpAnswer>('grant-make-up', { ...only(pupil), sessions: 1, reason, ...more }, { now: 'clock' });

  test('is used before the sessions account, and nothing else is taken', async () => {
    const pupil = await pupilNow();
    await desk.run('record-payment', { ...only(pupil), amount: '75.00' }, { now: 'clock' });
    expect((await grant(pupil)).status).toMatchObject({ makeUpSessions: '1' });
    const scanned = await desk.run<{ makeUp: boolean; debt: string }>(
      'check-in',
      { code: pupil.code },
      { now: 'clock' },
    );
    expect(scanned).toMatchObject({ makeUp: true, debt: '-1', attended: '0' });
    expect(await desk.balance(pupil, 'make-up')).toBe(0n);
    expect(await desk.balance(pupil, 'sessions')).toBe(1n);
  });

  test('lets in whom the door would refuse, and lifts the block', async () => {
    const pupil = await pupilNow();
    expect(await desk.run('check-in', { code: pupil.code }, { now: 'clock' })).toMatchObject({ color: 'yellow' });
    expect((await grant(pupil)).status).toMatchObject({ isBlocked: false, nextSession: { admitted: true } });
    expect(await desk.run('check-in', { code: pupil.code }, { now: 'clock' })).toMatchObject({
      color: 'green',
      makeUp: true,
    });
    const status = await desk.run('credit-status', only(pupil), { now: 'clock' });
    expect(status).toMatchObject({
      makeUpSessions: '0',
      nextSession: { admitted: false, code: 'new_student_no_payment' },
    });
  });

  test('goes back to where it came from when the session is called off', async () => {
    const pupil = await pupilNow();
    await grant(pupil);
    const { sessionDate: date } = await desk.run<{ sessionDate: string }>(
      'check-in',
      { code: pupil.code },
      { now: 'clock' },
    );
    await desk.run('cancel-session', { groupId: pupil.groupId, date, reason }, { now: 'clock' });
    expect([await desk.balance(pupil, 'make-up'), await desk.balance(pupil, 'sessions')]).toEqual([1n, 0n]);
  });

  test('expires after the days that policy says, or on the day that is given', async () => {
    const pupil = await pupilNow();
    const { expiresAt } = await grant(pupil);
    const days = (Date.parse(expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(20.9);
    expect(days).toBeLessThan(21.1);
    await expect(grant(pupil, { expiresAt: '2026-01-01T00:00:00Z' })).rejects.toMatchObject({
      code: 'TUITION_INSTANT_OUT_OF_ORDER',
    });
    expect((await grant(pupil, { expiresAt: '2090-01-01T00:00:00Z' })).expiresAt).toBe('2090-01-01T00:00:00.000000Z');
  });

  test('that has expired is not used, and does not let anybody in', async () => {
    const pupil = await pupilNow();
    await grant(pupil);
    const past = Instant.parse('2026-01-01T00:00:00Z');
    await desk.database.write((trx) =>
      sql`
        update ${sql.table('carryover_lots')} set expires_at = ${desk.database.dialect.expressions.instant(past)}
        where account_id in (
          select id from ${sql.table('carryover_accounts')}
          where kind = 'make-up' and owner = ${`${pupil.studentId}:${pupil.groupId}`})`.execute(trx),
    );
    expect(await desk.run('credit-status', only(pupil), { now: 'clock' })).toMatchObject({ makeUpSessions: '0' });
    expect(await desk.run('check-in', { code: pupil.code }, { now: 'clock' })).toMatchObject({ color: 'yellow' });
    await desk.run('record-payment', { ...only(pupil), amount: '75.00' }, { now: 'clock' });
    expect(await desk.run('check-in', { code: pupil.code }, { now: 'clock' })).toMatchObject({
      makeUp: false,
      debt: '0',
    });
  });

  test('is not granted to a pupil who left', async () => {
    const pupil = await pupilNow();
    await desk.run('change-enrolment', { ...only(pupil), action: 'leave', reason }, { now: 'clock' });
    await expect(grant(pupil)).rejects.toMatchObject({ code: 'TUITION_ENROLMENT_INACTIVE' });
  });
});

describe('grace', () => {
  test('T-16: five sessions of it, which a payment does not take away', async () => {
    const pupil = await desk.enrolled();
    const adjusted = await desk.run('adjust-grace', { ...only(pupil), newBalance: 5, reason: 'Special case' });
    expect(adjusted).toMatchObject({ creditBalance: '5', remainingCredit: '5', nextSession: { admitted: true } });
    expect((await desk.pay(pupil, '75.00')).status).toMatchObject({
      creditBalance: '5',
      remainingCredit: '6',
      isNewStudent: false,
    });
    const lines = await desk.run<{ rows: { before: unknown; after: unknown; reason: string }[] }>('audit-log', {
      ...only(pupil),
      action: 'credit_adjustment',
    });
    expect(lines.rows).toMatchObject([
      { before: { creditBalance: '0' }, after: { creditBalance: '5' }, reason: 'Special case' },
    ]);
  });

  test('taking it away blocks whoever is over the new limit', async () => {
    const pupil = await desk.returning();
    for (const week of [0, 1]) await desk.scan(pupil, saturday(week));
    const adjusted = await desk.run('adjust-grace', { ...only(pupil), newBalance: 1, reason });
    expect(adjusted).toMatchObject({ isBlocked: true, blockReason: 'credit_exceeded_1', remainingCredit: '-1' });
  });

  test('has no meaning where nothing is owed, and needs a reason', async () => {
    const pupil = await desk.enrolled({ terms: { financialStatus: 'exempt' } });
    await expect(desk.run('adjust-grace', { ...only(pupil), newBalance: 5, reason })).rejects.toMatchObject({
      code: 'TUITION_NOTHING_OWED',
    });
    await expect(desk.run('adjust-grace', { ...only(pupil), newBalance: 5 })).rejects.toThrow(/reason/);
    await expect(desk.run('adjust-grace', { ...only(pupil), newBalance: -1, reason })).rejects.toThrow(/newBalance/);
  });
});

describe('what a pupil pays', () => {
  test('T-09: an exempt pupil is unblocked at once, and has a floor again when no longer exempt', async () => {
    const pupil = await desk.returning();
    for (const week of [0, 1, 2]) await desk.scan(pupil, saturday(week));
    const exempt = await desk.run('set-financial-status', { ...only(pupil), financialStatus: 'exempt', reason });
    expect(exempt).toMatchObject({
      isBlocked: false,
      remainingCredit: null,
      fee: '0.00',
      nextSession: { admitted: true },
    });
    const normal = await desk.run('set-financial-status', { ...only(pupil), financialStatus: 'normal', reason });
    expect(normal).toMatchObject({ remainingCredit: '0', fee: '300.00', nextSession: { admitted: false } });
  });

  test('status and fee are audited apart, and only where they change', async () => {
    const pupil = await desk.enrolled();
    await desk.run('set-financial-status', { ...only(pupil), financialStatus: 'normal', customFee: '250.00', reason });
    await desk.run('set-financial-status', { ...only(pupil), financialStatus: 'symbolic', reason });
    await desk.run('set-financial-status', { ...only(pupil), financialStatus: 'symbolic', customFee: 'none', reason });
    expect((await actionsOf(pupil)).filter((action) => action.endsWith('_changed'))).toEqual([
      'fee_changed',
      'status_changed',
      'fee_changed',
    ]);
    expect(await desk.status(pupil)).toMatchObject({ fee: '0.00', financialStatus: 'symbolic' });
  });

  test('a group that charges nothing any more keeps nobody out', async () => {
    const pupil = await desk.returning({ groupId: await desk.group({ fee: 0 }) });
    for (const week of [0, 1, 2]) expect(await desk.scan(pupil, saturday(week))).toMatchObject({ color: 'green' });
  });
});

function only({ studentId, groupId }: Enrolled): { studentId: string; groupId: string } {
  return { studentId, groupId };
}

async function actionsOf(pupil: Enrolled): Promise<readonly string[]> {
  const { rows } = await desk.run<{ rows: { action: string }[] }>('audit-log', only(pupil));
  return rows.map(({ action }) => action);
}
