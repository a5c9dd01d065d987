import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tuitionOperations } from '../../../src/systems/tuition/operations/index.ts';
import { Desk, saturday, type Enrolled } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk.close());

const reason = 'as told';

/** What each writing operation is called with, on a pupil of its own; the second input differs in content. */
const calls: Readonly<Record<string, (pupil: Enrolled) => Promise<readonly [object, object]>>> = {
  'check-in': async (pupil) => [{ code: pupil.code }, { studentId: pupil.studentId }],
  'record-payment': async (pupil) => [
    { ...only(pupil), amount: '300.00' },
    { ...only(pupil), amount: '300.01' },
  ],
  'record-bulk-payment': async (pupil) => [{ groupId: pupil.groupId }, { groupId: pupil.groupId, month: '2026-04' }],
  'void-payment': async (pupil) => [
    { paymentId: await paid(pupil), reason },
    { paymentId: await paid(pupil), reason },
  ],
  'refund-payment': async (pupil) => {
    const paymentId = await paid(pupil);
    return [
      { paymentId, amount: '10.00', reason },
      { paymentId, amount: '20.00', reason },
    ];
  },
  'reverse-attendance': async (pupil) => {
    await desk.scan(pupil);
    return [
      { ...only(pupil), date: '2026-03-07', reason },
      { ...only(pupil), date: '2026-03-14', reason },
    ];
  },
  'cancel-session': async (pupil) => {
    await desk.scan(pupil);
    return [
      { groupId: pupil.groupId, date: '2026-03-07', reason },
      { groupId: pupil.groupId, date: '2026-03-14', reason },
    ];
  },
  'adjust-grace': async (pupil) => [
    { ...only(pupil), newBalance: 5, reason },
    { ...only(pupil), newBalance: 6, reason },
  ],
  'set-financial-status': async (pupil) => [
    { ...only(pupil), financialStatus: 'exempt', reason },
    { ...only(pupil), financialStatus: 'symbolic', reason },
  ],
  'block-enrolment': async (pupil) => [
    { ...only(pupil), reason },
    { ...only(pupil), until: '2026-05-01T00:00:00Z', reason },
  ],
  'unblock-enrolment': async (pupil) => [
    { ...only(pupil), until: '2026-05-01T00:00:00Z', reason },
    { ...only(pupil), until: '2026-06-01T00:00:00Z', reason },
  ],
  'freeze-enrolment': async (pupil) => [
    { ...only(pupil), until: '2026-05-01T00:00:00Z', reason },
    { ...only(pupil), until: '2026-06-01T00:00:00Z', reason },
  ],
  'unfreeze-enrolment': async (pupil) => {
    await desk.run('freeze-enrolment', { ...only(pupil), until: '2026-05-01T00:00:00Z', reason });
    return [
      { ...only(pupil), reason },
      { ...only(await desk.enrolled()), reason },
    ];
  },
  'grant-make-up': async (pupil) => {
    const expiresAt = '2090-01-01T00:00:00Z';
    return [
      { ...only(pupil), sessions: 1, expiresAt, reason },
      { ...only(pupil), sessions: 2, expiresAt, reason },
    ];
  },
  'enrol-student': async () => {
    const groupId = await desk.group();
    return [
      { studentId: await desk.student(), groupId },
      { studentId: await desk.student(), groupId },
    ];
  },
  'remind-debtors': async (pupil) => {
    await desk.scan(pupil);
    return [{ groupId: pupil.groupId }, {}];
  },
  'announce-gate': async (pupil) => {
    for (const week of [0, 1]) await desk.scan(pupil, saturday(week));
    return [
      { groupId: pupil.groupId, date: '2026-04-01' },
      { groupId: pupil.groupId, date: '2026-04-02' },
    ];
  },
  'change-enrolment': async (pupil) => [
    { ...only(pupil), action: 'leave', reason },
    { ...only(pupil), action: 'close', reason },
  ],
};

/** Every table that an operation may write to, but for the answers that are kept. */
const TABLES = [
  'carryover_accounts',
  'carryover_entries',
  'carryover_audit',
  'carryover_outbox',
  ...['enrolments', 'months', 'payments', 'refunds', 'scans', 'attempts', 'cancellations', 'overrides'].map(
    (name) => `carryover_tuition_${name}`,
  ),
];

describe('a double click', () => {
  test('every writing operation is tried', () => {
    const writing = tuitionOperations.filter(({ writes }) => writes).map(({ name }) => name);
    expect(Object.keys(calls).toSorted()).toEqual([...writing].toSorted());
  });

  test.each(Object.keys(calls))(
    'T-34: %s is done once, answered the same, and refuses other content under its key',
    async (name) => {
      const inputs = calls[name];
      const [input, other] = (await inputs?.(await desk.returning())) ?? [{}, {}];
      const key = desk.key();
      const first = await desk.run<object>(name, { ...input, key });
      const written = await everything();
      expect(await desk.run<object>(name, { ...input, key })).toEqual(first);
      expect(await everything()).toEqual(written);
      await expect(desk.run(name, { ...other, key })).rejects.toMatchObject({ code: 'TUITION_KEY_REUSED' });
      expect(await everything()).toEqual(written);
    },
  );

  test('T-34: the same call by somebody else, worded anew, is the same call', async () => {
    const pupil = await desk.enrolled();
    const key = desk.key();
    const first = await desk.run('record-payment', { ...only(pupil), amount: '300.00', key, note: 'at the desk' });
    const actor = { kind: 'person', id: 'clerk-9' } as const;
    const again = await desk.run('record-payment', { ...only(pupil), amount: '300.00', key, note: 'again' }, { actor });
    expect(again).toEqual(first);
  });

  test('a key that an operation of another name has used is taken', async () => {
    const pupil = await desk.enrolled();
    const key = desk.key();
    await desk.run('record-payment', { ...only(pupil), amount: '300.00', key });
    await expect(desk.run('check-in', { code: pupil.code, key })).rejects.toMatchObject({
      code: 'TUITION_KEY_REUSED',
      details: { found: '"record-payment"' },
    });
  });

  test('a refused call does not use its key up', async () => {
    const pupil = await desk.enrolled();
    const key = desk.key();
    await expect(desk.run('unblock-enrolment', { ...only(pupil), reason, key })).rejects.toMatchObject({
      code: 'TUITION_UNTIL_MISSING',
    });
    await desk.pay(pupil, '300.00');
    expect(await desk.run('unblock-enrolment', { ...only(pupil), reason, key })).toMatchObject({ isBlocked: false });
  });

  test('a refusal at the door is answered the same to the same scan, and anew to a new one', async () => {
    const pupil = await desk.enrolled();
    const key = desk.key();
    const refused = await desk.run('check-in', { code: pupil.code, key });
    await desk.pay(pupil, '300.00');
    expect(await desk.run('check-in', { code: pupil.code, key })).toEqual(refused);
    expect(await desk.scan(pupil, saturday(0))).toMatchObject({ color: 'green' });
  });
});

async function everything(): Promise<unknown> {
  const tables = [];
  for (const table of TABLES) tables.push([table, await desk.rows(table)]);
  return JSON.parse(
    JSON.stringify(tables, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  );
}

async function paid(pupil: Enrolled): Promise<string> {
  return (await desk.pay(pupil, '300.00')).paymentId;
}

function only({ studentId, groupId }: Enrolled): { studentId: string; groupId: string } {
  return { studentId, groupId };
}
