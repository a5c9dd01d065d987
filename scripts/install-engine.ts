import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import type { Engine } from '../test/support/engines.ts';
import { aptGet } from '../test/support/apt-get.ts';

const PACKAGES: Readonly<Record<Engine, string | undefined>> = {
  sqlite: undefined,
  postgres: 'postgresql',
  mysql: 'mariadb-server',
};

/** Debian's package scripts ask this program whether they may start a service. */
const POLICY_FILE = '/usr/sbin/policy-rc.d';

/** True where this run may install Debian packages by itself: root on Debian or a relative of it. */
export function canInstallEngines(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/**
 * Installs the servers of these engines from Debian's packages, without starting them: the tests start their own, and a
 * server on the default port would be somebody else's. Returns what apt-get printed. Throws an Error with it on failure.
 */
export async function installEngines(engines: readonly Engine[]): Promise<string> {
  const packages = engines.map((engine) => PACKAGES[engine]).filter((name) => name !== undefined);
  const policyIsOurs = !existsSync(POLICY_FILE);
  if (policyIsOurs) {
    // 101 means "forbidden by policy". A policy that exists already stays, because it is its owner's decision.
    writeFileSync(POLICY_FILE, '#!/bin/sh\nexit 101\n');
    chmodSync(POLICY_FILE, 0o755);
  }
  try {
    const update = await aptGet(['update']);
    return update + (await aptGet(['install', '-y', '--no-install-recommends', ...packages]));
  } finally {
    if (policyIsOurs) rmSync(POLICY_FILE, { force: true });
  }
}
