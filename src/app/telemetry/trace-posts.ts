import type { PosterTracer, TracedBatch, TracedCall, TracedWork } from '../../ledger/poster/poster-tracer.ts';
import type { PosterObserver } from '../../ledger/poster/poster.ts';
import type { Outcome } from '../../ledger/types.ts';
import { currentSpan, failureCode, withinSpan } from './current-span.ts';
import type { Telemetry, TelemetrySpan } from './telemetry.ts';

/**
 * Records a span for each call to the ledger, part of whatever calls, and one for each batch, part of the first call in it; the other calls
 * of that batch are linked to it.
 */
const posterTracer: PosterTracer = {
  callStarted(commands) {
    const span = currentSpan()?.child({ name: 'ledger.post', facts: { 'carryover.ledger.commands': commands } });
    return span === undefined ? undefined : new PostedCall(span);
  },
};

/** For a process that keeps no figures. */
const unheard: PosterObserver = {
  batchStarted: () => undefined,
  answered: () => undefined,
  decided: () => undefined,
  failed: () => undefined,
};

/** What a ledger tells `observer`, and its calls and batches one by one besides where there is telemetry. */
export function tracedObserver(telemetry: Telemetry | undefined, observer: PosterObserver = unheard): PosterObserver {
  return telemetry === undefined ? observer : { ...observer, trace: posterTracer };
}

/** Work of the ledger in a span of its own. */
class PostedWork implements TracedWork {
  readonly span: TelemetrySpan;

  constructor(span: TelemetrySpan) {
    this.span = span;
  }

  ended(outcomes: readonly Outcome[], failure?: { readonly error: unknown }): void {
    const counts: Record<string, number> = {};
    for (const { status } of outcomes) {
      const name = `carryover.ledger.${status}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    this.span.set(counts);
    if (failure !== undefined) this.span.fail(failureCode(failure.error));
    this.span.end();
  }
}

class PostedCall extends PostedWork implements TracedCall {
  batchStarted(commands: number, others: readonly TracedCall[]): TracedBatch {
    const facts = { 'carryover.ledger.commands': commands };
    const batch = this.span.child({ name: 'ledger.batch', facts });
    for (const other of others) if (other instanceof PostedCall) other.span.link(batch);
    return new PostedBatch(batch);
  }
}

class PostedBatch extends PostedWork implements TracedBatch {
  within<T>(work: () => T): T {
    return withinSpan(this.span, work);
  }
}
