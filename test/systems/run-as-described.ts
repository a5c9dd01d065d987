import { checkValue } from '../../src/base/check-value.ts';
import { CarryoverError } from '../../src/base/errors.ts';
import type { Operation, OperationContext } from '../../src/systems/operation.ts';

/**
 * Runs an operation and holds it to its own description: the input is checked as every surface checks it, the result must be what `answer`
 * promises over the wire, and what it throws must be one of `errors`, since documents and clients are made of these.
 */
export async function runAsDescribed<Policy>(
  operation: Operation<Policy, never, unknown>,
  context: OperationContext<Policy>,
  input: unknown,
): Promise<unknown> {
  const checked = checkValue<never>(operation.input, input);
  if ('flaw' in checked) throw differs(operation.name, 'input', checked.flaw);
  const result = await operation.run(context, checked.value).catch((error: unknown) => {
    throw isDescribed(operation, error)
      ? error
      : new Error(`${operation.name} does not say that it throws this.`, { cause: error });
  });
  const answered = checkValue(operation.answer, JSON.parse(JSON.stringify(result)) as unknown);
  if ('flaw' in answered) throw differs(operation.name, 'answer', answered.flaw);
  return result;
}

function isDescribed({ errors }: Pick<Operation<never, never, unknown>, 'errors'>, error: unknown): boolean {
  const always = ['INPUT_INVALID', 'ROLE_INSUFFICIENT'];
  if (!(error instanceof CarryoverError)) return true;
  return [...always, ...errors.map(({ code }) => code)].includes(error.code);
}

function differs(
  name: string,
  part: 'input' | 'answer',
  flaw: { readonly path: string; readonly found: string; readonly expected: string },
): Error {
  const what = flaw.path === '' ? part : `${part} ${flaw.path}`;
  return new Error(`${name}: ${what} is ${flaw.found}, against ${flaw.expected}.`);
}
