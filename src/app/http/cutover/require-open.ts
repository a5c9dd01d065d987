import { CarryoverError } from '../../../base/errors.ts';
import { cutoverGateClosed, subjectOf, type CutoverContext, type PreviewGate } from '../../../cutover/index.ts';

/** Throws `CUTOVER_GATE_CLOSED` for the first gate that keeps a step from being done. */
export function requireOpen(
  context: CutoverContext,
  step: { readonly action: 'switch' | 'rollback'; readonly gates: readonly PreviewGate[] },
): void {
  // Who is at work is said by the lease, which tells more of them.
  const closed = step.gates.find(({ name, open }) => !open && name !== 'runner');
  if (closed === undefined) return;
  throw new CarryoverError(cutoverGateClosed, {
    ...subjectOf(context),
    stage: step.action,
    found: closed.reason?.replace(/[.]$/, '') ?? closed.name,
    expected: 'an open gate',
    nextStep: closed.nextStep ?? '',
  });
}
