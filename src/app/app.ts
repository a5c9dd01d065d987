import path from 'node:path';
import { CarryoverError } from '../base/errors.ts';
import { BackupCatalogue, DiskBackupGate } from '../cutover/backup/index.ts';
import type { CutoverContext } from '../cutover/cutover-context.ts';
import { cutoverLimitDefaults } from '../cutover/cutover-limits.ts';
import { openDatabase, type Database } from '../sql/database.ts';
import type { OpenOptions } from '../sql/dialect.ts';
import { configInvalid, targetMissing, targetUnknown } from './app-errors.ts';
import { checkValue } from '../base/check-value.ts';
import type { SystemConfig } from './config.ts';
import { loadConfig, type LoadedConfig } from './load-config.ts';
import { registeredSystems, type RegisteredSystem } from './registered-systems.ts';
import { resolveUrl } from './resolve-url.ts';
import { toolVersion } from './tool-version.ts';

/** Proven backups kept by `prune` where the configuration says nothing. */
const BACKUPS_KEPT = 5;

/** Where backups go where the configuration says nothing; relative to its folder. */
export const DEFAULT_BACKUP_FOLDER = 'carryover-backups';

/** A system of the configuration: what it is, and the settings it has here. */
export interface ConfiguredSystem extends RegisteredSystem {
  readonly config: SystemConfig;
  /** Checked, with defaults filled in. */
  readonly policy: never;
}

/** The configuration brought to life: it opens instances and says how each system is set up. Holds no connection of its own. */
export class App {
  readonly loaded: LoadedConfig;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #systems = new Map<string, ConfiguredSystem>();

  constructor(loaded: LoadedConfig, environment: NodeJS.ProcessEnv) {
    this.loaded = loaded;
    this.#environment = environment;
  }

  /** Where secrets come from. */
  get environment(): NodeJS.ProcessEnv {
    return this.#environment;
  }

  /** The name of the configuration's file, for messages. */
  get configFile(): string {
    return path.basename(this.loaded.file);
  }

  /** Names of the instances, as configured. */
  get instanceNames(): readonly string[] {
    return Object.keys(this.loaded.config.instances);
  }

  /** Names of the systems, as configured. */
  get systemNames(): readonly string[] {
    return Object.keys(this.loaded.config.systems);
  }

  /** Where backups are kept. */
  get catalogue(): BackupCatalogue {
    return new BackupCatalogue(
      path.resolve(this.loaded.folder, this.loaded.config.backups?.folder ?? DEFAULT_BACKUP_FOLDER),
    );
  }

  /** How many proven backups of an instance `prune` keeps. */
  get backupsKept(): number {
    return this.loaded.config.backups?.keep ?? BACKUPS_KEPT;
  }

  /** Where logs and proof files go. */
  get logFolder(): string {
    return path.resolve(this.loaded.folder, this.loaded.config.logs?.folder ?? 'carryover-logs');
  }

  /**
   * The instances that a target names: one, or every one for `all`. Without a target only a configuration of one instance
   * has an answer, and only for commands that do not write (`mayDefault`). Throws `TARGET_MISSING`, `TARGET_UNKNOWN`.
   */
  instancesOf(target: string | undefined, mayDefault: boolean): readonly string[] {
    const known = this.instanceNames;
    if (target === 'all') return known;
    if (target === undefined) {
      if (mayDefault && known.length === 1) return known;
      throw new CarryoverError(targetMissing, { what: 'instance', known });
    }
    if (!known.includes(target)) throw new CarryoverError(targetUnknown, { what: 'instance', name: target, known });
    return [target];
  }

  /**
   * The configured system of that name; without a name, the only one there is. Throws `TARGET_MISSING`, `TARGET_UNKNOWN`,
   * `CONFIG_INVALID` for a policy that its schema refuses.
   */
  system(name: string | undefined): ConfiguredSystem {
    const known = this.systemNames;
    const chosen = name ?? (known.length === 1 ? known[0] : undefined);
    if (chosen === undefined) throw new CarryoverError(targetMissing, { what: 'system', known });
    // Asked of the names, since an object has more members than those that were configured.
    const config = known.includes(chosen) ? this.loaded.config.systems[chosen] : undefined;
    if (config === undefined) throw new CarryoverError(targetUnknown, { what: 'system', name: chosen, known });
    const registered = registeredSystems[chosen];
    if (registered === undefined) {
      throw new CarryoverError(targetUnknown, { what: 'system', name: chosen, known: Object.keys(registeredSystems) });
    }
    const checkedBefore = this.#systems.get(chosen);
    if (checkedBefore !== undefined) return checkedBefore;
    const checked = checkValue<never>(registered.descriptor.policySchema, config.policy ?? {});
    if ('flaw' in checked) {
      const { path: member, ...flaw } = checked.flaw;
      const at = ['systems', chosen, 'policy', member].filter((part) => part !== '').join('.');
      throw new CarryoverError(configInvalid, { file: this.configFile, path: at, ...flaw });
    }
    const system = { ...registered, config, policy: checked.value };
    this.#systems.set(chosen, system);
    return system;
  }

  /** Opens an instance's database; the caller closes it. Throws `CONFIG_SECRET_MISPLACED`, `SQL_URL_INVALID`, `SQL_UNREACHABLE`. */
  openInstance(name: string, options: Partial<OpenOptions> = {}): Promise<Database> {
    const { instances, tablePrefix } = this.loaded.config;
    const instance = instances[name];
    if (instance === undefined)
      throw new CarryoverError(targetUnknown, { what: 'instance', name, known: this.instanceNames });
    const url = resolveUrl(name, instance, {
      folder: this.loaded.folder,
      environment: this.#environment,
    });
    return openDatabase(url, { ...options, ...(tablePrefix === undefined ? {} : { tablePrefix }) });
  }

  /** What the cutover of a system on an open instance is given. */
  cutoverContext(instance: string, database: Database, system: ConfiguredSystem): CutoverContext<never> {
    const { quarantine } = this.loaded.config;
    return {
      instance,
      database,
      system: system.descriptor,
      policy: system.policy,
      mapping: system.config.tables ?? {},
      backup: new DiskBackupGate(this.catalogue),
      folder: this.logFolder,
      toolVersion,
      limits: {
        quarantineRowsMax: BigInt(quarantine?.rowsMax ?? Number(cutoverLimitDefaults.quarantineRowsMax)),
        quarantinePerMilleMax:
          quarantine?.percentMax === undefined
            ? cutoverLimitDefaults.quarantinePerMilleMax
            : BigInt(Math.round(quarantine.percentMax * 10)),
      },
      acceptedFindings: system.config.acceptFindings ?? [],
      viewNames: system.config.renameViews ?? {},
    };
  }
}

/** Loads the configuration of a folder and brings it to life. Throws `CONFIG_MISSING`, `CONFIG_INVALID`. */
export async function openApp(
  folder: string,
  configFile?: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<App> {
  return new App(await loadConfig(folder, configFile), environment);
}
