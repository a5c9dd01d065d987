import { Type } from 'typebox';
import type { Role } from '../../../base/role.ts';
import { defineRoute, type Route } from '../../../http/route.ts';
import { readTrialBalance, type TrialBalanceLine } from '../../../ledger/reads/read-trial-balance.ts';
import { verifyLedger } from '../../../ledger/verify/verify-ledger.ts';
import * as wire from '../wire-fields.ts';
import type { LedgerScope } from './ledger-scope.ts';

/** Both read every entry there is, so they are for those who answer for the whole. */
const CHECKERS: readonly Role[] = ['server', 'admin', 'super_admin'];

const query = wire.closed({ system: wire.optional(wire.reference('Only this system')) });

const line = {
  name: wire.reference('The kind of the accounts, or the name of the other side'),
  entries: wire.number('How many entries'),
  balance: wire.amount('What they sum to'),
};

const trialBalance: Route<LedgerScope> = defineRoute({
  method: 'GET',
  path: '/api/ledger/trial-balance',
  name: 'ledger.trial-balance',
  title: 'Sum all accounts and their other sides by unit; both together are zero',
  tag: 'ledger',
  access: { roles: CHECKERS },
  query,
  answer: wire.closed({
    units: Type.Array(
      wire.closed({
        unit: wire.reference('What is counted'),
        accounts: Type.Array(wire.closed({ ...line, accounts: wire.number('How many accounts') })),
        contras: Type.Array(wire.closed(line)),
        difference: wire.amount('Both sides together: zero, or the ledger is broken'),
      }),
    ),
  }),
  errors: [],
  key: 'none',
  handle: ({ database, amounts }, request) =>
    database.read(async (handle) => {
      const units = await readTrialBalance({ database, handle }, request.query['system'] as string | undefined);
      const lineOf = (unit: string, { name, entries, balance }: TrialBalanceLine): object => ({
        name,
        entries: entries.toString(),
        balance: amounts.text(balance, unit),
      });
      return {
        units: units.map(({ unit, accounts, contras, difference }) => ({
          unit,
          accounts: accounts.map((own) => ({ ...lineOf(unit, own), accounts: own.accounts.toString() })),
          contras: contras.map((own) => lineOf(unit, own)),
          difference: amounts.text(difference, unit),
        })),
      };
    }),
});

const verify: Route<LedgerScope> = defineRoute({
  method: 'GET',
  path: '/api/ledger/verification',
  name: 'ledger.verify',
  title: 'Hold every row of the ledger to its rules; ends when the caller goes away',
  tag: 'ledger',
  access: { roles: CHECKERS },
  query,
  answer: wire.closed({
    outcome: wire.oneOf(['clean', 'breached', 'nothing-to-check'], 'Nothing to check is no success'),
    accounts: wire.number('Accounts looked at'),
    entries: wire.number('Entries looked at'),
    breachesCount: wire.number('Breaches found'),
    breaches: Type.Array(
      wire.closed({
        rule: wire.reference('What does not hold'),
        table: wire.reference('The table'),
        accountId: wire.nullable(wire.number('The account')),
        seq: wire.optional(wire.number('The entry or lot')),
        found: Type.String({ description: 'What is stored' }),
        expected: Type.String({ description: 'What follows from the other rows' }),
      }),
      { description: 'The first of them' },
    ),
  }),
  errors: [],
  key: 'none',
  async handle({ database }, request) {
    const system = request.query['system'] as string | undefined;
    const found = await verifyLedger(database, { system, signal: request.signal });
    const breaches = found.breaches.map(({ rule, table, accountId, seq, ...rest }) => ({
      rule,
      table,
      accountId: accountId?.toString() ?? null,
      ...(seq === undefined ? {} : { seq: seq.toString() }),
      ...rest,
    }));
    return {
      outcome: found.outcome,
      accounts: found.accounts.toString(),
      entries: found.entries.toString(),
      breachesCount: found.breachesCount.toString(),
      breaches,
    };
  },
});

/** The routes that check the ledger as a whole. */
export const ledgerCheckRoutes: readonly Route<LedgerScope>[] = [trialBalance, verify];
