import { existsSync } from 'node:fs';
import { aptGet } from '../apt-get.ts';

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
