// Verifies the ledger of a URL in a process of its own, so that its peak memory is the verification's. Arguments: the URL, and
// whether contents are hashed again. Prints a `VerifyRun` as JSON.

import { verifyLedger } from '../src/ledger/verify/verify-ledger.ts';
import { openDatabase } from '../src/sql/database.ts';

/** What one verification took. */
export interface VerifyRun {
  readonly entries: number;
  readonly ms: number;
  readonly peakMegabytes: number;
}

const [url = '', contentHashes] = process.argv.slice(2);
const database = await openDatabase(url, { access: 'read-only' });
const started = performance.now();
const { outcome, entries } = await verifyLedger(database, { contentHashes: contentHashes === 'true' });
const ms = performance.now() - started;
await database.close();
if (outcome !== 'clean') throw new Error(`The ledger of the bench is ${outcome}, against clean.`);
const run: VerifyRun = { entries: Number(entries), ms, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
process.stdout.write(JSON.stringify(run));
