import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, rmdirSync, statSync, truncateSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, in memory, that can run full without harm to anybody. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all the space there is but so many bytes. */
  fill(bytesLeft?: number): void;
  /** Gives back what `fill` took. */
  clear(): void;
  /** Takes the disk away with all that is on it. Nothing on it may be open. */
  unmount(): void;
}

/** Why there can be no such disk here: only root may mount, and not in every container. */
export interface NoDisk {
  readonly reason: string;
}

const BLOCK_BYTES = 4096;

/** Mounts an empty disk of so many bytes, or tells why it cannot. */
export function mountSmallDisk(bytes: number): SmallDisk | NoDisk {
  const folder = mkdtempSync(join(tmpdir(), 'carryover-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'carryover-test', folder], { stdio: 'pipe' });
  } catch (error) {
    rmdirSync(folder);
    const why = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { reason: `no disk can be mounted here (${why})` };
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    fill: (bytesLeft = 0) => {
      fillUp(filler);
      truncateSync(filler, Math.max(0, statSync(filler).size - bytesLeft));
    },
    clear: () => rmSync(filler, { force: true }),
    unmount: () => {
      execFileSync('umount', [folder], { stdio: 'pipe' });
      rmdirSync(folder);
    },
  };
}

function fillUp(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    // Large blocks first for speed, then small ones until not one more fits.
    for (const size of [1024 * 1024, BLOCK_BYTES]) writeUntilFull(descriptor, Buffer.alloc(size, 1));
  } finally {
    closeSync(descriptor);
  }
}

function writeUntilFull(descriptor: number, block: Buffer): void {
  for (;;) {
    try {
      writeSync(descriptor, block);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
  }
}
