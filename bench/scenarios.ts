import type { BenchScenario } from './bench-scenario.ts';
import { liveCutover } from './live-cutover.ts';
import { posting } from './posting.ts';
import { verify } from './verify.ts';
import { api } from './api.ts';
import { backfill } from './backfill.ts';
import { growth } from './growth.ts';
import { load } from './load.ts';

/** Every scenario there is. A new one is a file beside this and a line here. */
export const scenarios: readonly BenchScenario[] = [posting, verify, backfill, liveCutover, growth, api, load];
