import { Instant } from '../../src/base/instant.ts';
import type { BackupGate, ProvenBackup } from '../../src/cutover/backup-gate.ts';

/**
 * A gate that says "proven" without looking. For tests of what comes after the backup, which begin at `expand`; whatever needs a real
 * backup or a copy to rehearse on uses the real gate.
 */
export function assumedBackup(): BackupGate {
  const backup: ProvenBackup = {
    state: 'proven',
    id: 'assumed',
    instance: 'test',
    file: '/nowhere',
    bytes: 0n,
    sha256: '0'.repeat(64),
    // In the future of every test, so that it is never too old.
    takenAt: Instant.parse('2100-01-01T00:00:00Z'),
    provenAt: Instant.parse('2100-01-01T00:00:00Z'),
    toolVersion: 'none',
    serverVersion: 'none',
    fingerprint: { schemaSha256: '0'.repeat(64), tables: [] },
    takeSeconds: 0,
    restoreSeconds: 0,
  };
  const refuse = (): never => {
    throw new Error('This test assumed its backup and can neither take nor restore one.');
  };
  return {
    prepare: () => Promise.reject(new Error('This test assumed its backup.')),
    withScratchCopy: refuse,
    latestProven: () => Promise.resolve(backup),
    release: () => Promise.resolve(),
  };
}
