import { checkValue } from '../../src/base/check-value.ts';
import type { AnyOperation } from '../../src/systems/operation.ts';

/** Fails where what an operation gave is not what its `answer` promises to callers over the wire. */
export function expectAnswer(operation: Pick<AnyOperation<never>, 'name' | 'answer'>, result: unknown): void {
  const wire: unknown = JSON.parse(JSON.stringify(result));
  const checked = checkValue(operation.answer, wire);
  if (!('flaw' in checked)) return;
  const { path, found, expected } = checked.flaw;
  throw new Error(
    `${operation.name} answered ${path === '' ? 'what' : path} is ${found}, against ${expected}: ${JSON.stringify(wire)}`,
  );
}
