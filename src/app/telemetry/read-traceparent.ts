import type { RemoteSpan } from './telemetry.ts';

/** Version, trace, span, flags; a version to come may have more behind it. */
const FORM = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

const SAMPLED = 1;

/**
 * Reads the header `traceparent` of W3C Trace Context; undefined where it is missing or of another form, and the request then begins a trace
 * of its own. The header `tracestate` is not read: what others write there must not leave with our spans.
 */
export function readTraceparent(header: string | readonly string[] | undefined): RemoteSpan | undefined {
  if (typeof header !== 'string') return undefined;
  const [, version, traceId, spanId, flags, more] = FORM.exec(header.trim()) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === '00' && more !== undefined) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}
