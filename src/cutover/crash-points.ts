/**
 * The named points around every write of a cutover, in the order a run passes them. The crash tests kill the process at each one and compare what a resumed
 * run leaves with what an uninterrupted one leaves, so a new write needs new points here.
 */
export const CRASH_POINTS = [
  'backup:before',
  'backup:proven',
  'rehearse:copy-open',
  'rehearse:after',
  'expand:before-core',
  'expand:run-recorded',
  'expand:before-tables',
  'expand:tables-made',
  'expand:before-view',
  'expand:view-made',
  'expand:before-done',
  'capture:before-trigger',
  'capture:trigger-made',
  'capture:before-done',
  'backfill:before-fingerprint',
  'backfill:findings-recorded',
  'backfill:fingerprint-recorded',
  'backfill:chunk:accounts-inserted',
  'backfill:chunk:entries-posted',
  'backfill:chunk:before-commit',
  'backfill:chunk:after-commit',
  'backfill:before-sweep',
  'drain:before-commit',
  'drain:after-commit',
  'backfill:before-done',
  'verify:before',
  'verify:compared',
  'verify:proof-partial',
  'verify:proof-written',
  'verify:before-done',
  'switch:before-guard',
  'switch:guard-made',
  'switch:slice:flipped',
  'switch:slice:after-commit',
  'switch:before-done',
  'mirror:rows-written',
  'mirror:before-commit',
  'mirror:after-commit',
  'return:slice:mirrored',
  'return:slice:flipped',
  'return:slice:after-commit',
  'return:before-done',
  'contract:backup-proven',
  'contract:trigger-dropped',
  'contract:before-done',
  'rollback:before',
  'rollback:erase:before-commit',
  'rollback:erase:after-commit',
  'rollback:triggers-dropped',
  'rollback:view-dropped',
  'rollback:tables-dropped',
  'rollback:before-done',
] as const;

/** The name of a point where a test may kill the process. */
export type CrashPoint = (typeof CRASH_POINTS)[number];

let passes = 0;

/**
 * Kills this process, as a power cut would, when `CARRYOVER_CRASH_AT` names the point. `name#3` waits for the third pass
 * through it. Without the variable it does nothing.
 */
export function crashPoint(point: CrashPoint): void {
  const wanted = process.env['CARRYOVER_CRASH_AT'];
  if (wanted === undefined) return;
  const [name, nth = '1'] = wanted.split('#');
  if (name !== point) return;
  passes += 1;
  if (passes === Number(nth)) process.kill(process.pid, 'SIGKILL');
}
