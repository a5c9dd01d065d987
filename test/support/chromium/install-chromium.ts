import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

/** True where this run may install Debian packages by itself: root on Debian or a relative of it. */
export function canInstallChromium(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/**
 * Installs Chromium from Debian's packages; of two runs at once the second waits for the first. Throws an Error with what
 * apt-get printed when that fails.
 */
export async function installChromium(): Promise<void> {
  await aptGet(['update']);
  await aptGet(['install', '-y', '--no-install-recommends', 'chromium']);
}

async function aptGet(args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const options = { env, maxBuffer: 64 * 1024 * 1024 };
  await promisify(execFile)('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], options);
}
