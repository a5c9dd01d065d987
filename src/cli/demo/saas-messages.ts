import type { DemoHint } from './demo-hints.ts';

/** What the process of the SaaS is told to do. */
export interface SaasOrder {
  /** Prepared by the parent. */
  readonly folder: string;
  readonly users: number;
  readonly json: boolean;
  readonly color: boolean;
  readonly debug: boolean;
}

/** What somebody is to try in the SaaS's folder once it was carried, and with which user. */
export interface SaasStory {
  readonly hints: readonly DemoHint[];
  readonly userId: string;
}

/** What the process of the SaaS says, in order: lines as a command prints them, each with its end, then how it ended. */
export type SaasMessage =
  | { readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly carried: SaasStory }
  /** It has told the error by then. */
  | { readonly failed: number };
