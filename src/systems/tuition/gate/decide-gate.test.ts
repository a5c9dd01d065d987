import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockCodeOf, coversNext, decideGate, deriveBlock, sessionsOverLimit, type GateFacts } from './decide-gate.ts';

const facts: GateFacts = {
  available: 0n,
  floor: -2n,
  makeUp: 0n,
  standing: 'returning',
  paid: 0n,
  override: null,
  enforced: true,
};

/** How many sessions in a row the door admits, starting from these facts. */
function admittedInARow(start: Pick<GateFacts, 'available' | 'floor' | 'standing' | 'paid'>): bigint {
  for (let admitted = 0n; ; admitted += 1n) {
    const decision = decideGate({ ...facts, ...start, available: start.available - admitted });
    if (!decision.admit) return admitted;
  }
}

describe('the gate', () => {
  test.each([
    { who: 'new, nothing paid', standing: 'new', available: 0n, floor: 0n, paid: 0n, admits: 0n },
    { who: 'returning, nothing paid', standing: 'returning', available: 0n, floor: -2n, paid: 0n, admits: 2n },
    { who: 'new, 4 paid', standing: 'new', available: 4n, floor: 0n, paid: 4n, admits: 4n },
    { who: 'returning, 4 paid', standing: 'returning', available: 4n, floor: -2n, paid: 4n, admits: 6n },
  ] as const)('T-14: $who admits $admits sessions', ({ admits, standing, available, floor, paid }) => {
    expect(admittedInARow({ standing, available, floor, paid })).toBe(admits);
  });

  test('T-14: the session after the last of the grace is refused for credit', () => {
    expect(decideGate({ ...facts, available: -2n })).toEqual({ admit: false, code: 'credit_exceeded' });
  });

  test('T-14: a new pupil who paid nothing is refused for that', () => {
    expect(decideGate({ ...facts, floor: 0n, standing: 'new' })).toEqual({
      admit: false,
      code: 'new_student_no_payment',
    });
  });

  test('T-09: where nothing is owed, nothing refuses', () => {
    expect(decideGate({ ...facts, available: -50n, floor: null })).toEqual({
      admit: true,
      from: 'sessions',
      pass: null,
    });
  });

  test('a make-up session is used before the sessions account', () => {
    const decision = decideGate({ ...facts, available: 4n, makeUp: 1n });
    expect(decision).toEqual({ admit: true, from: 'make-up', pass: null });
  });

  test('T-19: a block by hand refuses whoever has paid, and comes before a freeze and a make-up', () => {
    expect(decideGate({ ...facts, available: 9n, makeUp: 1n, override: 'block' })).toEqual({
      admit: false,
      code: 'blocked_by_hand',
    });
    expect(decideGate({ ...facts, available: 9n, override: 'freeze' })).toEqual({ admit: false, code: 'frozen' });
  });

  test('T-19: a pass by hand lets in past the floor and says for what it would have been refused', () => {
    const decision = decideGate({ ...facts, available: -2n, override: 'allow' });
    expect(decision).toEqual({ admit: true, from: 'sessions', pass: { by: 'allow', code: 'credit_exceeded' } });
  });

  test('T-41: in the shadow period the pupil is let in past the floor', () => {
    const decision = decideGate({ ...facts, available: -7n, enforced: false });
    expect(decision).toEqual({ admit: true, from: 'sessions', pass: { by: 'shadow', code: 'credit_exceeded' } });
  });

  test('T-41: a block by hand holds in the shadow period too', () => {
    expect(decideGate({ ...facts, override: 'block', enforced: false })).toMatchObject({ admit: false });
  });

  test('T-14: for every balance and floor the door agrees with the floor of the ledger', () => {
    const amount = fc.bigInt(-20n, 20n);
    fc.assert(
      fc.property(amount, amount, (available, floor) => {
        expect(decideGate({ ...facts, available, floor }).admit).toBe(available - 1n >= floor);
      }),
    );
  });
});

describe('the derived block', () => {
  const block = { ...facts, active: true, block: null, refused: false };

  test('at the floor there is none until the door refuses', () => {
    expect(deriveBlock({ ...block, available: -2n })).toBeNull();
    expect(deriveBlock({ ...block, available: -2n, refused: true })).toBe('credit_exceeded');
  });

  test('below the floor there is one, as the migration sets it', () => {
    expect(deriveBlock({ ...block, available: -3n })).toBe('credit_exceeded');
  });

  test('T-18: it stays while the next session is not covered, and goes when it is', () => {
    expect(deriveBlock({ ...block, block: 'credit_exceeded', available: -4n })).toBe('credit_exceeded');
    expect(deriveBlock({ ...block, block: 'credit_exceeded', available: -2n })).toBe('credit_exceeded');
    expect(deriveBlock({ ...block, block: 'credit_exceeded', available: -1n })).toBeNull();
  });

  test('T-09, T-10: neither the exempt nor the inactive have one', () => {
    expect(deriveBlock({ ...block, available: -9n, floor: null, block: 'credit_exceeded' })).toBeNull();
    expect(deriveBlock({ ...block, available: -9n, active: false, block: 'credit_exceeded' })).toBeNull();
  });

  test('whoever has none is covered or not below the floor; whoever has one is not covered', () => {
    const amount = fc.bigInt(-9n, 9n);
    fc.assert(
      fc.property(
        fc.record({ available: amount, floor: amount, refused: fc.boolean(), blocked: fc.boolean() }),
        ({ blocked, ...given }) => {
          const all = { ...block, ...given, block: blocked ? ('credit_exceeded' as const) : null };
          const derived = deriveBlock(all);
          if (derived === null) expect(coversNext(all) || given.available >= given.floor).toBe(true);
          else expect(coversNext(all)).toBe(false);
        },
      ),
    );
  });
});

describe('the number in the reason', () => {
  test('T-17: it is what is missing now, and 1 at the floor', () => {
    expect(sessionsOverLimit({ available: -2n, floor: -2n })).toBe(1n);
    expect(sessionsOverLimit({ available: -3n, floor: -2n })).toBe(1n);
    expect(sessionsOverLimit({ available: -5n, floor: -2n })).toBe(3n);
    expect(sessionsOverLimit({ available: -5n, floor: null })).toBe(1n);
  });

  test('only a new pupil without anything bought is told to register', () => {
    expect(blockCodeOf({ standing: 'new', paid: 0n })).toBe('new_student_no_payment');
    expect(blockCodeOf({ standing: 'new', paid: 1n })).toBe('credit_exceeded');
    expect(blockCodeOf({ standing: 'returning', paid: 0n })).toBe('credit_exceeded');
  });
});
