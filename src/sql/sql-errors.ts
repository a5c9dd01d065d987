import { defineError, type ErrorDefinition } from '../base/errors.ts';

/** A connection URL that cannot be read. */
export const sqlUrlInvalid: ErrorDefinition<{ shown: string; flaw: string }> = defineError({
  code: 'SQL_URL_INVALID',
  httpStatus: 400,
  retryable: false,
  summary: 'A connection URL does not have the form of its engine.',
  message: ({ shown, flaw }) => `Cannot read the connection URL "${shown}": ${flaw}.`,
  hint: () =>
    'Write sqlite:/path/to/file.db, postgres://user:password@host:5432/database or mysql://user:password@host:3306/database, special characters percent-encoded.',
});

/** No connection could be made, or it was lost outside of COMMIT. */
export const sqlUnreachable: ErrorDefinition<{ shown: string; reason: string }> = defineError({
  code: 'SQL_UNREACHABLE',
  httpStatus: 503,
  retryable: true,
  summary: 'The database cannot be reached or the connection was lost.',
  message: ({ shown, reason }) => `Cannot reach the database at "${shown}": ${reason}.`,
  hint: () =>
    'Check that the server runs and that host, port, user and password are right; then run the same command again.',
});

/** The connection was lost while COMMIT was under way: the transaction may or may not have happened. */
export const sqlCommitUnknown: ErrorDefinition<{ shown: string }> = defineError({
  code: 'SQL_COMMIT_UNKNOWN',
  httpStatus: 503,
  retryable: false,
  summary: 'The connection was lost while COMMIT was under way, so the outcome must be looked up by its key.',
  message: ({ shown }) =>
    `Cannot tell whether the transaction on "${shown}" was committed: the connection was lost during COMMIT.`,
  hint: () => 'Call again with the same key: what was committed is replayed, what was not is done.',
});

/** A lock was not had in the time allowed. */
export const sqlLockTimeout: ErrorDefinition<{ shown: string; waitedMs: number }> = defineError({
  code: 'SQL_LOCK_TIMEOUT',
  httpStatus: 503,
  retryable: true,
  summary: 'Another session held a lock for longer than the time allowed.',
  message: ({ shown, waitedMs }) =>
    `Cannot get a lock on "${shown}": others held it for ${waitedMs} ms, the longest wait allowed.`,
  hint: () => 'Run the same command again when the other writer is done.',
});

/** The disk of the database took no more. */
export const sqlDiskFull: ErrorDefinition<{ shown: string }> = defineError({
  code: 'SQL_DISK_FULL',
  httpStatus: 507,
  retryable: false,
  summary: 'The disk of the database is full; the transaction under way was aborted.',
  message: ({ shown }) => `Cannot write to "${shown}": its disk is full.`,
  hint: () => 'Free space on that disk, then run the same command again.',
});

/** Carryover's own tables are of a later release, changed by hand, or half made. */
export const schemaMigrationRefused: ErrorDefinition<{
  migration: string;
  found: string;
  expected: string;
  nextStep: string;
}> = defineError({
  code: 'SQL_SCHEMA_MIGRATION_REFUSED',
  httpStatus: 500,
  retryable: false,
  summary: "Carryover's own tables do not have the state that this release can start from.",
  message: ({ migration, found, expected }) =>
    `Cannot bring Carryover's tables up to "${migration}": found ${found}, against ${expected}.`,
  hint: ({ nextStep }) => nextStep,
});

/** The dump tool of the engine is not installed. */
export const backupToolMissing: ErrorDefinition<{ tool: string; install: string }> = defineError({
  code: 'BACKUP_TOOL_MISSING',
  httpStatus: 500,
  retryable: false,
  summary: "The database's own backup tool is not installed or is older than the server.",
  message: ({ tool }) => `Cannot take a backup: "${tool}" was not found, or is older than the server.`,
  hint: ({ install }) => install,
});

/** The backup tool ran and failed. */
export const backupFailed: ErrorDefinition<{ shown: string; reason: string }> = defineError({
  code: 'BACKUP_FAILED',
  httpStatus: 500,
  retryable: true,
  summary: 'The backup tool failed; the partial file was removed.',
  message: ({ shown, reason }) => `Cannot take a backup of "${shown}": ${reason}.`,
  hint: () => 'Clear the cause and run the same command again; nothing else was changed.',
});

/** Restoring a backup failed. */
export const restoreFailed: ErrorDefinition<{ shown: string; reason: string }> = defineError({
  code: 'RESTORE_FAILED',
  httpStatus: 500,
  retryable: false,
  summary: 'A backup could not be restored whole.',
  message: ({ shown, reason }) => `Cannot restore the backup into "${shown}": ${reason}.`,
  hint: () => 'Take a new backup; this one proves nothing.',
});

/** A scratch database could not be made. */
export const scratchRefused: ErrorDefinition<{ shown: string; reason: string; remedy: string }> = defineError({
  code: 'SCRATCH_REFUSED',
  httpStatus: 403,
  retryable: false,
  summary: 'No scratch database could be made beside the live one, so a backup cannot be proven.',
  message: ({ shown, reason }) => `Cannot make a scratch database beside "${shown}": ${reason}.`,
  hint: ({ remedy }) => remedy,
});
