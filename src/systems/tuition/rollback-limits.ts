import type { RollbackLimit } from '../../cutover/descriptor.ts';

/** What the school's old tables have no place for. None of it exists before the switch; all of it can come to exist after. */
export const tuitionRollbackLimits: readonly RollbackLimit[] = [
  {
    name: 'money-kept',
    statement:
      'Money that has bought no session: legacy keeps it only as the amount of a payment row, and its application would turn part of it into sessions or lose it.',
  },
  {
    name: 'make-up-credits',
    statement:
      'Make-up credits and the day they expire, and who came on one: legacy has no row for a session that is owed for another reason than a payment.',
  },
  {
    name: 'overrides',
    statement:
      'Blocks and passes by hand, with who set them, why and until when: legacy has one flag, which its door does not read.',
  },
  { name: 'freezes', statement: 'Freezes of a pupil for a time: legacy knows only active and inactive.' },
  {
    name: 'grace',
    statement: 'Sessions of grace that were set for one pupil: legacy gives everybody the same by standing.',
  },
  {
    name: 'terms',
    statement:
      'Fee, standing and activity that were changed under ledger authority: they are not written into the enrolments of legacy, and are told so that they can be entered there.',
  },
  {
    name: 'plan-sessions',
    statement:
      'The number of sessions that a month was sold with, where policy counts sessions or was changed since: legacy counts anew.',
  },
  { name: 'enrolments', statement: 'Enrolments that began under ledger authority: they stay with the ledger.' },
  { name: 'holds', statement: 'Sessions and money that are set aside: legacy has no place for that.' },
  {
    name: 'entries-by-hand',
    statement: 'Entries that no operation of the school made: no payment and no attendance stands for them.',
  },
  {
    name: 'refunds',
    statement:
      'Refunded and voided payments as movements of their own: legacy has one amount per month, so only what is left of it goes back.',
  },
  {
    name: 'refusal-reasons',
    statement: 'The codes and numbers of refused and shadowed scans: legacy keeps a text.',
  },
  {
    name: 'idempotency-keys',
    statement:
      'The keys under which payments and scans were recorded: a repeated request could be recorded twice by legacy.',
  },
];
