import type { Instant } from '../base/instant.ts';
import type { Database } from '../sql/database.ts';
import type { TableFingerprint } from '../sql/contract/introspection.ts';

/**
 * What a backup held at the one instant it was taken, and what its restored copy must hold too.
 *
 * It covers every base table of the database, legacy and Carryover's own alike, with one exception: `carryover_cutovers`,
 * whose lease moves while a runner lives and which a restored copy must not be held to.
 */
export interface BackupFingerprint {
  /** SHA-256 (hex) of `introspection.schemaText` over every object. */
  readonly schemaSha256: string;
  /** By physical table name, sorted by name: rows and digest over all columns in their stored order. */
  readonly tables: readonly ({ readonly name: string } & TableFingerprint)[];
}

/** A backup as the catalogue lists it. `taken`: the file is whole. `proven`: a restored copy of it was compared and is equal. */
export interface Backup {
  readonly state: 'taken' | 'proven';
  /** Unique in the catalogue, and part of the file's name; sorts by the time it was taken. */
  readonly id: string;
  readonly instance: string;
  /** The absolute path of the backup file. The manifest lies beside it. */
  readonly file: string;
  readonly bytes: bigint;
  /** SHA-256 (hex) of the file. */
  readonly sha256: string;
  /** The server's clock inside the snapshot. */
  readonly takenAt: Instant;
  /** What took it, such as `pg_dump (PostgreSQL) 15.18`, and what it was taken from. */
  readonly toolVersion: string;
  readonly serverVersion: string;
  readonly fingerprint: BackupFingerprint;
  readonly takeSeconds: number;
}

/** A backup that opens the gate of `expand`: it was restored into a scratch database and every part of the fingerprint was equal. */
export interface ProvenBackup extends Backup {
  readonly state: 'proven';
  readonly provenAt: Instant;
  /** How long the restore took: the recovery time that was measured, not promised. */
  readonly restoreSeconds: number;
}

/** What the gate is doing, for progress. `done` and `total` count tables while comparing, bytes while taking, and are absent elsewhere. */
export interface BackupProgress {
  readonly step: 'preflight' | 'take' | 'checksum' | 'restore' | 'compare' | 'drop-scratch';
  readonly done?: bigint;
  readonly total?: bigint;
}

/** What a backup is asked for. */
export interface BackupRequest {
  /** The live database. The gate only reads from it, and opens further connections by its `dialect` and `target`. */
  readonly database: Database;
  /** The instance's name in the config: the catalogue's key and part of the file's name. */
  readonly instance: string;
  /** Why it is taken, for the manifest: the system and the plan hash of the cutover it protects. */
  readonly purpose: { readonly system: string; readonly planHash: string };
  readonly onProgress?: (progress: BackupProgress) => void;
}

/**
 * The door between reading and changing: what the stages `backup` and `rehearse` ask of backups. The catalogue is a folder of
 * files beside their manifests, not a table, because it must outlive the database and is needed before Carryover has tables.
 *
 * An implementation writes nothing into the live database, never overwrites a file of the catalogue, keeps passwords out of
 * arguments and manifests, and leaves no scratch database behind but the one it still needs.
 */
export interface BackupGate {
  /**
   * Takes and proves a backup, in this order: removes scratch databases that an earlier run left beside this database;
   * preflight (tool, privileges, free space for the file and the scratch copy); takes the backup with the fingerprint of the same
   * snapshot; checksums the file and writes the manifest as `taken`; restores the file, read back from the disk, into a scratch
   * database; compares its schema text and every table's rows and digest with the fingerprint; rewrites the manifest as `proven`.
   * The scratch copy is kept for `withScratchCopy` until `release`.
   *
   * Anything unequal, and a database without one row to compare, is a failure: the backup stays `taken`.
   */
  prepare(request: BackupRequest): Promise<ProvenBackup>;
  /**
   * Runs the work on a restored copy of that backup, opened read-write with the live database's table prefix, and drops the copy
   * afterwards, whether or not the work failed. Uses the copy that `prepare` left, or restores the file again when there is none.
   * The copy's name always differs from the live database's. A failure of the work is thrown as it came.
   */
  withScratchCopy<T>(request: BackupRequest, backup: ProvenBackup, work: (copy: Database) => Promise<T>): Promise<T>;
  /** The newest proven backup of this instance whose file still has its checksum, or undefined. */
  latestProven(request: BackupRequest): Promise<ProvenBackup | undefined>;
  /** Drops a scratch copy that is still kept. Safe to call twice, and called by the runner however a run ends. */
  release(): Promise<void>;
}
