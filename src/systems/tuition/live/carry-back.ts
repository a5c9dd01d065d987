import type { CarryBack, MirroredEntry } from '../../../cutover/live-descriptor.ts';
import type { TuitionPolicy } from '../policy.ts';
import type { TuitionWrite } from './legacy-rows.ts';
import { tuitionLosses } from './losses.ts';
import { mirrorAttendances } from './mirror-attendances.ts';
import { mirrorPayments } from './mirror-payments.ts';
import { sortEntries, tellNothing } from './told-entries.ts';

/** How desk and door go back into the school's tables. */
export const tuitionCarryBack: CarryBack<TuitionPolicy> = { mirror, losses: tuitionLosses };

/**
 * Payments, voids and refunds become the rows of the months, scans and their returns attendances and sessions. Everything else is told to nobody,
 * and counted among the losses.
 */
async function mirror(write: TuitionWrite): Promise<readonly MirroredEntry[]> {
  const { book, attendances, others } = sortEntries(write.entries);
  return [
    ...(await mirrorPayments(write, book)),
    ...(await mirrorAttendances(write, attendances)),
    ...tellNothing(others),
  ];
}
