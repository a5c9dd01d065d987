import type { WatchRound } from '../../cutover/index.ts';
import { renderCount } from './render-numbers.ts';

/** One round of a watch in a line: what was told and followed, and what is left. */
export function renderRound(round: WatchRound): string {
  const { mirrored, followed, lag, marksWaiting } = round;
  return `told legacy ${renderCount(mirrored)} entries, followed ${renderCount(followed)} writes; ${renderCount(lag.entries)} entries and ${renderCount(marksWaiting)} writes wait`;
}

/** What comparing everything found, where the round did. */
export function renderDrift({ sweep, drift }: WatchRound): readonly string[] {
  return [
    ...(sweep === undefined
      ? []
      : [
          `${renderCount(sweep.compared)} accounts under legacy authority compared: ${sweep.different} differ${named(sweep.named)}; ${sweep.unseen.length} were written past the triggers${named(sweep.unseen)}`,
        ]),
    ...(drift === undefined
      ? []
      : [
          `${renderCount(drift.compared)} accounts under ledger authority compared: ${drift.drifted} differ${named(drift.named)}; ${renderCount(drift.losses)} have what legacy cannot hold`,
        ]),
  ];
}

function named(accounts: readonly { readonly kind: string; readonly owner: string }[]): string {
  if (accounts.length === 0) return '';
  const shown = accounts.slice(0, 5).map(({ kind, owner }) => `${kind} ${owner}`);
  return ` (${shown.join(', ')}${accounts.length > shown.length ? ', ...' : ''})`;
}
