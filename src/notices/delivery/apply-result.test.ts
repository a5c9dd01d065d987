import { describe, expect, test } from 'vitest';
import { nextState } from './apply-result.ts';

const RETRY_MS = [300_000, 600_000, 1_200_000];

describe('what a result makes of a delivery', () => {
  test('T-40: three further attempts, after 5, 10 and 20 minutes', () => {
    const after = [1n, 2n, 3n, 4n].map((attempts) => nextState({ outcome: 'retry', why: 'busy' }, attempts, RETRY_MS));
    expect(after.map(({ status, afterMs }) => [status, afterMs])).toEqual([
      ['pending', 300_000],
      ['pending', 600_000],
      ['pending', 1_200_000],
      ['dead', null],
    ]);
  });

  test('a provider may ask for a longer pause, for a day at most', () => {
    const after = (afterMs: number): number | null =>
      nextState({ outcome: 'retry', why: 'busy', afterMs }, 1n, RETRY_MS).afterMs;
    expect([after(1), after(900_000), after(1e12)]).toEqual([300_000, 900_000, 86_400_000]);
  });

  test('only what was sent or may have been is paid for', () => {
    const charged = (['alarm', 'template', 'recipient'] as const).map(
      (name) => nextState({ outcome: 'refused', class: name, why: 'x' }, 1n, RETRY_MS).isCharged,
    );
    expect(charged).toEqual([false, false, false]);
    expect(nextState({ outcome: 'ambiguous', why: 'x' }, 1n, RETRY_MS)).toMatchObject({
      status: 'unknown',
      isCharged: true,
    });
    expect(nextState({ outcome: 'sent', providerId: 'x' }, 1n, RETRY_MS)).toMatchObject({
      status: 'sent',
      isCharged: true,
    });
  });

  test('a refusal of the account uses up no attempt', () => {
    expect(nextState({ outcome: 'refused', class: 'alarm', why: 'x' }, 3n, RETRY_MS)).toMatchObject({
      status: 'pending',
      attempts: 2n,
      afterMs: 0,
    });
  });
});
