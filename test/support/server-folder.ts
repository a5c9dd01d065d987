import { chmodSync, chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerOwner } from './server-owner.ts';

/**
 * Makes an empty folder for a server, owned by the user it runs as. The name stays short because the path of a Unix
 * socket in it must fit 107 bytes.
 */
export function makeServerFolder(prefix: string, owner: ServerOwner | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), `carryover-${prefix}-`));
  chmodSync(folder, 0o700);
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  return folder;
}
