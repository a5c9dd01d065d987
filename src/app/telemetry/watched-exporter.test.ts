import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { WatchedExporter } from './watched-exporter.ts';

type Result = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/** Counts only, so that the spans themselves may be nothing. */
const spans = (count: number): Parameters<SpanExporter['export']>[0] => Array.from({ length: count }) as never;

test('failures are told once a minute, with the spans that were lost since, and by code alone', () => {
  let nowMs = 0;
  let next: Error | undefined = Object.assign(new Error('http://user:secret@collector'), { code: 'ECONNREFUSED' });
  const told: object[] = [];
  const answers: Result[] = [];
  const inner: SpanExporter = {
    export: (_spans, answer) => answer(next === undefined ? { code: 0 } : { code: 1, error: next }),
    shutdown: () => Promise.resolve(),
  };
  const exporter = new WatchedExporter(inner, { warn: (about) => told.push(about) }, () => nowMs);
  const exported = (count: number): void => exporter.export(spans(count), (answer) => answers.push(answer));

  exported(3);
  exported(4);
  nowMs = 59_999;
  exported(5);
  expect(told).toEqual([{ code: 'ECONNREFUSED', spansLost: 3 }]);
  nowMs = 60_000;
  exported(1);
  expect(told[1]).toEqual({ code: 'ECONNREFUSED', spansLost: 10 });
  nowMs = 120_000;
  next = undefined;
  exported(9);
  expect(told).toHaveLength(2);
  expect(answers.map(({ code }) => Number(code))).toEqual([1, 1, 1, 1, 0]);
});
