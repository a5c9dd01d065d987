import { chosenEngines, HOW_TO_START, TEST_ENGINES } from '../test/support/engines.ts';
import type { Engine } from '../test/support/engines.ts';
import { isEngineAvailable } from '../test/support/servers.ts';
import { canInstallEngines, installEngines } from './install-engine.ts';

/** Which engines this run tests, and why the others are left out. */
export interface PreparedEngines {
  readonly engines: readonly Engine[];
  /** One line for each engine that is left out. */
  readonly leftOut: readonly string[];
}

/**
 * Finds out which of the wanted engines can be tested here, and installs the missing ones from Debian's packages where
 * this run is root on Debian. Throws an Error when ENGINES names an unknown engine.
 */
export async function prepareEngines(wanted: readonly Engine[] = TEST_ENGINES): Promise<PreparedEngines> {
  const chosen = chosenEngines().filter((engine) => wanted.includes(engine));
  const missing = chosen.filter((engine) => !isEngineAvailable(engine));
  const installFailure = missing.length > 0 && canInstallEngines() ? await tryToInstall(missing) : undefined;
  const leftOut = wanted.flatMap((engine) => {
    if (!chosen.includes(engine)) return [`${engine} is left out: ENGINES does not name it.`];
    if (isEngineAvailable(engine)) return [];
    const why = installFailure === undefined ? '' : ` ${installFailure}`;
    return [`${engine} is left out: no server found.${why} Start it with "${HOW_TO_START[engine]}".`];
  });
  return { engines: chosen.filter(isEngineAvailable), leftOut };
}

async function tryToInstall(engines: readonly Engine[]): Promise<string | undefined> {
  process.stdout.write(`Installing the servers of ${engines.join(' and ')} from Debian's packages ...\n`);
  try {
    await installEngines(engines);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
