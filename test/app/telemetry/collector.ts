import { vi } from 'vitest';
import { HttpReceiver, type ReceivedRequest } from '../../support/receivers/http-receiver.ts';

interface WireValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
}

interface WireAttribute {
  readonly key: string;
  readonly value: WireValue;
}

interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly WireAttribute[];
  readonly status: { readonly code?: number };
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface WireExport {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WireAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

/** A span as it arrived. */
export interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
  readonly kind: 'internal' | 'server' | 'client';
  readonly facts: Readonly<Record<string, string | number | undefined>>;
  readonly isFault: boolean;
  readonly links: readonly string[];
}

const KINDS = [undefined, 'internal', 'server', 'client'] as const;
const STATUS_ERROR = 2;

/** Stands for a collector of OpenTelemetry: takes OTLP as JSON on the loopback and keeps it. */
export class Collector {
  readonly #http: HttpReceiver;

  private constructor(http: HttpReceiver) {
    this.#http = http;
  }

  /** Opens one that answers as told; 200 unless told. */
  static async open(answer: HttpReceiver['answer'] = () => ({ status: 200 })): Promise<Collector> {
    return new Collector(await HttpReceiver.open(answer));
  }

  /** The environment of a service that sends its spans here, without waiting for more of them. */
  get environment(): Readonly<Record<string, string>> {
    return { OTEL_EXPORTER_OTLP_ENDPOINT: this.#http.url, OTEL_BSP_SCHEDULE_DELAY: '20' };
  }

  get requests(): readonly ReceivedRequest[] {
    return this.#http.requests;
  }

  /** All that arrived, as text. */
  get text(): string {
    return this.#http.requests
      .map(({ path, headers, body }) => `${path} ${JSON.stringify(headers)} ${body}`)
      .join('\n');
  }

  get spans(): readonly CollectedSpan[] {
    return this.#exports.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(collected))),
    );
  }

  /** What the spans of the first export come from. */
  get resource(): CollectedSpan['facts'] {
    return factsOf(this.#exports[0]?.resourceSpans[0]?.resource.attributes ?? []);
  }

  /** The first span that fits, once it has arrived. */
  async span(fits: (span: CollectedSpan) => boolean): Promise<CollectedSpan> {
    return vi.waitUntil(() => this.spans.find(fits), { timeout: 20_000, interval: 10 });
  }

  /** The first span of that name, once it has arrived. */
  named(name: string): Promise<CollectedSpan> {
    return this.span((span) => span.name === name);
  }

  /** The spans that are part of another, by what has arrived. */
  childrenOf({ spanId }: CollectedSpan): readonly CollectedSpan[] {
    return this.spans.filter(({ parentSpanId }) => parentSpanId === spanId);
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  get #exports(): readonly WireExport[] {
    return this.#http.requests.map(({ body }) => JSON.parse(body) as WireExport);
  }
}

function collected(span: WireSpan): CollectedSpan {
  const kind = KINDS[span.kind];
  if (kind === undefined) throw new Error(`The span ${span.name} is of the kind ${span.kind}.`);
  return {
    name: span.name,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    kind,
    facts: factsOf(span.attributes),
    isFault: span.status.code === STATUS_ERROR,
    links: (span.links ?? []).map(({ spanId }) => spanId),
  };
}

function factsOf(attributes: readonly WireAttribute[]): CollectedSpan['facts'] {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? (value.intValue === undefined ? undefined : Number(value.intValue)),
    ]),
  );
}
