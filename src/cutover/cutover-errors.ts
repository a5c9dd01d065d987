import { defineError, type ErrorDefinition } from '../base/errors.ts';
import type { HolderKind } from './tables.ts';

/** What every error of a cutover names: the instance of the config and the system. */
export interface CutoverSubject {
  readonly instance: string;
  readonly system: string;
}

const named = ({ instance, system }: CutoverSubject): string => `${system} on "${instance}"`;
const flags = ({ instance, system }: CutoverSubject): string => `--instance ${instance} --system ${system}`;

/** Legacy tables or columns are missing, renamed or of a type the queries cannot read (X-19). */
export const cutoverLegacyMismatch: ErrorDefinition<CutoverSubject & { problems: readonly string[] }> = defineError({
  code: 'CUTOVER_LEGACY_MISMATCH',
  httpStatus: 409,
  retryable: false,
  summary: 'The legacy tables are not as the system and the mapping describe them, so nothing was read.',
  message: (details) =>
    `Cannot read the legacy data of ${named(details)}: ${details.problems.join('; ')}, against the tables the system describes.`,
  hint: () => 'Map the names in the config under "legacy", or correct the schema.',
});

/** A stage may not start, and nothing was changed. */
export const cutoverGateClosed: ErrorDefinition<
  CutoverSubject & { stage: string; found: string; expected: string; nextStep: string }
> = defineError({
  code: 'CUTOVER_GATE_CLOSED',
  httpStatus: 409,
  retryable: false,
  summary: 'A stage may not start yet; nothing was changed.',
  message: (details) => `Cannot ${details.stage} ${named(details)}: ${details.found}, against ${details.expected}.`,
  hint: ({ nextStep }) => nextStep,
});

/** The plan made now differs from the plan that was asked for or begun. */
export const cutoverPlanChanged: ErrorDefinition<
  CutoverSubject & { found: string; expected: string; changes: readonly string[] }
> = defineError({
  code: 'CUTOVER_PLAN_CHANGED',
  httpStatus: 409,
  retryable: false,
  summary: 'Planned again, the cutover is another one than the plan hash names; nothing was changed.',
  message: (details) =>
    `Cannot migrate ${named(details)}: the plan is now ${details.found.slice(0, 12)}, against ${details.expected.slice(0, 12)}; changed: ${details.changes.join('; ')}.`,
  hint: (details) => `Run "carryover plan ${flags(details)}" and give the new plan hash if the change is wanted.`,
});

/** Who holds a lease that is asked for. */
export interface LeaseHeldDetails extends CutoverSubject {
  readonly holder: string;
  readonly holderKind: HolderKind;
  readonly heartbeatAgeSeconds: number;
}

/** Another runner holds the lease. */
export const cutoverLeaseHeld: ErrorDefinition<LeaseHeldDetails> = defineError({
  code: 'CUTOVER_LEASE_HELD',
  httpStatus: 409,
  retryable: true,
  summary: 'Another runner works on the same cutover.',
  message: (details) =>
    `Cannot start on ${named(details)}: ${details.holderKind === 'job' ? 'the job ' : ''}"${details.holder}" holds the lease and gave a sign of life ${details.heartbeatAgeSeconds} s ago, against a free lease.`,
  hint: (details) =>
    details.holderKind === 'job'
      ? 'Try again in a moment: a job of the service has the lease no longer than its pass takes.'
      : `Wait for it, or end it and run "carryover status ${flags(details)}".`,
});

/** The lease was taken over by another runner, so this one stopped before its next write. */
export const cutoverLeaseLost: ErrorDefinition<CutoverSubject & { epoch: string }> = defineError({
  code: 'CUTOVER_LEASE_LOST',
  httpStatus: 409,
  retryable: false,
  summary: 'Another runner took the lease over; this one stopped and changed nothing more.',
  message: (details) => `Cannot go on with ${named(details)}: the lease of epoch ${details.epoch} was taken over.`,
  hint: (details) => `Run "carryover status ${flags(details)}" to see who runs it now.`,
});

/** No lock was had within the whole budget of the ladder. */
export const cutoverLocksNotHad: ErrorDefinition<CutoverSubject & { step: string; tries: number; seconds: number }> =
  defineError({
    code: 'CUTOVER_LOCKS_NOT_HAD',
    httpStatus: 503,
    retryable: true,
    summary: 'Other sessions kept the locks a step needs for its whole budget.',
    message: (details) =>
      `Cannot ${details.step} for ${named(details)}: ${details.tries} tries in ${details.seconds} s found the locks taken, against one try that gets them.`,
    hint: () => 'End or wait for long transactions of the application, then run the same command again.',
  });

/** Something here keeps triggers from seeing what is written. */
export const cutoverCaptureRefused: ErrorDefinition<CutoverSubject & { found: string; remedy: string }> = defineError({
  code: 'CUTOVER_CAPTURE_REFUSED',
  httpStatus: 409,
  retryable: false,
  summary: 'Writes to the legacy tables could not be followed here, so nothing was carried.',
  message: (details) =>
    `Cannot follow what is written to the legacy tables of ${named(details)}: ${details.found}, against triggers that see every write.`,
  hint: ({ remedy }) => remedy,
});

/** Triggers that follow or guard the legacy tables are gone or disabled. */
export const cutoverCaptureBroken: ErrorDefinition<CutoverSubject & { triggers: readonly string[] }> = defineError({
  code: 'CUTOVER_CAPTURE_BROKEN',
  httpStatus: 409,
  retryable: false,
  summary: 'Triggers on the legacy tables are gone or disabled, so writes may have gone unseen.',
  message: (details) =>
    `Cannot trust what was compared for ${named(details)}: ${details.triggers.join(', ')} ${details.triggers.length === 1 ? 'is' : 'are'} missing or disabled, against triggers that see every write.`,
  hint: (details) => `Run "carryover migrate ${flags(details)}": it makes them again and compares every account anew.`,
});

/** A sweep or a recheck found accounts that differ, so nothing more was switched. */
export const cutoverSwitchHalted: ErrorDefinition<
  CutoverSubject & { reason: string; accounts: readonly string[]; switched: string }
> = defineError({
  code: 'CUTOVER_SWITCH_HALTED',
  httpStatus: 409,
  retryable: false,
  summary: 'A switch stopped by itself before it went further; what was switched stays switched.',
  message: (details) =>
    `Cannot switch more accounts of ${named(details)}: ${details.reason}${details.accounts.length === 0 ? '' : ` (${details.accounts.join(', ')})`}, against none; ${details.switched} accounts were switched before.`,
  hint: (details) =>
    `Run "carryover verify ${flags(details)}" to see both sides, or "carryover rollback ${flags(details)} --all" to take the switched accounts back.`,
});

/** What the ledger knows of some accounts has no place in legacy. */
export const cutoverReturnRefused: ErrorDefinition<
  CutoverSubject & { reason: string; accounts: readonly string[]; nextStep: string }
> = defineError({
  code: 'CUTOVER_RETURN_REFUSED',
  httpStatus: 409,
  retryable: false,
  summary: 'Accounts cannot go back to legacy without losing something; nothing of this step was changed.',
  message: (details) =>
    `Cannot take accounts of ${named(details)} back: ${details.reason} (${details.accounts.join(', ')}), against accounts whose whole state legacy can hold.`,
  hint: ({ nextStep }) => nextStep,
});

/** A system wrote nothing, or something else, for entries that legacy had to be told of. */
export const cutoverMirrorWrong: ErrorDefinition<CutoverSubject & { found: string; expected: string }> = defineError({
  code: 'CUTOVER_MIRROR_WRONG',
  httpStatus: 500,
  retryable: false,
  summary: 'What was written to legacy does not stand for the entries of the ledger; the transaction was undone.',
  message: (details) =>
    `Cannot tell legacy what the ledger did for ${named(details)}: ${details.found}, against ${details.expected}.`,
  hint: () => 'Correct "carryBack" of the system; no entry is lost, and the mirror goes on where it stopped.',
});

/** More legacy rows cannot be carried than the limit allows. */
export const cutoverQuarantineFull: ErrorDefinition<CutoverSubject & { rows: string; limit: string; reasons: string }> =
  defineError({
    code: 'CUTOVER_QUARANTINE_FULL',
    httpStatus: 409,
    retryable: false,
    summary: 'More legacy rows are quarantined than the limit allows.',
    message: (details) =>
      `Cannot carry ${named(details)}: ${details.rows} rows are quarantined (${details.reasons}), against at most ${details.limit}.`,
    hint: () => 'Correct the rows, or raise "quarantine" in the config if they may stay behind.',
  });

/** The chunks together read another number of facts than legacy has. */
export const cutoverRowsMiscounted: ErrorDefinition<CutoverSubject & { read: string; expected: string }> = defineError({
  code: 'CUTOVER_ROWS_MISCOUNTED',
  httpStatus: 409,
  retryable: false,
  summary: 'The chunks of the backfill together read another number of facts than legacy has.',
  message: (details) =>
    `Cannot complete the backfill of ${named(details)}: its chunks read ${details.read} facts, against ${details.expected} in all.`,
  hint: () =>
    'Correct the "inRange" conditions of the system: each fact must be in exactly one range, with its account.',
});

/** One chunk failed on every try. */
export const cutoverChunkFailed: ErrorDefinition<CutoverSubject & { range: string; tries: number; reason: string }> =
  defineError({
    code: 'CUTOVER_CHUNK_FAILED',
    httpStatus: 500,
    retryable: false,
    summary: 'A chunk of the backfill failed.',
    message: (details) =>
      `Cannot backfill ${named(details)} for ${details.range} in ${details.tries} tries: ${details.reason}`,
    hint: () => 'Read the log file for the statement, clear the cause, and run the same command again.',
  });

/** Verify compared both sides and they differ. */
export const cutoverVerifyFailed: ErrorDefinition<CutoverSubject & { breaches: readonly string[] }> = defineError({
  code: 'CUTOVER_VERIFY_FAILED',
  httpStatus: 409,
  retryable: false,
  summary: 'Verify found that ledger and legacy differ.',
  message: (details) => `Cannot verify ${named(details)}: ${details.breaches.join('; ')}, against no difference.`,
  hint: (details) => `Read the report of verify, then run "carryover analyze ${flags(details)}".`,
});

/** Verify could not compare something: that proves nothing, which is no success. */
export const cutoverNothingChecked: ErrorDefinition<CutoverSubject & { what: readonly string[] }> = defineError({
  code: 'CUTOVER_NOT_CHECKED',
  httpStatus: 409,
  retryable: false,
  summary: 'Verify could not check something, which is neither a success nor a difference.',
  message: (details) => `Cannot verify ${named(details)}: could not check ${details.what.join('; ')}.`,
  hint: () => 'Clear the cause of each, and run the same command again.',
});

/** The run failed and everything it had made was removed. */
export const cutoverRolledBack: ErrorDefinition<CutoverSubject & { stage: string; reason: string; code: string }> =
  defineError({
    code: 'CUTOVER_ROLLED_BACK',
    httpStatus: 409,
    retryable: false,
    summary: 'A stage failed, and what the run had made was removed again.',
    message: (details) =>
      `Cannot ${details.stage} ${named(details)}: ${details.reason} What the run had made was removed; legacy is as it was.`,
    hint: () => 'Clear the cause, and start again with a new plan.',
  });

/** The run failed, and so did the rollback. */
export const cutoverRollbackFailed: ErrorDefinition<CutoverSubject & { stage: string; reason: string }> = defineError({
  code: 'CUTOVER_ROLLBACK_FAILED',
  httpStatus: 500,
  retryable: true,
  summary: 'A rollback stopped half way; it can be taken up again.',
  message: (details) => `Cannot roll back ${named(details)} after ${details.stage}: ${details.reason}`,
  hint: (details) => `Clear the cause and run "carryover rollback ${flags(details)}"; it goes on where it stopped.`,
});

/** The caller asked the run to stop. */
export const cutoverStopped: ErrorDefinition<CutoverSubject & { stage: string }> = defineError({
  code: 'CUTOVER_STOPPED',
  httpStatus: 503,
  retryable: true,
  summary: 'The run was asked to stop and did so between two steps.',
  message: (details) => `Cannot go on with ${details.stage} of ${named(details)}: it was asked to stop.`,
  hint: (details) =>
    `Ask for the same again: it goes on where it stopped. "carryover status ${flags(details)}" says where that is.`,
});

/** The rehearsal failed on its copy, so nothing was changed. */
export const cutoverRehearsalFailed: ErrorDefinition<CutoverSubject & { stage: string; reason: string; code: string }> =
  defineError({
    code: 'CUTOVER_REHEARSAL_FAILED',
    httpStatus: 409,
    retryable: false,
    summary: 'The rehearsal on the restored copy failed; the live database was not changed.',
    message: (details) =>
      `Cannot migrate ${named(details)}: ${details.stage} failed on the restored copy: ${details.reason} The live database was not changed.`,
    hint: () => 'Clear the cause, and start again.',
  });

/** A proof file does not have the documented form. */
export const cutoverProofInvalid: ErrorDefinition<{ file: string; found: string; expected: string }> = defineError({
  code: 'CUTOVER_PROOF_INVALID',
  httpStatus: 400,
  retryable: false,
  summary: 'A proof file cannot be read.',
  message: ({ file, found, expected }) => `Cannot read the proof file "${file}": ${found}, against ${expected}.`,
  hint: () => 'Give the file that verify wrote, unchanged.',
});

/** The process's exit code by the code of the error that ended a command; 4 for codes that are not listed, such as a failure nobody foresaw. */
export const CUTOVER_EXIT_CODES: Readonly<Record<string, number>> = {
  CUTOVER_LEGACY_MISMATCH: 3,
  CUTOVER_GATE_CLOSED: 3,
  CUTOVER_PLAN_CHANGED: 3,
  CUTOVER_LEASE_HELD: 5,
  CUTOVER_LEASE_LOST: 5,
  CUTOVER_LOCKS_NOT_HAD: 5,
  CUTOVER_QUARANTINE_FULL: 3,
  CUTOVER_REHEARSAL_FAILED: 3,
  CUTOVER_VERIFY_FAILED: 1,
  CUTOVER_NOT_CHECKED: 1,
  CUTOVER_ROLLED_BACK: 4,
  CUTOVER_ROLLBACK_FAILED: 4,
  CUTOVER_STOPPED: 5,
  CUTOVER_PROOF_INVALID: 2,
  CUTOVER_CAPTURE_REFUSED: 3,
  CUTOVER_CAPTURE_BROKEN: 1,
  CUTOVER_SWITCH_HALTED: 1,
  CUTOVER_RETURN_REFUSED: 3,
  CUTOVER_MIRROR_WRONG: 1,
};
