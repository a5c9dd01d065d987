import { describe, expect, it } from 'vitest';
import { retry, type RetryPolicy } from './retry.ts';

const quick: RetryPolicy = { attemptsMax: 3, budgetMs: 5000, pauseMs: 1, pauseMsMax: 2 };

describe('retry', () => {
  it('runs until it succeeds', async () => {
    const seen: number[] = [];
    const result = await retry(
      quick,
      () => true,
      async (attempt) => {
        seen.push(attempt);
        if (attempt < 3) throw new Error('busy');
        return 'done';
      },
    );
    expect([result, seen]).toEqual(['done', [1, 2, 3]]);
  });

  it('throws the last error as it came when the tries are used up', async () => {
    let attempts = 0;
    await expect(
      retry(
        quick,
        () => true,
        async () => {
          attempts += 1;
          throw new Error(`try ${attempts}`);
        },
      ),
    ).rejects.toThrow('try 3');
  });

  it('does not try again what is not retryable', async () => {
    let attempts = 0;
    await expect(
      retry(
        quick,
        () => false,
        async () => {
          attempts += 1;
          throw new Error('final');
        },
      ),
    ).rejects.toThrow('final');
    expect(attempts).toBe(1);
  });

  it('starts no try after its budget', async () => {
    let attempts = 0;
    await expect(
      retry(
        { ...quick, budgetMs: 0 },
        () => true,
        async () => {
          attempts += 1;
          throw new Error('busy');
        },
      ),
    ).rejects.toThrow('busy');
    expect(attempts).toBe(1);
  });
});
