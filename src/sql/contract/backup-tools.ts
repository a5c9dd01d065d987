import type { Handle } from '../engine.ts';
import type { ConnectionTarget } from '../dialect.ts';

/** Something that stands in the way of a backup, with the command or privilege that would clear it. */
export interface BackupObstacle {
  readonly obstacle: string;
  readonly remedy: string;
}

/** Called once, inside the very snapshot the backup copies, so that a fingerprint and the copy are of one instant. */
export type AtSnapshot = (snapshot: Handle) => Promise<void>;

/** Taking a database to a file and back, by the engine's own tools. */
export interface BackupTools {
  /** The file's ending, with its dot: `.dump`, `.sql`, `.db`. */
  readonly fileExtension: string;
  /** The tool used and its version, for the manifest. Throws `BACKUP_TOOL_MISSING` naming what to install. */
  toolVersion(): Promise<string>;
  /** Tool present and not older than the server, privileges, and so on. Reads only. */
  preflight(handle: Handle, target: ConnectionTarget): Promise<readonly BackupObstacle[]>;
  /** An upper estimate of the bytes a backup will take. */
  estimateBytes(handle: Handle): Promise<bigint>;
  /**
   * Writes the whole database to a file that must not exist yet, and calls `atSnapshot` inside the same snapshot. On engines
   * without a shared snapshot the writers are briefly held, or the snapshot is the copy itself. Secrets go by environment or
   * a file only this user reads, never by arguments. Throws `BACKUP_FAILED` with the tool's last lines, secrets redacted; the
   * partial file is removed.
   */
  take(target: ConnectionTarget, file: string, atSnapshot: AtSnapshot): Promise<void>;
  /** Restores a file into an existing, empty database. Any error of any statement fails it (`RESTORE_FAILED`). */
  restore(file: string, into: ConnectionTarget): Promise<void>;
  /**
   * Makes an empty database beside the live one, on the same server (SQLite: a file in the same folder), named
   * `<live>_carryover_<purpose>_<random>`. Throws `SCRATCH_REFUSED` naming the missing privilege.
   */
  createScratch(beside: ConnectionTarget, purpose: 'proof' | 'rehearsal' | 'restored'): Promise<ConnectionTarget>;
  /** Drops a database made by `createScratch`; refuses any other name (an assertion, not a user error). */
  dropScratch(scratch: ConnectionTarget): Promise<void>;
  /** Scratch databases of this live database that an earlier run left behind. */
  leftoverScratch(beside: ConnectionTarget): Promise<readonly ConnectionTarget[]>;
}
