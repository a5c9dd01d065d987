import fc from 'fast-check';
import { INT64_MAX, INT64_MIN } from '../../src/base/int64.ts';
import type { Instant } from '../../src/base/instant.ts';
import type { AccountState, Command } from '../../src/ledger/types.ts';
import { newAccount, NOW, reversal, sample } from './kernel-samples.ts';

/** Two accounts without a floor, one of them with lots. */
export const LARGE_ACCOUNTS: readonly AccountState[] = [
  newAccount({ floor: null }),
  newAccount({ id: 2n, floor: null, lotted: true }),
];

export const LARGE_NOW: Instant = NOW;

/** Commands with amounts near the ends of 64 bits, on two accounts, each under a key of its own. */
export function largeCommandsArbitrary(): fc.Arbitrary<Command[]> {
  const accountId = fc.constantFrom(1n, 2n);
  const positive = fc.oneof(
    fc.bigInt(INT64_MAX - 3n, INT64_MAX),
    fc.bigInt(INT64_MAX / 2n, INT64_MAX),
    fc.bigInt(1n, 3n),
  );
  const amount = fc.oneof(
    positive,
    positive.map((size) => -size),
    fc.constant(INT64_MIN),
  );
  const seq = fc.bigInt(1n, 8n);
  const command: fc.Arbitrary<(key: string, last: string) => Command> = fc.oneof(
    fc.record({ accountId, amount }).map((given) => (key: string) => sample.post({ ...given, key })),
    fc.record({ accountId, amount: positive }).map((given) => (key: string) => sample.hold({ ...given, key })),
    fc
      .record({ accountId })
      .map((given) => (key: string, last: string) => sample.capture({ ...given, key, holdKey: last })),
    fc.record({ accountId, seq }).map((given) => (key: string) => reversal({ ...given, key })),
    fc
      .record({ amount: positive })
      .map((given) => (key: string) => sample['grant-lot']({ ...given, accountId: 2n, key })),
    fc.record({ lotSeq: seq }).map((given) => (key: string) => sample['void-lot']({ ...given, accountId: 2n, key })),
    fc.record({ amount: positive, back: fc.boolean() }).map(({ amount: size, back }) => (key: string) => {
      const [fromAccountId, toAccountId] = back ? [2n, 1n] : [1n, 2n];
      return sample.transfer({ key, amount: size, fromAccountId, toAccountId });
    }),
  );
  return fc
    .array(command, { minLength: 1, maxLength: 15 })
    .map((makers) => makers.map((make, index) => make(`key-${index}`, `key-${index - 1}`)));
}
