import { describe, expect, test } from 'vitest';
import { ServeMetrics } from '../metrics/serve-metrics.ts';
import { countedFigures, figuresOf, joinFigures, textOfFigures } from './process-figures.ts';

/** Figures of a process that posted so often; as they come from another process. */
async function processWith(posted: number, set: (metrics: ServeMetrics) => void = () => undefined) {
  const metrics = new ServeMetrics();
  metrics.posts.inc({ outcome: 'posted' }, posted);
  metrics.requestEnded({ method: 'POST', route: '/api/posts', status: 200, seconds: posted / 1000 });
  set(metrics);
  return structuredClone(await figuresOf(metrics.registry));
}

describe('figures of several processes', () => {
  test('that rise are added up, ranges too', async () => {
    const text = await textOfFigures([await processWith(2), await processWith(3), []]);
    expect(text).toContain('carryover_posts_total{outcome="posted"} 5');
    const series = 'carryover_request_seconds_bucket{le="0.0025",method="POST",route="/api/posts",status="200"}';
    expect(text).toContain(`${series} 1`);
    expect(text).toContain('carryover_request_seconds_count{method="POST",route="/api/posts",status="200"} 2');
    expect(text).toContain('# TYPE carryover_request_seconds histogram');
  });

  test('that each has a part of are added up, and what all found in one database is not', async () => {
    const one = await processWith(0, (metrics) => {
      metrics.queueCommands.set(2);
      metrics.schedulerAlive.set(1);
      metrics.databaseUp.set(1);
      metrics.mirrorMarks.set({ system: 'tuition' }, 7);
    });
    const other = await processWith(0, (metrics) => {
      metrics.queueCommands.set(3);
      metrics.mirrorMarks.set({ system: 'tuition' }, 7);
    });
    const text = await textOfFigures([one, other]);
    expect(text).toContain('carryover_queue_commands 5');
    expect(text).toContain('carryover_scheduler_alive 1');
    expect(text).toContain('carryover_database_up 0');
    expect(text).toContain('carryover_mirror_marks{system="tuition"} 7');
  });

  test('of a process that ended keep what it had counted, and nothing of how it was', async () => {
    const ended = await processWith(4, (metrics) => metrics.queueCommands.set(9));
    const past = await joinFigures([[], countedFigures(ended)]);
    const again = await joinFigures([past, countedFigures(await processWith(1))]);
    const text = await textOfFigures([again, await processWith(2)]);
    expect(text).toContain('carryover_posts_total{outcome="posted"} 7');
    expect(text).toContain('carryover_queue_commands 0');
  });
});
