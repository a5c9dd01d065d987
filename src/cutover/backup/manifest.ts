import path from 'node:path';
import { CarryoverError } from '../../base/errors.ts';
import { Instant } from '../../base/instant.ts';
import type { Backup, ProvenBackup } from '../backup-gate.ts';
import { backupDamaged } from './backup-errors.ts';

/** The form of the manifests this release writes; a reader refuses others rather than guessing. */
const MANIFEST_FORM = 1;

/** A backup with what it was taken for. */
export interface CataloguedBackup {
  readonly backup: Backup | ProvenBackup;
  readonly purpose: { readonly system: string; readonly planHash: string };
}

/** The manifest's text: JSON, bigints as decimal strings, the file by its name alone so that the folder can be moved. */
export function writeManifest({ backup, purpose }: CataloguedBackup): string {
  const { file, ...rest } = backup;
  const content = { form: MANIFEST_FORM, file: path.basename(file), purpose, ...rest };
  return `${JSON.stringify(content, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 2)}\n`;
}

/** Reads a manifest's text; `folder` is where it stands. Throws `BACKUP_DAMAGED`. */
export function readManifest(text: string, folder: string, id: string): CataloguedBackup {
  try {
    const content = JSON.parse(text) as ManifestJson;
    if (content.form !== MANIFEST_FORM) throw new Error(`form ${String(content.form)}`);
    const { form: _form, purpose, file, ...rest } = content;
    const tables = rest.fingerprint.tables.map((table) => ({ ...table, rows: BigInt(table.rows) }));
    const backup = {
      ...rest,
      file: path.join(folder, path.basename(file)),
      bytes: BigInt(rest.bytes),
      takenAt: Instant.parse(rest.takenAt),
      fingerprint: { ...rest.fingerprint, tables },
    };
    if (backup.state === 'proven') {
      return {
        purpose,
        backup: {
          ...backup,
          state: 'proven',
          provenAt: Instant.parse(rest.provenAt ?? ''),
          restoreSeconds: rest.restoreSeconds ?? 0,
        },
      };
    }
    return { purpose, backup: { ...backup, state: 'taken' } };
  } catch (error) {
    throw new CarryoverError(
      backupDamaged,
      { id, found: 'a manifest that cannot be read', expected: `a manifest of form ${MANIFEST_FORM}` },
      error,
    );
  }
}

interface ManifestJson {
  readonly form: unknown;
  readonly purpose: CataloguedBackup['purpose'];
  readonly state: 'taken' | 'proven';
  readonly id: string;
  readonly instance: string;
  readonly file: string;
  readonly bytes: string;
  readonly sha256: string;
  readonly takenAt: string;
  readonly toolVersion: string;
  readonly serverVersion: string;
  readonly takeSeconds: number;
  readonly provenAt?: string;
  readonly restoreSeconds?: number;
  readonly fingerprint: {
    readonly schemaSha256: string;
    readonly tables: readonly { readonly name: string; readonly rows: string; readonly digest: string }[];
  };
}
