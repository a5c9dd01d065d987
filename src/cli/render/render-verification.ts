import {
  breachesOf,
  uncheckedOf,
  type CheckOutcome,
  type InvariantResult,
  type Verification,
} from '../../cutover/index.ts';
import type { Colors } from '../output.ts';
import { section } from './render-analysis.ts';
import { renderCount, renderNumberText } from './render-numbers.ts';
import { renderTable } from './render-table.ts';

/** Numbers of one invariant that are printed when all are equal. A school has as many as groups, and nobody reads them all. */
const EQUAL_ROWS_SHOWN = 6;

/** What verify compared, for people: accounts, invariants with both sides, the ledger's own rules, the proof. */
export function renderVerification(verification: Verification, colors: Colors): readonly string[] {
  const { accounts, invariants, proofFile } = verification;
  const mark = {
    equal: colors.green('equal'),
    different: colors.red('different'),
    'not-checked': colors.yellow('not checked'),
  };
  const rows = invariants.flatMap((invariant) => invariantRows(invariant, mark));
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

/** Numbers that differ are always shown; of many equal ones only how many they are. */
function invariantRows(
  { name, outcome, rows }: InvariantResult,
  mark: Readonly<Record<CheckOutcome, string>>,
): readonly (readonly string[])[] {
  if (rows.length === 0) return [[name, '', '', '', mark[outcome]]];
  const different = rows.filter(({ legacy_value, ledger_value }) => legacy_value !== ledger_value);
  const isLong = rows.length > EQUAL_ROWS_SHOWN;
  const shown = (isLong ? different : rows).map(({ label, legacy_value, ledger_value }) => [
    label,
    renderNumberText(legacy_value),
    renderNumberText(ledger_value),
    legacy_value === ledger_value ? mark.equal : mark.different,
  ]);
  const equal = rows.length - different.length;
  if (isLong && equal > 0) shown.push([`${renderCount(equal)} numbers`, '', '', mark.equal]);
  return shown.map((cells, index) => [index === 0 ? name : ''].concat(cells));
}
