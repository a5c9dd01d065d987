import type { CutoverStatus } from '../../cutover/index.ts';
import type { Colors } from '../output.ts';
import { renderCount, renderSeconds } from './render-numbers.ts';
import { renderTable } from './render-table.ts';

/** Where a cutover is, for people: what is true, the numbers behind it, and the one next safe command. */
export function renderStatus(status: CutoverStatus, colors: Colors): readonly string[] {
  const rows = [...runRows(status), ...numberRows(status)];
  return [
    colors.bold(`${status.system} on "${status.instance}"`),
    `  ${status.summary}`,
    ...renderTable([{ heading: '' }, { heading: '' }], rows).map((line) => `  ${line}`),
    status.nextCommand === undefined
      ? '  Nothing to do but wait.'
      : `  ${colors.bold('Next')}  ${colors.green(status.nextCommand)}`,
  ];
}

function runRows({ run, runner }: CutoverStatus): string[][] {
  if (run === undefined) return [];
  const pass = run.pass > 0n ? `, pass ${run.pass}` : '';
  return [
    ['stage', `${run.stage}, ${run.state}${pass}`],
    ['run', `${run.runId}, as of ${shownTime(run.asOf)}`],
    ['changed', `${shownTime(run.updatedAt)}, started ${shownTime(run.startedAt)} (UTC)`],
    ...(runner === undefined
      ? []
      : [
          [
            'runner',
            `${runner.kind === 'job' ? 'job ' : ''}${runner.holder}, ${runner.alive ? 'alive' : 'no sign of life'}, last heard ${renderSeconds(runner.heartbeatAgeSeconds)} ago`,
          ],
        ]),
  ];
}

function numberRows({ run, accounts, backfill, live, quarantined, findings }: CutoverStatus): string[][] {
  if (run === undefined) return [];
  const { legacy, ledger } = accounts;
  return [
    ['accounts', `${renderCount(legacy)} decided by legacy, ${renderCount(ledger)} by the ledger`],
    ...(backfill === undefined
      ? []
      : [
          [
            'backfill',
            `${renderCount(backfill.facts)} of ${renderCount(backfill.factsTotal)} facts read, ${renderCount(backfill.entries)} entries posted`,
          ],
        ]),
    ...(live === undefined
      ? []
      : [
          [
            'both sides',
            `${renderCount(live.marksWaiting)} legacy writes to follow, ${renderCount(live.entriesWaiting)} entries to tell legacy`,
          ],
          ...live.cohorts.map(({ cohort, accounts: count, switchedAt }) => [
            'cohort',
            `${cohort}: ${renderCount(count)} accounts, switched ${shownTime(switchedAt)}`,
          ]),
        ]),
    ['waiting', `${renderCount(quarantined)} rows in quarantine, ${renderCount(findings)} rows with findings`],
  ];
}

/** To the second, in UTC: `2026-11-01 08:00:00`. */
function shownTime(instant: { toString(): string }): string {
  return instant.toString().slice(0, 19).replace('T', ' ');
}
