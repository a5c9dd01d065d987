import { verifyLedger } from '../../ledger/verify/verify-ledger.ts';
import type { CutoverRun } from '../stages/define-stage.ts';

/** What the ledger says about itself. */
export interface LedgerCheck {
  readonly accounts: bigint;
  /** Rules that do not hold, with the account each was found on; the first few. */
  readonly breaches: readonly string[];
}

/** Holds the accounts of the system to the ledger's own rules. */
export async function checkLedger(run: CutoverRun): Promise<LedgerCheck> {
  const found = await verifyLedger(run.reader, {
    system: run.context.system.name,
    breachesMax: run.limits.namedAccountsMax,
  });
  const breaches = found.breaches.map(({ rule, table, accountId }) =>
    accountId === null ? `${rule} in ${table}` : `${rule} on account ${accountId}`,
  );
  return { accounts: found.accounts, breaches };
}
