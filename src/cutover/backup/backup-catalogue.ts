import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { CarryoverError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import { isProven } from './is-proven.ts';
import { backupUnknown } from './backup-errors.ts';
import { readManifest, writeManifest, type CataloguedBackup } from './manifest.ts';

const MANIFEST_ENDING = '.manifest.json';

/**
 * The backups of all instances: a folder per instance, in it a file and a manifest per backup. A manifest is written only after
 * its file is whole, so a file without one is a backup that never finished.
 */
export class BackupCatalogue {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = path.resolve(folder);
  }

  /** A new id and the path its file will have. Random digits keep two backups of one second apart. */
  async reserve(instance: string, at: Instant, fileExtension: string): Promise<{ id: string; file: string }> {
    const folder = path.join(this.folder, instance);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const id = `${at.toString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-${randomBytes(3).toString('hex')}`;
    return { id, file: path.join(folder, `${id}${fileExtension}`) };
  }

  /** Writes a manifest whole or not at all; a later state of the same backup replaces the earlier one. */
  async record(entry: CataloguedBackup): Promise<void> {
    const manifest = this.#manifestOf(entry.backup.instance, entry.backup.id);
    const partial = `${manifest}.partial`;
    const handle = await open(partial, 'w', 0o600);
    try {
      await handle.writeFile(writeManifest(entry));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, manifest);
  }

  /** The backups of an instance, newest first. Throws `BACKUP_DAMAGED` for a manifest that cannot be read. */
  async list(instance: string): Promise<readonly CataloguedBackup[]> {
    const folder = path.join(this.folder, instance);
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const ids = names
      .filter((name) => name.endsWith(MANIFEST_ENDING))
      .map((name) => name.slice(0, -MANIFEST_ENDING.length));
    const entries = await Promise.all(
      ids.map(async (id) => readManifest(await readFile(this.#manifestOf(instance, id), 'utf8'), folder, id)),
    );
    // An id tells the second only, and chance within it.
    return entries.toSorted(
      (a, b) => b.backup.takenAt.compare(a.backup.takenAt) || (a.backup.id < b.backup.id ? 1 : -1),
    );
  }

  /** One backup. Throws `BACKUP_UNKNOWN`. */
  async find(instance: string, id: string): Promise<CataloguedBackup> {
    const entry = (await this.list(instance)).find(({ backup }) => backup.id === id);
    if (entry === undefined) throw new CarryoverError(backupUnknown, { id, instance });
    return entry;
  }

  /**
   * Keeps the newest `keep` proven backups of an instance, and what is newer than the oldest of them; removes the rest.
   * Removes nothing while there are not more proven ones than that. Returns what was removed.
   */
  async prune(instance: string, keep: number): Promise<readonly CataloguedBackup[]> {
    const entries = await this.list(instance);
    const oldestKept = entries.filter(({ backup }) => isProven(backup))[keep - 1];
    if (oldestKept === undefined) return [];
    const removed = entries.slice(entries.indexOf(oldestKept) + 1);
    for (const { backup } of removed) {
      // The manifest goes first: a file without a manifest is garbage, a manifest without its file is a damaged backup.
      await rm(this.#manifestOf(instance, backup.id));
      await rm(backup.file, { force: true });
    }
    return removed;
  }

  #manifestOf(instance: string, id: string): string {
    return path.join(this.folder, instance, `${id}${MANIFEST_ENDING}`);
  }
}
