import type { Job } from '../job.ts';
import { schoolDate } from './calendar/school-calendar.ts';
import { remindDebtors } from './operations/remind-debtors.ts';
import type { TuitionPolicy } from './policy.ts';

/** The jobs of the tuition system. */
export const tuitionJobs: readonly Job<TuitionPolicy>[] = [
  {
    name: 'reminders',
    title: 'Remind the parents of pupils with one unpaid session, once a day at 18:00',
    schedule: ({ zone }) => ({ pattern: '0 18 * * *', zone }),
    run: async (context) => {
      const { dialect, handle } = context.database;
      const now = context.now ?? (await dialect.statements.serverNow(handle));
      // The day is the key, so that a second run of one day answers what the first one did.
      return remindDebtors.run(context, { key: `job-reminders:${schoolDate(now, context.policy.zone)}` });
    },
  },
];
