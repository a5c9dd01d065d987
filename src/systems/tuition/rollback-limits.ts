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
      'Make-up credits and the day they expire: legacy has no row for a session that is owed for another reason than a payment.',
  },
  {
    name: 'overrides',
    statement:
      'Blocks and passes by hand, with who set them, why and until when: legacy has one flag, which its door does not read.',
  },
  { name: 'freezes', statement: 'Freezes of a pupil for a time: legacy knows only active and inactive.' },
  {
    name: 'refunds',
    statement:
      'Refunded and voided payments as movements of their own: legacy has one amount per month, so only the net result can go back.',
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
