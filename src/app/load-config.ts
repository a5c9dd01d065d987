import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createJiti } from 'jiti';
import { CarryoverError } from '../base/errors.ts';
import { configInvalid, configMissing } from './app-errors.ts';
import { checkValue } from '../base/check-value.ts';
import { configSchema, defineConfig, type CarryoverConfig } from './config.ts';

/** File names looked for, in this order. */
export const CONFIG_FILE_NAMES: readonly string[] = [
  'carryover.config.ts',
  'carryover.config.mjs',
  'carryover.config.js',
  'carryover.config.json',
];

/**
 * What a configuration imports from this package. Given by name, so that a configuration loads as well where the package is not
 * installed beside it, as when a command is run from a clone.
 */
const CONFIG_IMPORTS = { carryover: { defineConfig } };

/** A configuration and where it stands; relative paths inside it are relative to `folder`. */
export interface LoadedConfig {
  readonly file: string;
  readonly folder: string;
  readonly config: CarryoverConfig;
}

/** Loads and checks the configuration of a folder, or the named file. Throws `CONFIG_MISSING`, `CONFIG_INVALID`. */
export async function loadConfig(folder: string, named?: string): Promise<LoadedConfig> {
  const candidates =
    named === undefined ? CONFIG_FILE_NAMES.map((file) => path.join(folder, file)) : [path.resolve(folder, named)];
  const file = candidates.find((candidate) => existsSync(candidate));
  if (file === undefined)
    throw new CarryoverError(configMissing, {
      folder,
      looked: candidates.map((candidate) => path.basename(candidate)),
    });
  const checked = checkValue<CarryoverConfig>(configSchema, await readConfig(file));
  if ('flaw' in checked) throw new CarryoverError(configInvalid, { file: path.basename(file), ...checked.flaw });
  return { file, folder: path.dirname(file), config: checked.value };
}

async function readConfig(file: string): Promise<unknown> {
  try {
    if (file.endsWith('.json')) return JSON.parse(await readFile(file, 'utf8'));
    return await createJiti(import.meta.url, { virtualModules: CONFIG_IMPORTS }).import(file, { default: true });
  } catch (error) {
    const found = error instanceof Error ? error.message.split('\n')[0] : 'something that cannot be loaded';
    throw new CarryoverError(
      configInvalid,
      {
        file: path.basename(file),
        path: '(the whole file)',
        found: found ?? '',
        expected: 'a module with a default export, or JSON',
      },
      error,
    );
  }
}
