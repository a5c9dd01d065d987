import { readFile } from 'node:fs/promises';
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

/** The modules that the browser loads, the first of which loads the others. */
export const PAGE_MODULES = [
  'kiosk',
  'ask-door',
  'browser',
  'door',
  'door-answer',
  'door-screen',
  'key-character',
  'kiosk-settings',
  'kiosk-texts',
  'present-outcome',
  'scan-input',
  'scan-reader',
  'setup-form',
  'watch-connection',
  'way-to-setup',
  'write-texts',
] as const;

/** The name of a module of the page. */
export type PageModule = (typeof PAGE_MODULES)[number];

/** `.js` beside the compiled file, `.ts` where the source itself runs. */
const SUFFIX = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** Beside which the others are; only its folder counts, so that it is the same for sources and for what was compiled. */
const FIRST_MODULE = new URL('./page/kiosk.ts', import.meta.url);

const read = new Map<PageModule, Promise<string>>();

/** A module of the page as a browser runs it. Throws an Error of `node:fs` where the file is missing. */
export function pageModule(name: PageModule): Promise<string> {
  const known = read.get(name) ?? load(name);
  read.set(name, known);
  return known;
}

async function load(name: PageModule): Promise<string> {
  const path = fileURLToPath(new URL(`./${name}${SUFFIX}`, FIRST_MODULE));
  const source = await readFile(path, 'utf8');
  return SUFFIX === '.js' ? source : compiled(source);
}

/** What the compiler makes of a file: types are gone, and modules are named by what they became. */
function compiled(source: string): string {
  return nodeModule.stripTypeScriptTypes(source).replaceAll(/(from\s+'\.\/[\w-]+)\.ts'/g, "$1.js'");
}
