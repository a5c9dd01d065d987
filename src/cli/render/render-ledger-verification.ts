import type { LedgerVerification } from '../../ledger/verify/ledger-verification.ts';
import type { Colors } from '../output.ts';
import { renderCount } from './render-numbers.ts';
import { renderTable } from './render-table.ts';

/** What the ledger's own verification found, for people: each breach with what was found and expected, then the verdict. */
export function renderLedgerVerification(verification: LedgerVerification, colors: Colors): readonly string[] {
  const { outcome, accounts, entries, breaches, breachesCount } = verification;
  const rows = breaches.map(({ rule, table, accountId, seq, found, expected }) => [
    rule,
    table,
    accountId === null ? '' : accountId.toString(),
    seq === undefined ? '' : seq.toString(),
    found,
    expected,
  ]);
  const headings = ['rule', 'table', 'account', 'seq', 'found', 'expected'].map((heading) => ({ heading }));
  const verdict = {
    clean: colors.green('0 breaches'),
    breached: colors.red(`${renderCount(breachesCount)} breaches`),
    'nothing-to-check': colors.yellow('nothing to check'),
  };
  const unnamed = breachesCount - BigInt(breaches.length);
  return [
    ...(rows.length === 0 ? [] : renderTable(headings, rows)),
    ...(unnamed > 0n ? [`and ${renderCount(unnamed)} more`] : []),
    `${renderCount(accounts)} accounts and ${renderCount(entries)} entries held to the ledger's rules: ${verdict[outcome]}.`,
  ];
}
