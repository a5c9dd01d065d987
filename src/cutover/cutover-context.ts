import type { Instant } from '../base/instant.ts';
import { openTarget, type Database } from '../sql/database.ts';
import type { OpenOptions } from '../sql/dialect.ts';
import type { BackupGate } from './backup-gate.ts';
import type { CutoverSubject } from './cutover-errors.ts';
import { cutoverLimitDefaults, type CutoverLimits } from './cutover-limits.ts';
import type { LegacyMapping, SystemDescriptor } from './descriptor.ts';
import type { ProgressEvent } from './progress.ts';
import type { HolderKind } from './tables.ts';

/** What a cutover of one system on one database is given. The runner opens further connections by the database's target. */
export interface CutoverContext<Policy = unknown> {
  /** The instance's name in the config, for messages, files and the backup catalogue. */
  readonly instance: string;
  /** The live database, open for writing. It stays the caller's to close. */
  readonly database: Database;
  readonly system: SystemDescriptor<Policy>;
  /** Checked against `system.policySchema`, with its defaults filled in. */
  readonly policy: Policy;
  readonly mapping: LegacyMapping;
  readonly backup: BackupGate;
  /** Where proof files and logs go: an absolute path, made when it is missing. */
  readonly folder: string;
  /** The version of Carryover; part of the plan hash, since another version may plan something else. */
  readonly toolVersion: string;
  readonly limits?: Partial<CutoverLimits>;
  /** Codes of `stop` findings that the config accepts. */
  readonly acceptedFindings?: readonly string[];
  /** View names that differ from the system's: another name, or null to leave the view out. */
  readonly viewNames?: Readonly<Record<string, string | null>>;
  /** The present of every rule of this run. Absent: the run's own where one is under way, else the database's clock. */
  readonly asOf?: Instant;
  /** The hash of the plan that was agreed to; the run is refused when planning again gives another. */
  readonly planHash?: string;
  /** Absent: made from the instant and chance. */
  readonly runId?: string;
  /** Who runs, shown to a second runner. Absent: host name and process id. */
  readonly holder?: string;
  /** What runs. Absent: a run. A job finds nobody waiting for it where the lease is held, and a run waits a little for a job. */
  readonly holderKind?: HolderKind;
  readonly onProgress?: (event: ProgressEvent) => void;
  /**
   * Awaited once the lease is had and nothing is written yet: for a caller who answers before the run ends, or who must look again where
   * nobody else can change anything. What it throws ends the run.
   */
  readonly onLease?: () => Promise<void>;
  /** Asked between chunks: a reason to wait a little, or undefined to go on. */
  readonly throttle?: () => Promise<string | undefined>;
  /** Stops the run between two steps, to be resumed later. */
  readonly signal?: AbortSignal;
}

/** The limits in force. */
export function limitsOf(context: Pick<CutoverContext, 'limits'>): CutoverLimits {
  return { ...cutoverLimitDefaults, ...context.limits };
}

/** Instance and system, for messages. */
export function subjectOf(context: CutoverContext): CutoverSubject {
  return { instance: context.instance, system: context.system.name };
}

/** Opens the same database again, on connections of its own. */
export function reopen(database: Database, options: Partial<OpenOptions>): Promise<Database> {
  return openTarget(database.dialect, database.target, {
    ...database.options,
    tablePrefix: database.tablePrefix,
    ...options,
  });
}
