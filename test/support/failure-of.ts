/** What a promise rejects with. Fails when it does not. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const marker = Symbol('resolved');
  const outcome = await promise.then(
    () => marker,
    (error: unknown) => error,
  );
  if (outcome === marker) throw new Error('It succeeded, against a failure expected.');
  return outcome;
}
