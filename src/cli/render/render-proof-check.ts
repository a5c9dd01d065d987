import type { ProofCheck } from '../../cutover/index.ts';
import type { Colors } from '../output.ts';
import { renderCount } from './render-numbers.ts';

/** Whether a ledger is still as a proof file says, for people. */
export function renderProofCheck(check: ProofCheck, colors: Colors): readonly string[] {
  const { proof, holds, accountsNow, entriesNow, rootNow, changedRanges } = check;
  const verdict = holds ? colors.green('The proof holds') : colors.red('The proof does not hold');
  return [
    `${verdict} for ${proof.system} on "${proof.instance}", written ${proof.takenAt} by Carryover ${proof.toolVersion}.`,
    `  accounts  ${renderCount(proof.ledger.accounts)} then, ${renderCount(accountsNow)} now`,
    `  entries   ${renderCount(proof.ledger.entries)} then, ${renderCount(entriesNow)} now`,
    `  root      ${proof.ledger.root}`,
    ...(holds ? [] : [`  root now  ${rootNow}`]),
    ...changedRanges.map(({ fromId, toId }) => `  differs in accounts ${fromId} to ${toId}`),
  ];
}
