// Runs a part of a cutover of the café in a process of its own, so that it can be killed. Usage:
// node cutover-child.ts <database url> <folder> <migrate | migrate-with-backup | rollback | freeze>

import { rollbackCutover, runCutover } from '../../src/cutover/index.ts';
import { findCutoverRow } from '../../src/cutover/record/cutover-row.ts';
import { openDatabase } from '../../src/sql/database.ts';
import { cafeContext } from '../support/cafe-context.ts';
import { assumedBackup } from '../support/assumed-backup.ts';
import { afterFirstChunk } from './after-first-chunk.ts';
import { CRASH_LIMITS } from './crash-limits.ts';

const [url = '', folder = '', what = ''] = process.argv.slice(2);
const database = await openDatabase(url, { poolMax: 4 });
const limits = CRASH_LIMITS;
if (what === 'rollback') {
  await rollbackCutover(cafeContext(database, folder, { changes: { limits } }), { reason: 'crash test' });
} else if (what === 'migrate-with-backup') {
  await runCutover(cafeContext(database, folder, { changes: { limits } }));
} else if (what === 'freeze') {
  const freeze = afterFirstChunk(() => {
    process.stdout.write('frozen\n');
    process.kill(process.pid, 'SIGSTOP');
  });
  const changes = { limits: { ...limits, leaseTtlMs: 60_000 }, backup: assumedBackup(), holder: 'first', ...freeze };
  await runCutover(cafeContext(database, folder, { changes }), { from: 'expand' });
} else {
  const row = await findCutoverRow(database, 'stamps');
  const isNew = row === undefined || row.state === 'rolled-back';
  const context = cafeContext(database, folder, { changes: { limits, backup: assumedBackup() } });
  await runCutover(context, isNew ? { from: 'expand' } : {});
}
await database.close();
