import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Instant } from '../../../src/base/instant.ts';
import { enqueueNotices, type NewNotice } from '../../../src/notices/outbox.ts';
import {
  renderNotice,
  storedParameters,
  type NoticeType,
} from '../../../src/systems/tuition/notices/notice-templates.ts';
import { Desk, SATURDAY, saturday, type Enrolled } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk.close());

interface Notice {
  readonly id: bigint;
  readonly type: NoticeType;
  readonly recipient: string;
  readonly mandatory: bigint;
  readonly payload: unknown;
  readonly status: string;
  readonly created_at: Instant;
}

async function noticesOf({ studentId }: { studentId: string }): Promise<readonly Notice[]> {
  const rows = await desk.rows<Notice>('carryover_outbox');
  const own = rows
    .filter(({ recipient }) => recipient === `student:${studentId}`)
    .toSorted((one, other) => Number(one.id - other.id));
  return own.map((row) => ({
    ...row,
    payload: typeof row.payload === 'string' ? JSON.parse(row.payload) : row.payload,
  }));
}

const typesOf = async (pupil: Enrolled): Promise<readonly string[]> => (await noticesOf(pupil)).map(({ type }) => type);

describe('what parents are told', () => {
  test('one session before the limit, at the limit, and at the door', async () => {
    const pupil = await desk.returning();
    for (const week of [0, 1, 2]) await desk.scan(pupil, saturday(week));
    expect(await typesOf(pupil)).toEqual([
      'attendance_success',
      'credit_warning',
      'attendance_success',
      'credit_final_warning',
      'payment_block_3rd',
    ]);
  });

  test('the final warning comes where the next session is refused, whatever the grace', async () => {
    const pupil = await desk.returning();
    await desk.run('adjust-grace', { ...only(pupil), newBalance: 3, reason: 'agreed' });
    for (const week of [0, 1, 2]) await desk.scan(pupil, saturday(week));
    const warnings = (await noticesOf(pupil)).filter(({ type }) => type.startsWith('credit_'));
    expect(warnings.map(({ type, payload }) => [type, (payload as { values: { debt: string } }).values.debt])).toEqual([
      ['credit_warning', '2'],
      ['credit_final_warning', '3'],
    ]);
  });

  test('a payment is confirmed with its receipt; spending kept money brings no second one', async () => {
    const pupil = await desk.enrolled();
    const { receipt } = await desk.pay(pupil, '450.00');
    await desk.pay(pupil, '150.00', { month: '2026-04', from: 'kept-money' });
    const told = await noticesOf(pupil);
    expect(told.map(({ type }) => type)).toEqual(['payment_confirmation', 'payment_recorded', 'payment_recorded']);
    expect(told[0]?.payload).toMatchObject({
      version: 1,
      values: { receipt, amount: '450.00', currency: 'EGP', month: '2026-03' },
    });
    expect(told[1]?.payload).toMatchObject({ values: { sessions: '4' } });
    expect(told[2]?.payload).toMatchObject({ values: { sessions: '2', amount: '150.00' } });
  });

  test('every stored notice has what its text needs, and no name', async () => {
    for (const { type, payload } of (await desk.rows<Notice>('carryover_outbox')).map((row) => ({
      ...row,
      payload: (typeof row.payload === 'string' ? JSON.parse(row.payload) : row.payload) as {
        values: Record<string, string>;
      },
    }))) {
      expect(Object.keys(payload.values).toSorted()).toEqual([...storedParameters(type)].toSorted());
      expect(renderNotice(type, { ...payload.values, pupil: 'P', group: 'G' }, 'ar')).not.toMatch(/[{}]/);
      expect(JSON.stringify(payload)).not.toContain('Pupil');
    }
  });

  test('T-40: what turns a child away or takes money cannot be opted out of', async () => {
    const pupil = await desk.enrolled();
    await desk.scan(pupil);
    await desk.pay(pupil, '300.00');
    const mandatory = Object.fromEntries((await noticesOf(pupil)).map(({ type, mandatory: flag }) => [type, flag]));
    expect(mandatory).toEqual({ payment_block_new: 1n, payment_confirmation: 1n, payment_recorded: 0n });
  });

  test('several refusals of one day are one message', async () => {
    const pupil = await desk.enrolled();
    for (const minute of [0, 1, 2]) await desk.scan(pupil, SATURDAY.plusMillis(minute * 60_000));
    expect(await typesOf(pupil)).toEqual(['payment_block_new']);
  });
});

describe('what nobody is told', () => {
  test('T-28: a notice goes with the transaction that gave rise to it', async () => {
    const pupil = await desk.enrolled();
    const { database } = desk;
    const notice: NewNotice = {
      system: 'tuition',
      type: 'payment_recorded',
      dedupeKey: 'never-committed',
      recipient: `student:${pupil.studentId}`,
      mandatory: false,
      payload: { any: 'thing' },
      status: 'pending',
      createdAt: SATURDAY,
    };
    const abort = new Error('the payment failed after the notice was written');
    await expect(
      database.write(async (trx) => {
        expect(await enqueueNotices(database, trx, [notice, notice])).toBe(1n);
        throw abort;
      }),
    ).rejects.toBe(abort);
    expect(await noticesOf(pupil)).toEqual([]);
  });

  test('T-28: an operation that fails half way leaves neither money nor message', async () => {
    const pupil = await desk.enrolled();
    const key = desk.key();
    await desk.run('record-payment', { ...only(pupil), amount: '10.00', key: `${key}~${pupil.studentId}` });
    const told = await noticesOf(pupil);
    // The bulk payment gives each payment a key made of its own, which here is taken: the last write of the call fails.
    await expect(desk.run('record-bulk-payment', { groupId: pupil.groupId, key })).rejects.toThrow();
    expect(await noticesOf(pupil)).toEqual(told);
    expect(await desk.status(pupil)).toMatchObject({ sessionsPaidFor: '0', money: '10.00' });
  });

  test('while a cutover is at work, notices are kept and not sent', async () => {
    const pupil = await desk.enrolled();
    await cutover('running');
    await desk.pay(pupil, '75.00');
    await cutover('done');
    await desk.pay(pupil, '75.00');
    expect((await noticesOf(pupil)).map(({ status }) => status)).toEqual([
      'suppressed',
      'suppressed',
      'pending',
      'pending',
    ]);
  });
});

describe('messages to many', () => {
  test('pupils with one unpaid session are reminded once a day', async () => {
    const groupId = await desk.group();
    const [one, two, paid, frozen] = [
      await desk.returning({ groupId }),
      await desk.returning({ groupId }),
      await desk.returning({ groupId }),
      await desk.returning({ groupId }),
    ];
    await desk.pay(paid, '300.00');
    for (const pupil of [one, two, paid, frozen]) await desk.scan(pupil);
    await desk.scan(two, saturday(1));
    await desk.run('freeze-enrolment', { ...only(frozen), until: '2026-06-01T00:00:00Z', reason: 'abroad' });
    const remind = (now: Instant): Promise<unknown> => desk.run('remind-debtors', { groupId }, { now });
    expect(await remind(saturday(1))).toEqual({ date: '2026-03-14', pupils: '1' });
    await remind(saturday(1).plusMillis(3_600_000));
    await remind(saturday(1).plusMillis(86_400_000));
    expect((await typesOf(one)).filter((type) => type === 'payment_reminder')).toHaveLength(2);
    for (const pupil of [two, paid, frozen]) expect(await typesOf(pupil)).not.toContain('payment_reminder');
  });

  test('T-41: parents of pupils over the limit are told before the door refuses', async () => {
    const groupId = await desk.group();
    const policy = { gate: { enforcedFrom: '2026-04-01T00:00:00+02:00' } };
    const [over, covered] = [await desk.enrolled({ groupId }), await desk.enrolled({ groupId })];
    await desk.pay(covered, '300.00');
    await desk.scan(over, SATURDAY, { policy });
    expect(await desk.run('announce-gate', { groupId }, { policy })).toEqual({ date: '2026-04-01', pupils: '1' });
    await desk.run('announce-gate', { groupId }, { policy });
    const announced = (await noticesOf(over)).filter(({ type }) => type === 'gate_announcement');
    expect(announced.map(({ payload }) => payload)).toMatchObject([{ values: { date: '2026-04-01', debt: '1' } }]);
    expect(await typesOf(covered)).not.toContain('gate_announcement');
    await expect(desk.run('announce-gate', { groupId })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});

/** A row of the cutover as its runner leaves it. */
async function cutover(state: 'running' | 'done'): Promise<void> {
  const table = sql.table('carryover_cutovers');
  const at = desk.database.dialect.expressions.now();
  await desk.database.write(async (trx) => {
    await sql`delete from ${table}`.execute(trx);
    await sql`
      insert into ${table} (system_name, run_id, as_of, plan_hash, plan_parts, tool_version, backup_id, stage, state, pass, paused,
        epoch, heartbeat_at, lease_ttl_ms, journal_seq, started_at, updated_at)
      select 'tuition', 'r1', ${at}, 'h', '{}', 't', 'b', 'backfill', ${state}, 1, 0, 1, ${at}, 1000, 1, ${at}, ${at}`.execute(
      trx,
    );
  });
}

function only({ studentId, groupId }: Enrolled): { studentId: string; groupId: string } {
  return { studentId, groupId };
}
