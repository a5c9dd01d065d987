import { posix } from 'node:path';
import type { RepositoryFile } from './repository-files.ts';
import { importedModules } from './source-scan.ts';

/** Which folders of `src/` a folder may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  // Runs in browsers, so it knows nothing of the rest but what was generated into it.
  client: [],
  sql: ['base'],
  ledger: ['base', 'sql'],
  cutover: ['base', 'sql', 'ledger'],
  http: ['base'],
  notices: ['base', 'sql'],
  payments: ['base', 'sql', 'http'],
  systems: ['base', 'sql', 'ledger', 'cutover', 'http', 'notices', 'payments'],
  app: ['base', 'sql', 'ledger', 'cutover', 'http', 'notices', 'payments', 'systems'],
  cli: ['base', 'sql', 'ledger', 'cutover', 'http', 'notices', 'payments', 'systems', 'app'],
};

/** The packages that speak to one engine. */
const DRIVERS = new Set(['better-sqlite3', 'pg', 'mysql2']);

/** The imports of a file of `src/` that break the order of the folders, one message each. */
export function importFlaws(file: RepositoryFile): readonly string[] {
  return importedModules(file.text).flatMap((module) => {
    const flaw = module.startsWith('.') ? relativeFlaw(file.path, module) : packageFlaw(file.path, module);
    return flaw === undefined ? [] : [`${file.path} imports ${module}: ${flaw}`];
  });
}

function packageFlaw(path: string, module: string): string | undefined {
  const name = module.split('/')[0] ?? '';
  return DRIVERS.has(name) && !path.startsWith('src/sql/dialects/')
    ? 'only src/sql/dialects/ speaks to a driver.'
    : undefined;
}

function relativeFlaw(path: string, module: string): string | undefined {
  const target = posix.join(posix.dirname(path), module);
  // Unit tests do not ship, and may use what the tests share, such as the model that the kernel is held against.
  if (target.startsWith('test/') && path.endsWith('.test.ts')) return undefined;
  if (!target.startsWith('src/')) return 'it leaves src/, and only src/ ships.';
  if (!/\.(?:ts|json)$/.test(target)) return 'the suffix .ts is missing.';
  const from = folderOf(path);
  const to = folderOf(target);
  // The file that makes the package's public face gathers from everywhere.
  if (from === undefined)
    return path === 'src/index.ts' ? undefined : 'only src/index.ts may stand outside the folders.';
  if (to === undefined) return 'nothing imports the public face from inside.';
  if (from !== to) return (MAY_IMPORT[from] ?? []).includes(to) ? undefined : `${from}/ may not import ${to}/.`;
  return from === 'systems' ? systemFlaw(path, target) : undefined;
}

/** A system may import what all systems share (`src/systems/x.ts`); nothing in `systems/` may import another system. */
function systemFlaw(path: string, target: string): string | undefined {
  const targetSystem = systemOf(target);
  if (targetSystem === undefined || targetSystem === systemOf(path)) return undefined;
  return `the system ${targetSystem} is not to be imported here; what two systems need stands left of them.`;
}

function folderOf(path: string): string | undefined {
  const parts = path.split('/');
  return parts.length > 2 ? parts[1] : undefined;
}

function systemOf(path: string): string | undefined {
  const parts = path.split('/');
  return parts.length > 3 ? parts[2] : undefined;
}

/** The complaint about a folder of `src/` whose place in the order nobody has decided, or undefined. */
export function unknownFolderFlaw(file: RepositoryFile): string | undefined {
  const folder = folderOf(file.path);
  return folder === undefined || folder in MAY_IMPORT
    ? undefined
    : `${file.path}: src/${folder}/ has no place in the order.`;
}
