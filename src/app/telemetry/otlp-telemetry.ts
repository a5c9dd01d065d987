import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import { toolVersion } from '../tool-version.ts';
import type { TelemetryLogger } from './open-telemetry.ts';
import type { SamplerSettings, TelemetrySettings } from './telemetry-settings.ts';
import type { RemoteSpan, SpanFacts, SpanStart, Telemetry, TelemetrySpan } from './telemetry.ts';
import { WatchedExporter } from './watched-exporter.ts';

/** How long the end of a service waits for its last spans: they are worth less than a restart in time. */
const CLOSE_MS_MAX = 5_000;

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** What `OtlpTelemetry` is made of. */
export interface OtlpOptions {
  readonly settings: TelemetrySettings;
  readonly instance: string;
  readonly logger: TelemetryLogger;
}

/**
 * Spans by OpenTelemetry's SDK, sent by OTLP in batches from memory: a collector that is slow or away costs the spans that the buffer cannot
 * hold, and never a request. Registers nothing globally, so that what an application sets up for itself stays as it is.
 */
export class OtlpTelemetry implements Telemetry {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  #closed: Promise<void> | undefined;

  constructor({ settings, instance, logger }: OtlpOptions) {
    const { gatherMs, headers, sampler, serviceName, timeoutMs, url } = settings;
    const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: timeoutMs });
    const own = { 'service.name': 'carryover', 'service.version': toolVersion, 'carryover.instance': instance };
    // Only what the environment says besides: detectors of hosts and processes tell command lines and people's names.
    const resource = defaultResource()
      .merge(resourceFromAttributes(own))
      .merge(detectResources({ detectors: [resourceAttributesEnvDetector] }))
      .merge(resourceFromAttributes(serviceName === undefined ? {} : { 'service.name': serviceName }));
    this.#provider = new TracerProvider({
      resource,
      sampler: samplerOf(sampler),
      spanProcessors: [
        new BatchSpanProcessor({ exporter: new WatchedExporter(exporter, logger), scheduledDelayMillis: gatherMs }),
      ],
    });
    this.#tracer = this.#provider.getTracer('carryover', toolVersion);
  }

  begin(start: SpanStart, parent?: RemoteSpan): TelemetrySpan | undefined {
    const span = startSpan(this.#tracer, start, parent === undefined ? ROOT_CONTEXT : contextOf(parent));
    return span.isRecording() ? new OtlpSpan(this.#tracer, span) : undefined;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, CLOSE_MS_MAX);
    // What could not be sent has been told by the exporter.
    await Promise.race([this.#provider.shutdown().catch(() => undefined), late.promise]);
    clearTimeout(timer);
  }
}

class OtlpSpan implements TelemetrySpan {
  readonly #tracer: Tracer;
  readonly #span: Span;

  constructor(tracer: Tracer, span: Span) {
    this.#tracer = tracer;
    this.#span = span;
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  child(start: SpanStart): TelemetrySpan {
    return new OtlpSpan(this.#tracer, startSpan(this.#tracer, start, trace.setSpan(ROOT_CONTEXT, this.#span)));
  }

  link(other: TelemetrySpan): void {
    if (other instanceof OtlpSpan) this.#span.addLink({ context: other.#span.spanContext() });
  }

  set(facts: SpanFacts): void {
    this.#span.setAttributes({ ...facts });
  }

  fail(code: string, isFault = true): void {
    this.#span.setAttribute('error.type', code);
    if (isFault) this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.#span.end();
  }
}

function startSpan(tracer: Tracer, { name, kind = 'internal', facts, agoMs }: SpanStart, context: Context): Span {
  const options = {
    kind: KINDS[kind],
    attributes: { ...facts },
    ...(agoMs === undefined ? {} : { startTime: new Date(Date.now() - agoMs) }),
  };
  return tracer.startSpan(name, options, context);
}

function contextOf({ traceId, spanId, isSampled }: RemoteSpan): Context {
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

/** A ratio of 1 takes every trace and one of 0 none, which makes them the samplers that the standard calls always on and always off. */
function samplerOf({ followsParent, ratio }: SamplerSettings): Sampler {
  const root = new TraceIdRatioBasedSampler(ratio);
  return followsParent ? new ParentBasedSampler({ root }) : root;
}
