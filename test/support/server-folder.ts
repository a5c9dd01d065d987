import { accessSync, chmodSync, chownSync, constants, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerOwner } from './server-owner.ts';
import type { ServerPurpose } from './servers.ts';

/** Where Linux keeps files in memory. */
const IN_MEMORY = '/dev/shm';

/** What must be free there, and as memory, so that the databases of a whole run fit beside everything else. */
const NEEDED_BYTES = 6n * 1024n ** 3n;

/**
 * Makes an empty folder for a server, owned by the user it runs as: in memory for tests where there is plenty, since a
 * run makes and drops some hundred thousand tables; on disk for benches. The name stays short because the path of a Unix
 * socket in it must fit 107 bytes.
 */
export function makeServerFolder(prefix: string, owner: ServerOwner | undefined, purpose: ServerPurpose): string {
  const parent = purpose === 'tests' && hasRoomInMemory() ? IN_MEMORY : tmpdir();
  const folder = mkdtempSync(join(parent, `carryover-${prefix}-`));
  chmodSync(folder, 0o700);
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  return folder;
}

function hasRoomInMemory(): boolean {
  if (BigInt(process.availableMemory()) < NEEDED_BYTES) return false;
  try {
    accessSync(IN_MEMORY, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY, { bigint: true });
    return bavail * bsize >= NEEDED_BYTES;
  } catch {
    return false;
  }
}
