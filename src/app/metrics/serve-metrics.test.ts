import { describe, expect, test } from 'vitest';
import { CarryoverError } from '../../base/errors.ts';
import { ledgerQueueFull } from '../../ledger/ledger-errors.ts';
import type { Outcome } from '../../ledger/types.ts';
import { ServeMetrics } from './serve-metrics.ts';

const LABELS = new Set(['outcome', 'code', 'method', 'route', 'status', 'system', 'job', 'action', 'reason']);
const after: Outcome['after'] = [];

describe('service metrics', () => {
  test('no label can hold an owner, a key or an id', () => {
    const figures = new ServeMetrics().registry.getMetricsAsArray() as unknown as readonly {
      readonly labelNames: readonly string[];
    }[];
    expect(figures.length).toBeGreaterThan(20);
    expect(figures.flatMap(({ labelNames }) => labelNames).filter((label) => !LABELS.has(label))).toEqual([]);
  });

  test('counters end in _total, and what is measured says its unit', () => {
    for (const { name, type } of new ServeMetrics().registry.getMetricsAsArray()) {
      expect(name).toMatch(/^carryover_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(String(type) === 'counter');
      if (String(type) === 'histogram') expect(name).toMatch(/_(?:seconds|commands)$/);
    }
  });

  test('the ledger is heard: posts by outcome, refusals by code, batches and failures', async () => {
    const metrics = new ServeMetrics();
    const { ledgerObserver: ledger } = metrics;
    ledger.batchStarted(3);
    ledger.answered(0.004);
    const refused: Outcome = { status: 'refused', code: 'LEDGER_FLOOR_BREACHED', detail: {}, after };
    ledger.decided([{ status: 'posted', after }, { status: 'posted', after }, refused]);
    ledger.failed(new CarryoverError(ledgerQueueFull, { waiting: 2, waitingMax: 1 }));
    ledger.failed(new Error('a driver said something about ann@example.com'));
    const text = await metrics.text();
    expect(text).toContain('carryover_posts_total{outcome="posted"} 2');
    expect(text).toContain('carryover_posts_total{outcome="refused"} 1');
    expect(text).toContain('carryover_refusals_total{code="LEDGER_FLOOR_BREACHED"} 1');
    expect(text).toContain('carryover_batch_commands_bucket{le="5"} 1');
    expect(text).toContain('carryover_post_seconds_bucket{le="0.005"} 1');
    expect(text).toContain('carryover_post_failures_total{code="LEDGER_QUEUE_FULL"} 1');
    expect(text).toContain('carryover_post_failures_total{code="UNEXPECTED"} 1');
    expect(text).not.toContain('ann@example.com');
  });

  test('a request counts by route, and an answered error by its code', async () => {
    const metrics = new ServeMetrics();
    const request = { method: 'POST', route: '/api/v1/transfers', seconds: 0.02 };
    metrics.requestEnded({ ...request, status: 201 });
    metrics.requestEnded({ ...request, status: 409, code: 'LEDGER_KEY_REUSED' });
    const text = await metrics.text();
    expect(text).toContain('carryover_request_seconds_count{method="POST",route="/api/v1/transfers",status="409"} 1');
    expect(text).toContain('carryover_request_errors_total{code="LEDGER_KEY_REUSED"} 1');
  });

  test('failures of a job begin at 0, so that the first one is a rise', async () => {
    const metrics = new ServeMetrics();
    metrics.jobEnded({ system: 'service', job: 'sweep', outcome: 'done', seconds: 1 });
    expect(await metrics.text()).toContain('carryover_job_failures_total{system="service",job="sweep"} 0');
    metrics.jobEnded({ system: 'service', job: 'sweep', outcome: 'lost', seconds: 1 });
    expect(await metrics.text()).toContain('carryover_job_failures_total{system="service",job="sweep"} 0');
  });

  test('two processes in one, as in tests, do not share figures; Node itself is measured only where asked', async () => {
    const [one, other] = [new ServeMetrics(), new ServeMetrics()];
    one.adminActions.inc({ action: 'adjust-credits' });
    expect(await other.text()).not.toContain('adjust-credits');
    expect(await other.text()).not.toContain('process_cpu');
    expect(one.contentType).toContain('text/plain');
  });
});
