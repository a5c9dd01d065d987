import type { CutoverPlan } from '../../cutover/index.ts';
import type { Colors } from '../output.ts';
import { heading, section } from './render-analysis.ts';
import { renderBytes, renderCount, renderSeconds } from './render-numbers.ts';
import { renderTable } from './render-table.ts';

/** A plan for people: its steps with estimates, views, what rollback cannot represent, and the hash. */
export function renderPlan(plan: CutoverPlan, colors: Colors, withDdl: boolean): readonly string[] {
  const steps = plan.steps.map(({ stage, step, rows, seconds, bytes }) => [
    stage,
    step,
    rows === undefined ? '' : renderCount(rows),
    renderSeconds(seconds),
    bytes === undefined ? '' : renderBytes(bytes),
  ]);
  const views = plan.views.map(({ name }) => name);
  return [
    heading(colors, `Plan of ${plan.system} on "${plan.instance}"`, `as of ${plan.asOf.toString()}`),
    '',
    ...section(
      colors,
      'Steps',
      renderTable(
        [
          { heading: 'stage' },
          { heading: 'step' },
          { heading: 'rows', align: 'right' },
          { heading: 'time', align: 'right' },
          { heading: 'disk', align: 'right' },
        ],
        steps,
      ),
    ),
    ...section(colors, 'Views', views),
    ...section(
      colors,
      'What legacy could not hold after a switch',
      plan.rollbackLimits.map(({ statement }) => statement),
    ),
    ...(withDdl
      ? section(
          colors,
          'Statements',
          plan.ddl.flatMap((statement) => `${statement};`.split('\n')),
        )
      : [`${plan.ddl.length} statements; --ddl prints them.`]),
    `About ${renderSeconds(plan.seconds)} and ${renderBytes(plan.bytes)} of disk (${plan.estimatedBy}).`,
    `Plan hash ${plan.hash}`,
  ];
}
