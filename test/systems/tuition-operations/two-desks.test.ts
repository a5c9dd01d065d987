import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RenderedAnswer } from '../../../src/systems/tuition/door/scan-answer.ts';
import type { CancelSessionAnswer } from '../../../src/systems/tuition/operations/cancel-session.ts';
import { Desk, saturday, type Enrolled, type OtherDesk } from './desk.ts';

let desk: Desk;
let other: OtherDesk;
beforeAll(async () => {
  desk = await Desk.open();
  other = await desk.another();
});
afterAll(() => desk.close());

describe('two desks at one enrolment', () => {
  test('two scans of one card let one pupil in, once', async () => {
    const pupil = await desk.returning();
    const answers = await Promise.all([scan(pupil), scan(pupil, other), scan(pupil), scan(pupil, other)]);
    expect(answers.map(({ color }) => color).toSorted()).toEqual(['gray', 'gray', 'gray', 'green']);
    expect(await desk.balance(pupil, 'sessions')).toBe(-1n);
  });

  test('the last session of the grace goes to one of two days, never to both', async () => {
    const pupil = await desk.returning();
    await desk.scan(pupil, saturday(0));
    const answers = await Promise.all(
      [1, 2, 3, 4].map((week) => desk.scan(pupil, saturday(week), week % 2 === 0 ? { desk: other } : {})),
    );
    expect(answers.filter(({ admitted }) => admitted)).toHaveLength(1);
    expect(await desk.balance(pupil, 'sessions')).toBe(-2n);
  });

  test('payments at both desks are all counted', async () => {
    const pupil = await desk.enrolled();
    const pay = (index: number): Promise<unknown> =>
      desk.run('record-payment', { ...only(pupil), amount: '45.00' }, index % 2 === 0 ? { desk: other } : {});
    await Promise.all(Array.from({ length: 10 }, (_each, index) => pay(index)));
    expect(await desk.status(pupil)).toMatchObject({ sessionsPaidFor: '4', money: '150.00', isNewStudent: false });
  });

  test('T-34: a double click that reaches both desks is one payment and one receipt', async () => {
    const pupil = await desk.enrolled();
    const input = { ...only(pupil), amount: '300.00', key: desk.key() };
    const [one, two] = await Promise.all([
      desk.run('record-payment', input),
      desk.run('record-payment', input, { desk: other }),
    ]);
    expect(two).toEqual(one);
    expect(await desk.status(pupil)).toMatchObject({ sessionsPaidFor: '4' });
  });

  test('one payment is voided once, whoever asks first', async () => {
    const pupil = await desk.enrolled();
    const { paymentId } = await desk.pay(pupil, '300.00');
    const undo = (at: object): Promise<string> =>
      desk.run('void-payment', { paymentId, reason: 'twice' }, at).then(
        () => 'voided',
        (error: unknown) => (error as { code: string }).code,
      );
    const outcomes = await Promise.all([undo({}), undo({ desk: other })]);
    expect(outcomes.toSorted()).toEqual(['TUITION_PAYMENT_NOT_REVERSIBLE', 'voided']);
    expect(await desk.balance(pupil, 'sessions')).toBe(0n);
  });

  test('T-35: a session called off while pupils come in takes nothing from anybody', async () => {
    const groupId = await desk.group();
    const pupils: Enrolled[] = [];
    for (let count = 0; count < 6; count += 1) pupils.push(await desk.returning({ groupId }));
    const cancel = desk.run<CancelSessionAnswer>(
      'cancel-session',
      { groupId, date: '2026-03-07', reason: 'no power' },
      { desk: other },
    );
    const answers = await Promise.all([...pupils.map((pupil) => scan(pupil)), cancel]);
    const admitted = answers.slice(0, -1).filter((answer) => (answer as RenderedAnswer).admitted).length;
    expect((await cancel).returned).toBe(admitted.toString());
    for (const pupil of pupils) expect(await desk.balance(pupil, 'sessions')).toBe(0n);
  });

  test('a pupil enrolled at both desks is enrolled once', async () => {
    const input = { studentId: await desk.student(), groupId: await desk.group() };
    const enrol = (at: object): Promise<string> =>
      desk.run('enrol-student', input, at).then(
        () => 'enrolled',
        (error: unknown) => (error as { code: string }).code,
      );
    const outcomes = await Promise.all([enrol({}), enrol({ desk: other })]);
    expect(outcomes.toSorted()).toEqual(['TUITION_ENROLMENT_EXISTS', 'enrolled']);
  });

  test('a first make-up granted at both desks opens one account', async () => {
    const pupil = await desk.enrolled();
    const input = { ...only(pupil), sessions: 1, expiresAt: '2090-01-01T00:00:00Z', reason: 'owed' };
    await Promise.all([desk.run('grant-make-up', input), desk.run('grant-make-up', input, { desk: other })]);
    expect(await desk.balance(pupil, 'make-up')).toBe(2n);
  });
});

function scan(pupil: Enrolled, at?: OtherDesk): Promise<RenderedAnswer> {
  return desk.scan(pupil, saturday(0), at === undefined ? {} : { desk: at });
}

function only({ studentId, groupId }: Enrolled): { studentId: string; groupId: string } {
  return { studentId, groupId };
}
