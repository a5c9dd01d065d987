import { statfs } from 'node:fs/promises';
import { CarryoverError } from '../../base/errors.ts';
import { backupSpaceMissing } from './backup-errors.ts';

/**
 * Space kept free beyond the estimate. Too little lets the live database's disk run full, which stops the app; too much
 * refuses a backup that would have fitted, which costs a clean-up.
 */
const RESERVE_BYTES = 64n * 1024n * 1024n;

/** Throws `BACKUP_SPACE_MISSING` when a folder's disk has less than the bytes and a reserve. */
export async function checkSpace(folder: string, neededBytes: bigint): Promise<void> {
  const { bavail, bsize } = await statfs(folder, { bigint: true });
  const freeBytes = bavail * bsize;
  const withReserve = neededBytes + RESERVE_BYTES;
  if (freeBytes < withReserve) {
    throw new CarryoverError(backupSpaceMissing, {
      folder,
      freeBytes: freeBytes.toString(),
      neededBytes: withReserve.toString(),
    });
  }
}
