import { setTimeout as delay } from 'node:timers/promises';
import { openApp } from '../../app/app.ts';
import { sampleRandom } from '../../systems/sample-random.ts';
import { writeAsTheOldApp } from '../../systems/billing/sample-saas/write-as-the-old-app.ts';
import type { OldAppReport } from './old-app.ts';
import { SubscriptionTeller } from './tell-subscription.ts';

// The sample SaaS's old application, in the folder that it is given: writes to the database until its parent says "stop" or is gone.

/** Between two writes: some twenty a second. */
const PAUSE_MS = 40;

const [folder = ''] = process.argv.slice(2);
const app = await openApp(folder, undefined, process.env);
const database = await app.openInstance('demo', { applicationName: 'old-application' });
const teller = new SubscriptionTeller(app, database);
const random = sampleRandom(Date.now());
const times: number[] = [];
let refused = 0;
const over = new AbortController();
for (const event of ['message', 'disconnect'] as const) {
  process.on(event, () => over.abort());
}
// Whoever presses Ctrl-C means the demo, which then says when to stop.
process.on('SIGINT', () => undefined);
process.send?.('writing');
while (!over.signal.aborted) {
  const now = await database.dialect.statements.serverNow(database.handle);
  const startedMs = performance.now();
  try {
    const { action, userId } = await writeAsTheOldApp(database, random, now);
    times.push(performance.now() - startedMs);
    if (action === 'subscription-changed') await teller.tell(userId);
  } catch (error) {
    if (database.classify(error)?.kind !== 'guard') throw error;
    refused += 1;
  }
  await delay(PAUSE_MS);
}
await database.close();
const sorted = times.toSorted((a, b) => a - b);
const report: OldAppReport = {
  writes: times.length,
  refused,
  medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
  longestMs: sorted.at(-1) ?? 0,
};
process.send?.(report, () => process.exit());
