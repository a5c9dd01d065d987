import type { Instant } from '../../base/instant.ts';

/** How many rows of a fact table share an outcome and a reason. */
export interface FactOutcome {
  readonly outcome: 'carried' | 'excluded' | 'quarantined';
  readonly reason: string | null;
  /** What the reason means, from the system; null for carried rows. */
  readonly meaning: string | null;
  readonly rows: bigint;
}

/** A fact table, all of whose rows are accounted for when `rows` is the sum of the outcomes. */
export interface FactCount {
  readonly table: string;
  readonly rows: bigint;
  readonly outcomes: readonly FactOutcome[];
}

/** A check of legacy data, the system's own or one that every system must pass. */
export interface FindingSummary {
  readonly code: string;
  readonly severity: 'info' | 'review' | 'stop';
  readonly title: string;
  /** What the policy in force does about it. */
  readonly treatment: string;
  readonly rows: bigint;
  readonly samples: readonly { readonly subject: string; readonly details: string }[];
  /** True for a `stop` that the config accepts. Checks that every system must pass cannot be accepted. */
  readonly accepted: boolean;
}

/** Accounts there would be. */
export interface AccountCount {
  readonly kind: string;
  readonly unit: string;
  readonly status: string;
  readonly lotted: bigint;
  readonly accounts: bigint;
}

/** Entries there would be, and the sum that each unit's accounts would have. Decimal texts, since sums may leave 64 bits. */
export interface EntrySum {
  readonly unit: string;
  readonly kind: string;
  readonly contra: string;
  readonly entries: bigint;
  readonly amount: string;
}

/** Per unit, the sum by facts and the sum that the independent path expects. */
export interface UnitSum {
  readonly unit: string;
  readonly entries: bigint;
  readonly history: string;
  readonly expected: string;
}

/** What analyze found. Nothing was written to learn it, and one snapshot gave all of it. */
export interface Analysis {
  readonly instance: string;
  readonly system: string;
  readonly asOf: Instant;
  readonly serverVersion: string;
  /** SHA-256 of the legacy schema text, Carryover's own objects and views left out. */
  readonly legacySchemaSha256: string;
  readonly facts: readonly FactCount[];
  readonly findings: readonly FindingSummary[];
  readonly accounts: readonly AccountCount[];
  readonly entries: readonly EntrySum[];
  readonly units: readonly UnitSum[];
  /** Legacy against itself: accounts compared by facts and by the independent path, and how many differ. */
  readonly reconciliation: { readonly accounts: bigint; readonly different: bigint };
  readonly seconds: number;
}

/** Rows of all fact tables. */
export function factRows(analysis: Pick<Analysis, 'facts'>): bigint {
  return analysis.facts.reduce((sum, fact) => sum + fact.rows, 0n);
}

/** Quarantined rows by reason, with their number in all. */
export function quarantinedRows(facts: readonly FactCount[]): { readonly rows: bigint; readonly reasons: string } {
  const quarantined = facts.flatMap(({ outcomes }) => outcomes.filter(({ outcome }) => outcome === 'quarantined'));
  const rows = quarantined.reduce((sum, outcome) => sum + outcome.rows, 0n);
  return { rows, reasons: quarantined.map((outcome) => `${outcome.rows} ${outcome.reason}`).join(', ') };
}

/** Findings that keep a cutover from starting. */
export function openStops(findings: readonly FindingSummary[]): readonly FindingSummary[] {
  return findings.filter(({ severity, rows, accepted }) => severity === 'stop' && rows > 0n && !accepted);
}
