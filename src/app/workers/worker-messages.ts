import type { ProcessFigures } from './process-figures.ts';

/** What a worker tells the process that started it. */
export type FromWorker =
  /** `firstKey` is an administrator's, where this was the first start. */
  | { readonly kind: 'serving'; readonly address: string; readonly firstKey: string | undefined }
  /** Somebody asked this worker for the figures of all. */
  | { readonly kind: 'joined-wanted'; readonly ask: number }
  | { readonly kind: 'figures'; readonly ask: number; readonly figures: ProcessFigures };

/** What a worker is told. */
export type ToWorker =
  | { readonly kind: 'figures-wanted'; readonly ask: number }
  /** Without a text where they could not be joined. */
  | { readonly kind: 'joined'; readonly ask: number; readonly text: string | undefined };

/** The environment variable that tells a worker its place, counted from 1. The one whose place is taken over after an end has the same. */
export const PLACE_VARIABLE = 'CARRYOVER_WORKER';
