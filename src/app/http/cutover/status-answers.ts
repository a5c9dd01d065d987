import { Type, type TSchema } from 'typebox';
import { STAGE_ORDER, type CutoverStatus } from '../../../cutover/index.ts';
import type { CutoverLook } from '../../cutover/look-at-cutover.ts';
import type { JournalRow } from '../../cutover/read-journal.ts';
import * as wire from '../wire-fields.ts';

const run = wire.closed({
  runId: wire.reference('Stays until the run is rolled back'),
  asOf: wire.instant('The present of every rule of the run'),
  planHash: wire.reference('The plan that it follows'),
  stage: wire.oneOf(STAGE_ORDER, 'Where it is'),
  state: wire.oneOf(['running', 'done', 'failed', 'rolling-back', 'rolled-back'], 'How the stage stands'),
  pass: wire.number('How often the backfill began'),
  startedAt: wire.instant('When it began'),
  updatedAt: wire.instant('When it changed last'),
  failure: wire.nullable(Type.String({ description: 'Why it failed or is rolled back' })),
  paused: Type.Boolean({ description: 'Whether a person has it stand still' }),
  pauseReason: wire.nullable(Type.String({ description: 'Why it stands still' })),
});

const statusMembers = {
  instance: wire.reference('The instance'),
  system: wire.reference('The system'),
  run: wire.nullable(run),
  runner: wire.nullable(
    wire.closed({
      holder: wire.reference('Who holds the lease'),
      kind: wire.oneOf(['run', 'job'], 'A run that somebody started, or a job of the service, for which runs wait'),
      alive: Type.Boolean({ description: 'Whether it still gives signs of life' }),
      heartbeatAgeSeconds: Type.Integer({ description: 'Since the last sign of life' }),
    }),
  ),
  backfill: wire.nullable(
    wire.closed({
      facts: wire.number('Facts read in this pass'),
      factsTotal: wire.number('Facts there are'),
      entries: wire.number('Entries posted in this pass'),
    }),
  ),
  accounts: wire.closed({
    legacy: wire.number('Accounts that legacy decides'),
    ledger: wire.number('Accounts that the ledger decides'),
  }),
  live: wire.nullable(
    wire.closed({
      marksWaiting: wire.number('Legacy writes that the ledger has not followed'),
      entriesWaiting: wire.number('Entries that legacy was not told of'),
      cohorts: Type.Array(
        wire.closed({
          cohort: wire.reference('What they are called together'),
          accounts: wire.number('How many accounts'),
          switchedAt: wire.instant('When the last of them was switched'),
        }),
      ),
    }),
  ),
  quarantined: wire.number('Rows in quarantine'),
  findings: wire.number('Rows with findings'),
  summary: Type.String({ description: 'What is true, in a sentence' }),
  nextCommand: wire.nullable(Type.String({ description: 'The one next command that is safe; null to wait' })),
};

/** Where a cutover is. */
export const statusAnswer: TSchema = wire.closed(statusMembers, 'Where a cutover is');

/** See `statusAnswer`. */
export function statusOfCutover(status: CutoverStatus): object {
  const { instance, system, run: of, runner, backfill, accounts, live, summary, nextCommand } = status;
  return {
    instance,
    system,
    run: of === undefined ? null : texts(of),
    runner: runner ?? null,
    backfill: backfill === undefined ? null : texts(backfill),
    accounts: texts(accounts),
    live: live === undefined ? null : { ...texts(live), cohorts: live.cohorts.map(texts) },
    quarantined: status.quarantined.toString(),
    findings: status.findings.toString(),
    summary,
    nextCommand: nextCommand ?? null,
  };
}

const lineMembers = {
  seq: wire.number('Counts up over all runs of the system'),
  runId: wire.reference('The run'),
  stage: wire.reference('The stage'),
  step: wire.reference('The step'),
  phase: wire.oneOf(['intent', 'result'], 'Before or after the step'),
  rows: wire.nullable(wire.number('Rows it was about')),
  seconds: wire.nullable(Type.Number({ description: 'How long it took' })),
  recordedAt: wire.instant('When it was written down'),
};

/** A line of the journal. */
export const lineAnswer: TSchema = wire.closed(lineMembers, 'A line of the journal');

/** See `lineAnswer`. */
export function lineOf(line: JournalRow): object {
  return {
    seq: line.seq.toString(),
    runId: line.run_id,
    stage: line.stage,
    step: line.step,
    phase: line.phase,
    rows: line.row_count?.toString() ?? null,
    seconds: line.duration_us === null ? null : Number(line.duration_us) / 1e6,
    recordedAt: line.recorded_at.toString(),
  };
}

/** A cutover from near. */
export const lookAnswer: TSchema = wire.closed(
  {
    ...statusMembers,
    stages: Type.Array(
      wire.closed({
        name: wire.oneOf(STAGE_ORDER, 'The stage'),
        state: wire.oneOf(['done', 'current', 'ahead', 'none'], 'Whether the run is behind it; none without a run'),
      }),
      { description: 'All stages in their order' },
    ),
    journal: Type.Array(lineAnswer, { description: 'The newest lines, oldest first' }),
    verification: wire.nullable(
      wire.closed({
        accounts: wire.number('Accounts that were compared and equal'),
        seconds: wire.nullable(Type.Number({ description: 'How long it took' })),
        provenAt: wire.instant('When it was proven'),
        proofSha256: wire.nullable(wire.reference('The hash of the proof')),
      }),
    ),
    drift: wire.nullable(
      wire.closed({
        compared: Type.Integer({ description: 'Accounts of both sides that were compared' }),
        differing: Type.Integer({ description: 'Of those, the ones that differ' }),
        comparedAt: wire.instant('When'),
      }),
    ),
  },
  'A cutover from near',
);

/** See `lookAnswer`. */
export function lookOf({ status, journal, verification, drift }: CutoverLook): object {
  return {
    ...statusOfCutover(status),
    stages: stagesOf(status),
    journal: journal.map(lineOf),
    verification:
      verification === undefined
        ? null
        : {
            accounts: (verification.row_count ?? 0n).toString(),
            seconds: verification.duration_us === null ? null : Number(verification.duration_us) / 1e6,
            provenAt: verification.recorded_at.toString(),
            proofSha256: proofOf(verification),
          },
    drift: drift === undefined ? null : { ...drift, comparedAt: drift.comparedAt.toString() },
  };
}

function stagesOf({ run: of }: CutoverStatus): readonly object[] {
  const isGone = of === undefined || of.state === 'rolled-back';
  const at = isGone ? -1 : STAGE_ORDER.indexOf(of.stage);
  return STAGE_ORDER.map((name, index) => {
    if (isGone) return { name, state: 'none' };
    if (index === at) return { name, state: of.state === 'done' ? 'done' : 'current' };
    return { name, state: index < at ? 'done' : 'ahead' };
  });
}

function proofOf({ details }: JournalRow): string | null {
  const { sha256 } = JSON.parse(details ?? '{}') as { readonly sha256?: string };
  return sha256 ?? null;
}

/** The members with numbers and instants as texts. */
function texts(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      typeof member === 'bigint' || isInstant(member) ? member.toString() : member,
    ]),
  );
}

function isInstant(value: unknown): value is { toString(): string } {
  return typeof value === 'object' && value !== null && 'epochMicros' in value;
}
