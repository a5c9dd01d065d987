import { expect, test as plainTest } from 'vitest';
import type { TestAPI } from 'vitest';
import { verifyLedger } from '../../../src/ledger/verify/verify-ledger.ts';
import { Office } from './office.ts';

/** Runs on a SaaS of its own, whose ledger must be sound afterwards, whatever the test did. */
export const test: TestAPI<{ readonly office: Office }> = plainTest.extend<{ readonly office: Office }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the names of the fixtures needed from the pattern.
  office: async ({}, use) => {
    const office = await Office.open();
    try {
      await use(office);
      const { breaches } = await verifyLedger(office.database, {});
      expect(breaches).toEqual([]);
    } finally {
      await office.close();
    }
  },
});
