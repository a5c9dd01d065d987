import { CarryoverError } from '../../base/errors.ts';
import { analyzeLegacy } from '../analyze/analyze-legacy.ts';
import { openStops } from '../analyze/analysis.ts';
import { subjectOf, type CutoverContext } from '../cutover-context.ts';
import { cutoverGateClosed } from '../cutover-errors.ts';
import { defineStage, left, type CutoverRun, type Stage } from './define-stage.ts';

/** Looks at legacy and says what a cutover would make of it. Writes nothing, to which the database holds its session. */
export const analyzeStage: Stage = defineStage({
  name: 'analyze',
  async gate() {},
  async start(run) {
    const { analysis, legacy, found } = await analyzeLegacy(run.context, run.reader, run.asOf);
    run.analysis = analysis;
    run.legacy = legacy;
    run.found = found;
  },
  async complete(run) {
    const analysis = left('the analysis', run.analysis);
    run.log.write('analysis', {
      asOf: analysis.asOf,
      facts: analysis.facts,
      units: analysis.units,
      seconds: analysis.seconds,
    });
  },
  async rollback() {},
});

/** Throws `CUTOVER_GATE_CLOSED` while findings keep a cutover from starting. */
export function refuseOpenStops(context: CutoverContext, run: Pick<CutoverRun, 'analysis'>, stage: string): void {
  const stops = openStops(left('the analysis', run.analysis).findings);
  if (stops.length === 0) return;
  const { instance, system } = subjectOf(context);
  throw new CarryoverError(cutoverGateClosed, {
    instance,
    system,
    stage,
    found: `findings that stop it: ${stops.map(({ code, rows }) => `${code} (${rows})`).join(', ')}`,
    expected: 'none, or each accepted in the config',
    nextStep: `Run "carryover analyze --instance ${instance} --system ${system}" to see them.`,
  });
}
