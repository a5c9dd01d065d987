import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CarryoverError } from '../../../src/base/errors.ts';
import { verifyLedger } from '../../../src/ledger/verify/verify-ledger.ts';
import type { PolicyChanges } from '../tuition-migration/legacy-queries.ts';
import { school, type School } from '../tuition-migration/school.ts';
import { dayOf, friday, LiveSchool, pupil } from './live-school.ts';

const RUNS = 6;
const reason = 'at random';

const month = fc.constantFrom('2026-05', '2026-06', '2026-07', '2026-08');
const week = fc.integer({ min: -2, max: 3 });
const cents = fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.constantFrom(7_500, 15_000, 30_000));
const which = fc.nat({ max: 20 });

/** One thing that a desk or a door does to a pupil, or that the cutover does. `which` names one of the payments taken so far. */
type Step =
  | { readonly do: 'pay' | 'spend-kept'; readonly month: string; readonly cents: number }
  | { readonly do: 'void'; readonly which: number }
  | { readonly do: 'refund'; readonly which: number; readonly cents: number }
  | { readonly do: 'refund-month'; readonly month: string; readonly cents: number }
  | { readonly do: 'scan' | 'reverse' | 'cancel'; readonly week: number }
  | { readonly do: 'exempt' | 'make-up' | 'leave' | 'return' | 'tell' | 'back-and-forth' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('pay' as const, 'spend-kept' as const), month, cents }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('void' as const), which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('refund' as const), which, cents }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refund-month' as const), month, cents }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('scan' as const), week }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('reverse' as const, 'cancel' as const), week }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('exempt' as const, 'make-up' as const, 'leave' as const, 'return' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('tell' as const, 'tell' as const, 'back-and-forth' as const) }),
  },
);

/** A pupil for each run, in a group of its own, with some history. */
function schoolOf(pupils: number): School {
  let made = school();
  for (let id = 1; id <= pupils; id += 1) {
    made = made
      .pupil({ group: id, days: id % 3 === 0 ? 20 : 90 })
      .paid('2026-05', 300)
      .paid('2026-06', id % 2 === 0 ? 100 : 440)
      .paid('2026-07', 0)
      .attended(2, { from: dayOf(-2) });
  }
  return made;
}

/** What one run goes on: its pupil, and the payments taken so far. */
interface Run {
  readonly live: LiveSchool;
  readonly id: number;
  readonly payments: string[];
}

async function perform({ live, id, payments }: Run, given: Step): Promise<void> {
  const { desk } = live;
  const one = { studentId: `${id}`, groupId: `${id}` };
  const amount = (parts: number): string => (parts / 100).toFixed(2);
  const payment = (index: number): string => payments[index % Math.max(payments.length, 1)] ?? '999';
  const run = (name: string, input: object): Promise<unknown> =>
    desk.run(name, { reason, ...input }, { now: friday(4) });
  switch (given.do) {
    case 'pay':
    case 'spend-kept': {
      const from = given.do === 'pay' ? 'received' : 'kept-money';
      const more = { month: given.month, from, now: friday(4) };
      payments.push((await desk.pay(pupil(id, id), amount(given.cents), more)).paymentId);
      return;
    }
    case 'void':
      await run('void-payment', { paymentId: payment(given.which) });
      return;
    case 'refund':
      await run('refund-payment', { paymentId: payment(given.which), amount: amount(given.cents) });
      return;
    case 'refund-month':
      await run('refund-payment', { ...one, month: given.month, amount: amount(given.cents) });
      return;
    case 'scan':
      await desk.scan(pupil(id, id), friday(given.week));
      return;
    case 'reverse':
      await run('reverse-attendance', { ...one, date: dayOf(given.week) });
      return;
    case 'cancel':
      await run('cancel-session', { groupId: `${id}`, date: dayOf(given.week) });
      return;
    case 'exempt':
      await run('set-financial-status', { ...one, financialStatus: 'exempt' });
      return;
    case 'make-up':
      await run('grant-make-up', { ...one, sessions: 1, expiresAt: '2100-01-01T00:00:00Z' });
      return;
    case 'leave':
    case 'return':
      await run('change-enrolment', { ...one, action: given.do });
      return;
    case 'tell':
      await expectTold(live, id);
      return;
    case 'back-and-forth':
      await goBackAndForth(live, id);
  }
}

/** Losses that a balance may differ by; the others are about what stands beside it. */
const MOVING = new Set(['money-kept', 'plan-sessions', 'entries-by-hand']);

/** Legacy says the same after it was told, on each account that no named loss is about. */
async function expectTold(live: LiveSchool, id: number): Promise<void> {
  const { drift, sweep, lag, marksWaiting } = await live.watch();
  expect({ lag: lag.entries, marksWaiting, sweep }).toMatchObject({
    lag: 0n,
    marksWaiting: 0n,
    sweep: { different: 0n, unseen: [] },
  });
  expect(drift).toMatchObject({ drifted: 0n, named: [] });
  const owner = `${id}:${id}`;
  const losses = (await live.losses()).filter((loss) => loss.split(' ')[1] === owner);
  const moving = new Set(
    losses.filter((loss) => MOVING.has(loss.split(' ')[2] ?? '')).map((loss) => loss.split(' ')[0]),
  );
  const [ledger, legacy] = [await live.balances(owner), await live.expected(owner)];
  for (const kind of ['sessions', 'money'] as const) {
    if (!moving.has(kind)) expect({ [kind]: legacy[kind] }).toEqual({ [kind]: ledger[kind] });
  }
}

/** The pupil goes back to legacy with what happened since, and over again: nothing is lost but what was named. */
async function goBackAndForth(live: LiveSchool, id: number): Promise<void> {
  const owner = `${id}:${id}`;
  await expectTold(live, id);
  const losses = (await live.losses()).filter((loss) => loss.split(' ')[1] === owner);
  const before = await live.balances(owner);
  await live.takeBack([owner], losses);
  const back = await live.balances(owner);
  if (!losses.some((loss) => MOVING.has(loss.split(' ')[2] ?? ''))) expect(back).toEqual(before);
  await live.switch([owner], 'again');
  expect(await live.balances(owner)).toEqual(back);
  expect(await live.balances(owner)).toEqual(await live.expected(owner));
}

const policies: readonly (readonly [string, PolicyChanges])[] = [
  ['a month is one plan, free months give theirs', {}],
  ['each row is a plan, free months give none', { duplicateMonths: 'each-row', freeMonths: 'grant-none' }],
];

test.each(policies)(
  'whatever a desk does, legacy says the same once it was told, and has it when pupils go back: %s',
  { timeout: 600_000 },
  async (_name, policy) => {
    const live = await LiveSchool.open(schoolOf(RUNS), { policy });
    try {
      await live.migrate();
      await live.switch('all');
      let id = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 25 }), async (steps) => {
          id += 1;
          const run: Run = { live, id, payments: [] };
          for (const given of steps) {
            await perform(run, given).catch((error: unknown) => {
              // A refusal is an answer too; anything else is a mistake of the code.
              if (!(error instanceof CarryoverError) || error.code.startsWith('CUTOVER')) throw error;
            });
          }
          await goBackAndForth(live, id);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
      expect((await verifyLedger(live.database)).breaches).toEqual([]);
    } finally {
      await live.close();
    }
  },
);
