// Carries the legacy tables of a URL over in a process of its own, so that its peak memory is the backfill's. Arguments: the URL and
// a folder for logs. Prints a `BackfillRun` as JSON.

import { runCutover } from '../src/cutover/index.ts';
import { openDatabase } from '../src/sql/database.ts';
import { tuitionSystem } from '../src/systems/tuition/index.ts';
import { assumedBackup } from '../test/support/assumed-backup.ts';
import { YEAR_AS_OF, defaultPolicy } from './year-school.ts';

/** What one backfill took. */
export interface BackfillRun {
  /** From the first look at the whole of legacy to the last line of the journal. */
  readonly seconds: number;
  readonly peakRssMb: number;
}

const [url = '', folder = ''] = process.argv.slice(2);
const database = await openDatabase(url);
const { seconds } = await runCutover(
  {
    instance: 'bench',
    database,
    system: tuitionSystem,
    policy: defaultPolicy(),
    mapping: {},
    backup: assumedBackup(),
    folder,
    toolVersion: '0.0.0',
    asOf: YEAR_AS_OF,
  },
  { from: 'expand', to: 'backfill' },
);
await database.close();
const run: BackfillRun = { seconds: seconds['backfill'] ?? NaN, peakRssMb: process.resourceUsage().maxRSS / 1024 };
process.stdout.write(JSON.stringify(run));
