import type { RawBuilder } from 'kysely';
import type { CompatibilityView, PhysicalNames } from '../../cutover/descriptor.ts';
import { creditAccountsView } from './credit-accounts-view.ts';
import { actionsView, creditGrantsView, creditLedgerView } from './record-views.ts';

/** Read views under the names of the tables that the seed's documents query. Their rows are found by primary and unique keys only. */
export function billingViews(names: PhysicalNames): readonly CompatibilityView[] {
  return [
    { name: 'credit_accounts', select: viewText(names, creditAccountsView(names)) },
    { name: 'credit_ledger', select: viewText(names, creditLedgerView(names)) },
    { name: 'credit_grants', select: viewText(names, creditGrantsView()) },
    { name: 'admin_actions_log', select: viewText(names, actionsView(names)) },
  ];
}

/** A view is text for good, so nothing in it may be a parameter. */
function viewText(names: PhysicalNames, select: RawBuilder<unknown>): string {
  const { sql: text, parameters } = select.compile(names.database.handle);
  if (parameters.length > 0) throw new Error('A view was written with parameters, which no database can keep.');
  return text.replaceAll(/\s+/g, ' ').trim();
}
