// Runs a part of a cutover of the café in a process of its own, so that it can be killed. Usage:
// node cutover-child.ts <database url> <folder> <migrate | migrate-with-backup | follow | rollback | freeze | switch | watch | return | contract>

import module from 'node:module';
import {
  contractCutover,
  returnAccounts,
  rollbackCutover,
  runCutover,
  switchAccounts,
  watchCutover,
  type CutoverContext,
} from '../../src/cutover/index.ts';
import { findCutoverRow } from '../../src/cutover/record/cutover-row.ts';
import { followLegacy } from '../../src/cutover/run/follow-legacy.ts';
import { openDatabase } from '../../src/sql/database.ts';
import { cafeContext } from '../support/cafe-context.ts';
import { assumedBackup } from '../support/assumed-backup.ts';
import { afterFirstChunk } from './after-first-chunk.ts';
import { CRASH_LIMITS, FOLLOWED } from './crash-limits.ts';

// Before anything can be killed, so that the next child does not compile the same modules again.
module.flushCompileCache();
const [url = '', folder = '', what = ''] = process.argv.slice(2);
const database = await openDatabase(url, { poolMax: 4 });
const limits = CRASH_LIMITS;
const context = (changes: Partial<CutoverContext> = {}): CutoverContext =>
  cafeContext(database, folder, { changes: { limits, ...changes }, variant: FOLLOWED });
if (what === 'rollback') {
  await rollbackCutover(context(), { reason: 'crash test' });
} else if (what === 'migrate-with-backup') {
  await runCutover(context());
} else if (what === 'switch') {
  await switchAccounts(context(), { selection: { who: 'all' }, cohort: 'all' });
} else if (what === 'watch') {
  await watchCutover(context(), { once: true });
} else if (what === 'return') {
  await returnAccounts(context(), { selection: { who: 'all' } });
} else if (what === 'contract') {
  await contractCutover(context(), { keepDays: 0, dropLegacy: false });
} else if (what === 'follow') {
  await followLegacy(context());
} else if (what === 'freeze') {
  const freeze = afterFirstChunk(() => {
    process.stdout.write('frozen\n');
    process.kill(process.pid, 'SIGSTOP');
  });
  const changes = { limits: { ...limits, leaseTtlMs: 60_000 }, backup: assumedBackup(), holder: 'first', ...freeze };
  await runCutover(context(changes), { from: 'expand' });
} else {
  const row = await findCutoverRow(database, 'stamps');
  const isNew = row === undefined || row.state === 'rolled-back';
  await runCutover(context({ backup: assumedBackup() }), isNew ? { from: 'expand' } : {});
}
await database.close();
