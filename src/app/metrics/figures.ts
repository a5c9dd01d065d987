import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Makes the figures of one registry; the names of labels are checked where they are used. */
export class Figures {
  readonly #registers: Registry[];

  constructor(registry: Registry) {
    this.#registers = [registry];
  }

  /** A number that only rises; its name ends in `_total`. */
  counter<Label extends string = never>(name: string, help: string, labels: readonly Label[] = []): Counter<Label> {
    return new Counter({ name, help, labelNames: [...labels], registers: this.#registers });
  }

  /**
   * A number that rises and falls. Processes that serve together find most in the same database, so the highest is true of all; `joined`
   * says otherwise where each has a part of its own, or where the worst off counts.
   */
  gauge<Label extends string = never>(
    name: string,
    help: string,
    {
      labels = [],
      joined = 'max',
    }: { readonly labels?: readonly Label[]; readonly joined?: 'max' | 'min' | 'sum' } = {},
  ): Gauge<Label> {
    return new Gauge({ name, help, labelNames: [...labels], registers: this.#registers, aggregator: joined });
  }

  /** How often values fell into ranges, each given by its upper end. */
  histogram<Label extends string = never>(
    name: string,
    help: string,
    shape: { readonly buckets: readonly number[]; readonly labels?: readonly Label[] },
  ): Histogram<Label> {
    const { buckets, labels = [] } = shape;
    return new Histogram({ name, help, buckets: [...buckets], labelNames: [...labels], registers: this.#registers });
  }
}
