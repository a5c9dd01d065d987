import { stat } from 'node:fs/promises';
import path from 'node:path';
import { CarryoverError } from '../../base/errors.ts';
import type { ConnectionTarget } from '../../sql/dialect.ts';
import { openTarget, type Database } from '../../sql/database.ts';
import type {
  Backup,
  BackupFingerprint,
  BackupGate,
  BackupProgress,
  BackupRequest,
  ProvenBackup,
} from '../backup-gate.ts';
import type { BackupCatalogue } from './backup-catalogue.ts';
import { backupDamaged, backupNotProven, backupObstructed } from './backup-errors.ts';
import { checkSpace } from './check-space.ts';
import { fingerprintDatabase, fingerprintDifferences } from './fingerprint-database.ts';
import { isProven } from './is-proven.ts';
import { sha256OfFile } from './sha256-of-file.ts';

/** A scratch copy that is kept between proof and rehearsal. */
interface KeptCopy {
  readonly database: Database;
  readonly scratch: ConnectionTarget;
  readonly backupId: string;
}

/** The backup gate over a catalogue folder and the engine's own tools. One run uses one gate. */
export class DiskBackupGate implements BackupGate {
  readonly catalogue: BackupCatalogue;
  #kept: KeptCopy | undefined;

  constructor(catalogue: BackupCatalogue) {
    this.catalogue = catalogue;
  }

  async prepare(request: BackupRequest): Promise<ProvenBackup> {
    const report = request.onProgress ?? (() => undefined);
    const taken = await this.take(request);
    return this.#prove(request, taken, report);
  }

  /**
   * Takes a backup without proving it; its state is `taken`. Throws `BACKUP_OBSTRUCTED`, `BACKUP_SPACE_MISSING`,
   * `BACKUP_TOOL_MISSING`, `BACKUP_FAILED`.
   */
  async take(request: BackupRequest): Promise<Backup> {
    const { database, instance, purpose } = request;
    const { backup: tools, introspection, statements } = database.dialect;
    const report = request.onProgress ?? (() => undefined);
    report({ step: 'preflight' });
    await this.#preflight(request);
    const takenAt = await statements.serverNow(database.handle);
    const { id, file } = await this.catalogue.reserve(instance, takenAt, tools.fileExtension);
    report({ step: 'take' });
    const startedAt = performance.now();
    let fingerprint: BackupFingerprint | undefined;
    await tools.take(database.target, file, async (snapshot) => {
      fingerprint = await fingerprintDatabase(database, snapshot, (done, total) =>
        report({ step: 'take', done, total }),
      );
    });
    if (fingerprint === undefined) throw new Error('The backup tool never showed its snapshot.');
    const takeSeconds = seconds(startedAt);
    report({ step: 'checksum' });
    const backup: Backup = {
      state: 'taken',
      id,
      instance,
      file,
      bytes: BigInt((await stat(file)).size),
      sha256: await sha256OfFile(file),
      takenAt,
      toolVersion: await tools.toolVersion(),
      serverVersion: await introspection.version(database.handle),
      fingerprint,
      takeSeconds,
    };
    await this.catalogue.record({ backup, purpose });
    return backup;
  }

  async #preflight({ database, instance }: BackupRequest): Promise<void> {
    const { backup: tools, traits } = database.dialect;
    for (const leftover of await tools.leftoverScratch(database.target)) await tools.dropScratch(leftover);
    const [first] = await tools.preflight(database.handle, database.target);
    if (first !== undefined) throw new CarryoverError(backupObstructed, { instance, ...first });
    const bytes = await tools.estimateBytes(database.handle);
    const { file } = await this.catalogue.reserve(
      instance,
      await database.dialect.statements.serverNow(database.handle),
      '',
    );
    await checkSpace(path.dirname(file), bytes);
    // A server's disk cannot be seen from here; an embedded database's scratch copy lies beside it.
    if (traits.embedded) await checkSpace(path.dirname(database.target.database), bytes);
  }

  async #prove(
    request: BackupRequest,
    taken: Backup,
    report: (progress: BackupProgress) => void,
  ): Promise<ProvenBackup> {
    const { copy, restoreSeconds } = await this.#restoreCopy(request, taken, 'proof');
    report({ step: 'compare' });
    const restored = await fingerprintDatabase(copy.database, copy.database.handle, (done, total) =>
      report({ step: 'compare', done, total }),
    );
    const differences = fingerprintDifferences(taken.fingerprint, restored);
    if (differences.length > 0) {
      await this.release();
      throw new CarryoverError(backupNotProven, { id: taken.id, differences });
    }
    const provenAt = await request.database.dialect.statements.serverNow(request.database.handle);
    const proven: ProvenBackup = { ...taken, state: 'proven', provenAt, restoreSeconds };
    await this.catalogue.record({ backup: proven, purpose: request.purpose });
    return proven;
  }

  async #restoreCopy(
    request: BackupRequest,
    backup: Backup,
    purpose: 'proof' | 'rehearsal',
  ): Promise<{ copy: KeptCopy; restoreSeconds: number }> {
    await this.release();
    const { database } = request;
    request.onProgress?.({ step: 'restore' });
    const found = await sha256OfFile(backup.file);
    if (found !== backup.sha256)
      throw new CarryoverError(backupDamaged, { id: backup.id, found: `SHA-256 ${found}`, expected: backup.sha256 });
    const scratch = await database.dialect.backup.createScratch(database.target, purpose);
    try {
      const startedAt = performance.now();
      await database.dialect.backup.restore(backup.file, scratch);
      const copy = await openTarget(database.dialect, scratch, {
        ...database.options,
        access: 'read-write',
        tablePrefix: database.tablePrefix,
      });
      this.#kept = { database: copy, scratch, backupId: backup.id };
      return { copy: this.#kept, restoreSeconds: seconds(startedAt) };
    } catch (error) {
      await database.dialect.backup.dropScratch(scratch);
      throw error;
    }
  }

  async withScratchCopy<T>(
    request: BackupRequest,
    backup: ProvenBackup,
    work: (copy: Database) => Promise<T>,
  ): Promise<T> {
    const kept =
      this.#kept?.backupId === backup.id ? this.#kept : (await this.#restoreCopy(request, backup, 'rehearsal')).copy;
    try {
      return await work(kept.database);
    } finally {
      request.onProgress?.({ step: 'drop-scratch' });
      await this.release();
    }
  }

  async latestProven({ instance }: BackupRequest): Promise<ProvenBackup | undefined> {
    for (const { backup } of await this.catalogue.list(instance)) {
      if (!isProven(backup)) continue;
      const found = await sha256OfFile(backup.file).catch(() => undefined);
      if (found === backup.sha256) return backup;
    }
    return undefined;
  }

  async release(): Promise<void> {
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept === undefined) return;
    await kept.database.close();
    await kept.database.dialect.backup.dropScratch(kept.scratch);
  }
}

function seconds(startedAt: number): number {
  return Math.round(performance.now() - startedAt) / 1000;
}
