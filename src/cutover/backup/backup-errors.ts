import { defineError, type ErrorDefinition } from '../../base/errors.ts';

/** Something must be there before a backup can be taken. */
export const backupObstructed: ErrorDefinition<{ instance: string; obstacle: string; remedy: string }> = defineError({
  code: 'BACKUP_OBSTRUCTED',
  httpStatus: 500,
  retryable: false,
  summary: 'A tool, a privilege or something else that a backup needs is missing.',
  message: ({ instance, obstacle }) => `Cannot take a backup of "${instance}": ${obstacle}.`,
  hint: ({ remedy }) => remedy,
});

/** The folder of the catalogue cannot take the file, or the database's folder the scratch copy. */
export const backupSpaceMissing: ErrorDefinition<{ folder: string; freeBytes: string; neededBytes: string }> =
  defineError({
    code: 'BACKUP_SPACE_MISSING',
    httpStatus: 507,
    retryable: false,
    summary: 'There is not enough free space for the backup and the scratch copy that proves it.',
    message: ({ folder, freeBytes, neededBytes }) =>
      `Cannot take a backup into "${folder}": ${freeBytes} bytes are free, against ${neededBytes} needed.`,
    hint: () => 'Free space, run "carryover prune", or set backups.folder in the configuration to another disk.',
  });

/** A restored copy is not equal to what was backed up. */
export const backupNotProven: ErrorDefinition<{ id: string; differences: readonly string[] }> = defineError({
  code: 'BACKUP_NOT_PROVEN',
  httpStatus: 500,
  retryable: false,
  summary: 'The restored copy of a backup differs from the database it was taken from.',
  message: ({ id, differences }) =>
    `Cannot prove backup "${id}": ${differences.slice(0, 5).join('; ')}, against a copy that is equal in every table.`,
  hint: () => 'Take another backup. If it differs again, do not migrate: what is restored is not what you have.',
});

/** No backup of that id, or not of that instance. */
export const backupUnknown: ErrorDefinition<{ id: string; instance: string }> = defineError({
  code: 'BACKUP_UNKNOWN',
  httpStatus: 404,
  retryable: false,
  summary: 'The catalogue has no backup of that id for that instance.',
  message: ({ id, instance }) => `Cannot find backup "${id}" of "${instance}": the catalogue does not have it.`,
  hint: ({ instance }) => `Run "carryover backups --instance ${instance}" to list those there are.`,
});

/** A file of the catalogue is not what its manifest says. */
export const backupDamaged: ErrorDefinition<{ id: string; found: string; expected: string }> = defineError({
  code: 'BACKUP_DAMAGED',
  httpStatus: 500,
  retryable: false,
  summary: 'A backup file or its manifest is missing or changed since it was written.',
  message: ({ id, found, expected }) => `Cannot use backup "${id}": found ${found}, against ${expected}.`,
  hint: () => 'Use another backup, or restore the file from where copies of it are kept.',
});

/** A restore would go into the live database, or into one that holds something. */
export const restoreRefused: ErrorDefinition<{ id: string; shown: string; found: string }> = defineError({
  code: 'RESTORE_REFUSED',
  httpStatus: 409,
  retryable: false,
  summary: 'A restore into the live database, or into a database that is not empty, is refused.',
  message: ({ id, shown, found }) =>
    `Cannot restore backup "${id}" into "${shown}": found ${found}, against an empty database that is not the live one.`,
  hint: () =>
    'Leave out --into to restore beside the live database, or name an empty database. Nothing is ever overwritten.',
});
