import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { describe } from 'vitest';
import { dialectFor } from '../../../src/sql/dialects/index.ts';
import { testEngine } from '../fresh-database.ts';
import { prepareChromium } from './prepare-chromium.ts';

/**
 * A group of tests that need a browser. They run where the engine is embedded, once: a page speaks to routes, which are tested on
 * every engine, and would say the same on each. Without Chromium they are skipped under a name that says so.
 */
export async function describeInBrowser(name: string, define: (open: () => Promise<Browser>) => void): Promise<void> {
  if (!dialectFor(`${testEngine()}:`).traits.embedded) {
    describe.skip(`${name} (skipped without "embedded": a page is the same on every engine)`, () =>
      define(unavailable));
    return;
  }
  const prepared = await prepareChromium();
  if ('path' in prepared) {
    describe(name, () => define(() => chromium.launch({ executablePath: prepared.path, args: ARGS })));
    return;
  }
  process.stderr.write(`\n${prepared.leftOut}\n\n`);
  describe.skip(`${name} (${prepared.leftOut})`, () => define(unavailable));
}

/** Shared memory is small in containers, and a machine without a graphics card draws faster without pretending to have one. */
const ARGS = ['--disable-dev-shm-usage', '--disable-gpu'];

function unavailable(): Promise<Browser> {
  throw new Error('Cannot open a browser: this suite is left out, against one that runs.');
}
