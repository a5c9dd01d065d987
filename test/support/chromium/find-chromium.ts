import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The names Chromium has in the packages of the systems it comes with. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** What a person types to get it. */
export const HOW_TO_GET_CHROMIUM = 'apt-get install chromium';

/** The environment variable that names a Chromium elsewhere. */
export const CHROMIUM_VARIABLE = 'CARRYOVER_TEST_CHROMIUM';

/** Where Chromium is: as the environment says, else on the search path; undefined when absent. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment[CHROMIUM_VARIABLE];
  if (named !== undefined && named !== '') return isExecutable(named) ? named : undefined;
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const searched = [...folders, '/usr/bin', '/usr/local/bin'];
  return NAMES.flatMap((name) => searched.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
