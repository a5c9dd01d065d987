import { cpus } from 'node:os';
import type { Engine } from '../test/support/engines.ts';

/** Where a scenario runs. */
export interface BenchTarget {
  readonly engine: Engine;
  /** A server of its own that writes to disk as in production; empty for an engine without a server. */
  readonly serverUrl: string;
  /** For progress and tables on a terminal; a scenario prints nothing by itself. */
  readonly say: (line: string) => void;
}

/** What a scenario found. `ratios` are ours over the baseline's of the same run, which is what may be compared between machines. */
export interface BenchFindings {
  readonly ratios: Readonly<Record<string, number>>;
  readonly figures: Readonly<Record<string, number>>;
}

/** One scenario of the registry. */
export interface BenchScenario {
  readonly name: string;
  /** One line for the list of scenarios. */
  readonly title: string;
  run(target: BenchTarget): Promise<BenchFindings>;
}

/** The machine in a few words, for the record of a run. */
export function machine(): string {
  const cores = cpus();
  return `${cores.length} x ${cores[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}`;
}

/** The middle of some figures. */
export function median(figures: readonly number[]): number {
  const ordered = figures.toSorted((one, other) => one - other);
  const middle = ordered.length / 2;
  const [low, high] = [ordered[Math.ceil(middle) - 1], ordered[Math.floor(middle)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** Cuts a figure to what a bench can tell: three significant digits below 1,000, whole numbers above. */
export function rounded(figure: number): number {
  return Math.abs(figure) >= 1000 ? Math.round(figure) : Number(figure.toPrecision(3));
}
