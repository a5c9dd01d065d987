import { verifyLedger } from '../../ledger/verify/verify-ledger.ts';
import type { CutoverRun } from '../stages/define-stage.ts';

/** Breaches named. A cutover that finds any does not go on, so the first few say where to look. */
const NAMED_MAX = 20;

/** What the ledger says about itself. */
export interface LedgerCheck {
  readonly accounts: bigint;
  /** The rule that is broken, on which account, and how; the first few, and how many more there are. */
  readonly breaches: readonly string[];
}

/** Holds the accounts of the system to the ledger's own rules. */
export async function checkLedger(run: CutoverRun): Promise<LedgerCheck> {
  const { name: system } = run.context.system;
  const { accounts, breaches, breachesCount } = await verifyLedger(run.reader, { system, breachesMax: NAMED_MAX });
  const named = breaches.map(({ rule, table, accountId, seq, found, expected }) => {
    const place = accountId === null ? table : `account ${accountId}${seq === undefined ? '' : ` seq ${seq}`}`;
    return `${rule} on ${place}: ${found}, against ${expected}`;
  });
  const unnamed = breachesCount - BigInt(breaches.length);
  return { accounts, breaches: unnamed > 0n ? [...named, `${unnamed} more breaches`] : named };
}
