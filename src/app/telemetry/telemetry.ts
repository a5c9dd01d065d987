/**
 * What is told of a span: names, codes and counts that are the same for many. Never an owner, an address with its parameters, a key, a body
 * or a text that somebody wrote: spans leave the house.
 */
export type SpanFacts = Readonly<Record<string, string | number>>;

/** How a span begins. */
export interface SpanStart {
  /** One of few, such as `GET /api/accounts/:accountId`. */
  readonly name: string;
  /** `server` for a request that came, `client` for one that goes out, `internal` unless said otherwise. */
  readonly kind?: 'server' | 'client' | 'internal';
  readonly facts?: SpanFacts;
  /** For work that began so many milliseconds before it was told of. */
  readonly agoMs?: number;
}

/** The span of another program that a request continues, as its `traceparent` names it. */
export interface RemoteSpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** A piece of work that is being recorded. Calls after `end` do nothing. */
export interface TelemetrySpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Begins work that is part of this one; it may end later. */
  child(start: SpanStart): TelemetrySpan;
  /** Says that this work went on in another span, of whatever trace. */
  link(other: TelemetrySpan): void;
  set(facts: SpanFacts): void;
  /** Says with which code the work failed. `isFault` is false for what was refused as it should be; true unless said otherwise. */
  fail(code: string, isFault?: boolean): void;
  end(): void;
}

/** Where spans begin and from where they are sent. */
export interface Telemetry {
  /** Begins a trace, or continues one; undefined for a trace that is not sampled, of which nothing is recorded. */
  begin(start: SpanStart, parent?: RemoteSpan): TelemetrySpan | undefined;
  /** Sends what is finished and has not been sent, within seconds. Never rejects; calling it again changes nothing. */
  close(): Promise<void>;
}
