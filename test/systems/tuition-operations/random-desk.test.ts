import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CarryoverError } from '../../../src/base/errors.ts';
import { verifyLedger } from '../../../src/ledger/verify/verify-ledger.ts';
import { planTotals } from '../../../src/systems/tuition/plan-months.ts';
import type { RenderedAnswer } from '../../../src/systems/tuition/door/scan-answer.ts';
import type { CreditStatus } from '../../../src/systems/tuition/queries/credit-status-of.ts';
import { Desk, saturday, type Enrolled } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk.close());

const month = fc.constantFrom('2026-01', '2026-02', '2026-03', '2026-04');
const week = fc.integer({ min: 0, max: 6 });
const cents = fc.integer({ min: 1, max: 60_000 });
const which = fc.nat({ max: 20 });

/** One thing that a desk or a door does to a pupil. `which` names one of the payments taken so far. */
type Step =
  | { readonly do: 'pay' | 'spend-kept'; readonly month: string; readonly cents: number }
  | { readonly do: 'void'; readonly which: number }
  | { readonly do: 'refund'; readonly which: number; readonly cents: number }
  | { readonly do: 'scan' | 'reverse' | 'cancel'; readonly week: number }
  | { readonly do: 'grace'; readonly sessions: number }
  | { readonly do: 'status'; readonly status: string }
  | { readonly do: 'pass' | 'leave' | 'return' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('pay' as const), month, cents }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('spend-kept' as const), month, cents }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('void' as const), which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('refund' as const), which, cents }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('scan' as const), week }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reverse' as const), week }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), week }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('grace' as const), sessions: fc.integer({ min: 0, max: 4 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('status' as const), status: fc.constantFrom('normal', 'exempt') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('pass' as const, 'leave' as const, 'return' as const) }) },
);

const reason = 'at random';

async function perform(pupil: Enrolled, payments: string[], given: Step): Promise<void> {
  const { studentId, groupId } = pupil;
  const one = { studentId, groupId };
  const payment = (index: number): string => payments[index % Math.max(payments.length, 1)] ?? '1';
  const amount = (parts: number): string => (parts / 100).toFixed(2);
  const day = (weeks: number): string => saturday(weeks).toString().slice(0, 10);
  switch (given.do) {
    case 'pay':
    case 'spend-kept': {
      const from = given.do === 'pay' ? 'received' : 'kept-money';
      const taken = await desk.pay(pupil, amount(given.cents), { month: given.month, from });
      payments.push(taken.paymentId);
      return;
    }
    case 'void':
      await desk.run('void-payment', { paymentId: payment(given.which), reason });
      return;
    case 'refund':
      await desk.run('refund-payment', { paymentId: payment(given.which), amount: amount(given.cents), reason });
      return;
    case 'scan':
      return scanAsForetold(pupil, given.week);
    case 'reverse':
      await desk.run('reverse-attendance', { ...one, date: day(given.week), reason });
      return;
    case 'cancel':
      await desk.run('cancel-session', { groupId, date: day(given.week), reason });
      return;
    case 'grace':
      await desk.run('adjust-grace', { ...one, newBalance: given.sessions, reason });
      return;
    case 'status':
      await desk.run('set-financial-status', { ...one, financialStatus: given.status, reason });
      return;
    case 'pass':
      await desk.run('unblock-enrolment', { ...one, until: saturday(3).toString(), reason });
      return;
    case 'leave':
    case 'return':
      await desk.run('change-enrolment', { ...one, action: given.do, reason });
  }
}

/** The door says what the status foretold, unless the session itself is over or taken already. */
async function scanAsForetold(pupil: Enrolled, weeks: number): Promise<void> {
  const foretold = await desk.status(pupil, saturday(weeks));
  const answer: RenderedAnswer = await desk.scan(pupil, saturday(weeks));
  if (answer.code === 'already_in' || answer.code === 'session_cancelled') return;
  expect({ admitted: answer.admitted, code: answer.code }).toEqual(foretold.nextSession);
}

/** What both accounts should hold, from the plans and the scans alone. */
async function expectBalanced(pupil: Enrolled): Promise<CreditStatus> {
  const mine = (row: { student_id: bigint }): boolean => row.student_id.toString() === pupil.studentId;
  const plans = (
    await desk.rows<{ student_id: bigint; plan: string; due: bigint; plan_sessions: bigint; received: bigint }>(
      'carryover_tuition_months',
    )
  ).filter(mine);
  const scans = (
    await desk.rows<{ student_id: bigint; returned_seq: bigint | null }>('carryover_tuition_scans')
  ).filter(mine);
  const payments = (
    await desk.rows<{ student_id: bigint; origin: string; amount: bigint }>('carryover_tuition_payments')
  ).filter(mine);
  const refunds = (
    await desk.rows<{ student_id: bigint; payment_id: bigint; amount: bigint }>('carryover_tuition_refunds')
  ).filter(mine);
  const kept = new Set(
    (await desk.rows<{ id: bigint; origin: string }>('carryover_tuition_payments'))
      .filter(({ origin }) => origin === 'kept')
      .map(({ id }) => id),
  );
  const totals = planTotals(plans.map(({ plan_sessions: sessions, ...plan }) => ({ ...plan, sessions })));
  const attended = BigInt(scans.filter(({ returned_seq }) => returned_seq === null).length);
  expect(await desk.balance(pupil, 'sessions')).toBe(totals.sessions - attended);
  expect(await desk.balance(pupil, 'money')).toBe(totals.money);
  const sum = (rows: readonly { amount: bigint }[]): bigint => rows.reduce((total, { amount }) => total + amount, 0n);
  const received = sum(payments.filter(({ origin }) => origin === 'received'));
  const returned = sum(refunds.filter(({ payment_id }) => !kept.has(payment_id)));
  expect(plans.reduce((total, plan) => total + plan.received, 0n)).toBe(received - returned);
  expect(plans.every((plan) => plan.received >= 0n)).toBe(true);
  const status = await desk.status(pupil, saturday(6));
  expect([status.sessionsPaidFor, status.sessionsAttended]).toEqual([totals.sessions.toString(), attended.toString()]);
  return status;
}

test(
  'whatever a desk does, both accounts stand at the totals of the plans, the block has a cause, and verify is clean',
  { timeout: 300_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(step, { minLength: 5, maxLength: 25 }), async (isNew, steps) => {
        const pupil = await desk.enrolled({ daysAgo: isNew ? 5 : 100 });
        const payments: string[] = [];
        for (const given of steps) {
          await perform(pupil, payments, given).catch((error: unknown) => {
            // A refusal is an answer too; anything else is a mistake of the code.
            if (!(error instanceof CarryoverError)) throw error;
          });
        }
        const status = await expectBalanced(pupil);
        if (status.isBlocked) expect(status.override?.effect === 'allow' || !status.nextSession.admitted).toBe(true);
      }),
      { numRuns: 8 },
    );
    const verified = await verifyLedger(desk.database);
    expect(verified.breaches).toEqual([]);
    expect(verified.outcome).toBe('clean');
  },
);
