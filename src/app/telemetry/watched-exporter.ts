import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { TelemetryLogger } from './open-telemetry.ts';

type Spans = Parameters<SpanExporter['export']>[0];
type Answer = Parameters<SpanExporter['export']>[1];

/** A collector that is away for an hour is worth sixty lines, not one for every batch. */
const LOG_EVERY_MS = 60_000;

/** An exporter whose failures are told to the log, once a minute at most, with how many spans were lost since the last line. */
export class WatchedExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #logger: TelemetryLogger;
  readonly #clockMs: () => number;
  #loggedMs = Number.NEGATIVE_INFINITY;
  #lost = 0;

  constructor(exporter: SpanExporter, logger: TelemetryLogger, clockMs: () => number = () => performance.now()) {
    this.#exporter = exporter;
    this.#logger = logger;
    this.#clockMs = clockMs;
  }

  export(spans: Spans, answer: Answer): void {
    this.#exporter.export(spans, (result) => {
      // The enumeration of results is in a package that is not ours; its zero is success.
      if (Number(result.code) !== 0) this.#tell(spans.length, result.error);
      answer(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  #tell(spans: number, error: Error | undefined): void {
    this.#lost += spans;
    const nowMs = this.#clockMs();
    if (nowMs - this.#loggedMs < LOG_EVERY_MS) return;
    this.#logger.warn({ code: codeOf(error), spansLost: this.#lost }, 'spans could not be exported');
    this.#loggedMs = nowMs;
    this.#lost = 0;
  }
}

/** The code or the status, and never the text, which may hold an address. */
function codeOf(error: Error | undefined): string | number {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: string };
  return typeof code === 'string' || typeof code === 'number' ? code : (name ?? 'unknown');
}
