import { verifyLedger } from '../../ledger/verify/verify-ledger.ts';
import type { InstanceJob } from './scheduled-job.ts';

/** What a verification found; rows as numbers. */
export interface VerifyRun {
  readonly accounts: number;
  readonly entries: number;
  readonly breaches: number;
  /** The rules that do not hold somewhere, such as `balance-is-sum-of-entries`. */
  readonly rules: readonly string[];
}

/** Checks the whole ledger against its own rules, as `carryover verify` does, while it is in use. */
export const verifyJob: InstanceJob = {
  name: 'verify',
  title: 'Check the whole ledger against its rules',
  pattern: '15 3 * * *',
  run: async ({ database }, { signal }): Promise<VerifyRun> => {
    const found = await verifyLedger(database, { signal });
    return {
      accounts: Number(found.accounts),
      entries: Number(found.entries),
      breaches: Number(found.breachesCount),
      rules: [...new Set(found.breaches.map(({ rule }) => rule))],
    };
  },
};
