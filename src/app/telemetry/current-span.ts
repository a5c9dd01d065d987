import { AsyncLocalStorage } from 'node:async_hooks';
import { CarryoverError } from '../../base/errors.ts';
import type { SpanStart, TelemetrySpan } from './telemetry.ts';

const spans = new AsyncLocalStorage<TelemetrySpan>();

/** The code of a failure that is none of Carryover's own errors, as in metrics and job rows. */
const UNEXPECTED = 'UNEXPECTED';

/** The span of the work that calls; undefined where nothing is recorded. */
export function currentSpan(): TelemetrySpan | undefined {
  return spans.getStore();
}

/** Does work, and what it starts, as part of a span that the caller ends; without a span it is just done. */
export function withinSpan<T>(span: TelemetrySpan | undefined, work: () => T): T {
  return span === undefined ? work() : spans.run(span, work);
}

/** Does work in a span of its own, part of the current one; where nothing is recorded it is just done. Rejects with what the work throws. */
export async function inChildSpan<T>(start: SpanStart, work: (span?: TelemetrySpan) => Promise<T>): Promise<T> {
  const span = currentSpan()?.child(start);
  if (span === undefined) return work();
  try {
    return await spans.run(span, () => work(span));
  } catch (error) {
    span.fail(failureCode(error));
    throw error;
  } finally {
    span.end();
  }
}

/** What a span may say of a failure: a driver's or a provider's own text may hold values. */
export function failureCode(error: unknown): string {
  return error instanceof CarryoverError ? error.code : UNEXPECTED;
}
