import { breachesOf, uncheckedOf, type Verification } from '../../cutover/index.ts';
import type { Colors } from '../output.ts';
import { section } from './render-analysis.ts';
import { renderCount } from './render-numbers.ts';
import { renderTable } from './render-table.ts';

/** What verify compared, for people: accounts, invariants with both sides, the ledger's own rules, the proof. */
export function renderVerification(verification: Verification, colors: Colors): readonly string[] {
  const { accounts, invariants, proofFile } = verification;
  const mark = {
    equal: colors.green('equal'),
    different: colors.red('different'),
    'not-checked': colors.yellow('not checked'),
  };
  const rows = invariants.flatMap(({ name, outcome, rows: compared }) =>
    compared.length === 0
      ? [[name, '', '', '', mark[outcome]]]
      : compared.map(({ label, legacy_value, ledger_value }, index) => [
          index === 0 ? name : '',
          label,
          legacy_value,
          ledger_value,
          legacy_value === ledger_value ? mark.equal : mark.different,
        ]),
  );
  const named = accounts.named.map(({ kind, owner, expected, ledger }) => [
    kind,
    owner,
    expected ?? 'none',
    ledger ?? 'none',
  ]);
  const differ =
    accounts.different === 0n ? colors.green('0 differ') : colors.red(`${renderCount(accounts.different)} differ`);
  return [
    ...section(
      colors,
      'Invariants',
      renderTable(
        [
          { heading: 'invariant' },
          { heading: '' },
          { heading: 'legacy', align: 'right' },
          { heading: 'ledger', align: 'right' },
          { heading: '' },
        ],
        rows,
      ),
    ),
    ...section(
      colors,
      'Accounts that differ',
      named.length === 0
        ? []
        : renderTable(
            [
              { heading: 'kind' },
              { heading: 'owner' },
              { heading: 'expected', align: 'right' },
              { heading: 'ledger', align: 'right' },
            ],
            named,
          ),
    ),
    ...section(colors, 'Breaches', [
      ...breachesOf(verification),
      ...uncheckedOf(verification).map((what) => `could not check ${what}`),
    ]),
    `${renderCount(accounts.compared)} accounts compared, ${differ}.`,
    `${renderCount(verification.ledgerAccountsChecked)} accounts of the ledger hold to its own rules, ${verification.ledgerBreaches.length} breaches.`,
    ...(proofFile === undefined ? [] : [`Proof written to ${proofFile}`]),
  ];
}
