import type { RollbackLimit } from '../../cutover/descriptor.ts';

/** What the old tables have no place for. None of it exists before the switch; all of it can come to exist after. */
export const billingRollbackLimits: readonly RollbackLimit[] = [
  {
    name: 'sub-cent',
    statement: 'Parts of a cent: legacy keeps two decimals, so a balance would be rounded.',
  },
  {
    name: 'later-periods',
    statement:
      'Grants of periods that began after the run, and what was used of them or expired: legacy counts its allowance anew, from the costs of messages.',
  },
  {
    name: 'expiries',
    statement:
      'When credits given by hand expire, and in which order credits are used: to legacy they are bought, and last.',
  },
  {
    name: 'holds',
    statement: 'Amounts held for work that has begun: legacy has nothing that keeps others from spending them.',
  },
  {
    name: 'negative-balances',
    statement: 'Balances below zero, after a refund of money whose credits were spent: legacy refuses such a row.',
  },
  {
    name: 'downgrades',
    statement:
      'What a larger tier was granted before a downgrade: nothing is taken back here, and legacy counts by the tier of now.',
  },
  {
    name: 'purchases-under-way',
    statement: 'Purchases that were begun and not paid: their payment would find nothing in legacy.',
  },
  {
    name: 'refunds',
    statement:
      'Refunds of money that nobody has resolved, and refunds as movements of their own: legacy has a status of the whole purchase.',
  },
  {
    name: 'approvals',
    statement: 'Adjustments that wait for a second person, and who approved what.',
  },
  {
    name: 'top-up-rules',
    statement: 'When credits are topped up by themselves, and up to what.',
  },
  {
    name: 'failed-deductions',
    statement: 'Deductions that were refused: legacy leaves no trace of them.',
  },
  {
    name: 'idempotency-keys',
    statement: 'The keys under which calls were made: a repeated call could be charged twice by legacy.',
  },
];
