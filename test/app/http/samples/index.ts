import { billingSamples } from './billing-samples.ts';
import { cutoverSamples } from './cutover-samples.ts';
import { ledgerSamples } from './ledger-samples.ts';
import { noticeSamples } from './notice-samples.ts';
import type { Sample } from './sample.ts';
import { tuitionSamples } from './tuition-samples.ts';

/** A request that goes well for every route there is, by the route's name. */
export const samples: Readonly<Record<string, Sample>> = {
  ...ledgerSamples,
  ...billingSamples,
  ...tuitionSamples,
  ...cutoverSamples,
  ...noticeSamples,
};
