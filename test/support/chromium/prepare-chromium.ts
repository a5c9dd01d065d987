import { CHROMIUM_VARIABLE, findChromium, HOW_TO_GET_CHROMIUM } from './find-chromium.ts';
import { canInstallChromium, installChromium } from './install-chromium.ts';

/** A Chromium to test with, or the sentence that says why there is none. */
export type PreparedChromium = { readonly path: string } | { readonly leftOut: string };

/**
 * Finds Chromium, and installs it from Debian's packages where it is missing and this run is root on Debian. Throws an Error
 * where it stays missing with CI=true: there, tests that are left out would pass for tests that ran.
 */
export async function prepareChromium(): Promise<PreparedChromium> {
  const found = findChromium();
  if (found !== undefined) return { path: found };
  const isNamed = (process.env[CHROMIUM_VARIABLE] ?? '') !== '';
  const failure = !isNamed && canInstallChromium() ? await tryToInstall() : undefined;
  const installed = findChromium();
  if (installed !== undefined) return { path: installed };
  const why = failure === undefined ? '' : ` ${failure}`;
  const leftOut =
    `The tests in a browser are left out: no Chromium found.${why} ` +
    `Get it with "${HOW_TO_GET_CHROMIUM}", or name one in ${CHROMIUM_VARIABLE}.`;
  if (process.env['CI'] === 'true' || process.env['CI'] === '1') throw new Error(leftOut);
  return { leftOut };
}

async function tryToInstall(): Promise<string | undefined> {
  process.stdout.write("Installing Chromium from Debian's packages ...\n");
  try {
    await installChromium();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
