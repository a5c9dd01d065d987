import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client';

/** The figures of one process, as they go from process to process. */
export type ProcessFigures = readonly MetricObjectWithValues<MetricValue<string>>[];

/** How one of several processes tells the figures of all. */
export interface FiguresLink {
  /** Says where the figures of this process come from; they are asked for whenever somebody wants those of all. */
  open(own: () => Promise<ProcessFigures>): void;
  /** The figures of all in the text format of Prometheus. */
  figuresText(): Promise<string>;
}

/** What a registry has to tell now. */
export function figuresOf(registry: Registry): Promise<ProcessFigures> {
  return registry.getMetricsAsJSON();
}

/** Figures of several processes as one: what rises is added up, and each gauge says by its `aggregator` how it is joined. */
export function joinFigures(all: readonly ProcessFigures[]): Promise<ProcessFigures> {
  return figuresOf(joined(all));
}

/** The same in the text format of Prometheus. */
export function textOfFigures(all: readonly ProcessFigures[]): Promise<string> {
  return joined(all).metrics();
}

/** What stays true of a process when it has ended: what it had counted. Its gauges ended with it. */
export function countedFigures(figures: ProcessFigures): ProcessFigures {
  // The text and not the enumeration, which this is not once it has gone from process to process.
  return figures.filter(({ type }) => String(type) !== 'gauge');
}

function joined(all: readonly ProcessFigures[]): Registry {
  return AggregatorRegistry.aggregate([...all]);
}
