import { readFileSync } from 'node:fs';

/** Carryover's own version, from package.json, which stands two folders above both the sources and the build. */
export const toolVersion: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
