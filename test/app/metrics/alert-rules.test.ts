import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ServeMetrics } from '../../../src/app/metrics/serve-metrics.ts';
import { refusalDefinitions } from '../../../src/ledger/kernel/refusal-definitions.ts';
import { TestServer } from '../http/test-server.ts';
import { checkPromql } from './check-promql.ts';
import { readRules } from './read-rules.ts';

const rules = readRules(readFileSync(new URL('../../../docs/alerts/carryover.rules.yml', import.meta.url), 'utf8'));
const series = new Map<string, ReadonlySet<string>>(
  new ServeMetrics().registry.getMetricsAsArray().flatMap((figure) => {
    const { labelNames } = figure as unknown as { readonly labelNames: readonly string[] };
    const labels = new Set(labelNames);
    if (String(figure.type) !== 'histogram') return [[figure.name, labels] as const];
    return [
      [`${figure.name}_bucket`, new Set([...labelNames, 'le'])] as const,
      [`${figure.name}_sum`, labels] as const,
      [`${figure.name}_count`, labels] as const,
    ];
  }),
);

test('each rule has what Prometheus and the person it wakes need', () => {
  expect(rules.length).toBeGreaterThan(15);
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, labels, annotations, for: waits = '1m' } of rules) {
    expect(alert).toMatch(/^Carryover[A-Z][A-Za-z]+$/);
    expect(labels['severity']).toMatch(/^(?:warning|critical)$/);
    expect(annotations).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
    expect(waits).toMatch(/^\d+[smhd]$/);
  }
});

test.each(rules.map((rule) => [rule.alert, rule] as const))(
  '%s is read by Prometheus, of series and labels that there are, and tells only of labels that it keeps',
  (_alert, { expr, annotations }) => {
    const { type, labels } = checkPromql(expr, series);
    expect(type).toBe('vector');
    const told = Object.values(annotations).flatMap((text) =>
      [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label),
    );
    expect(told.filter((label) => !labels.has(label))).toEqual([]);
    expect(
      Object.values(annotations)
        .join('')
        .replaceAll(/\{\{ \$labels\.\w+ \}\}/g, ''),
    ).not.toMatch(/\{\{|\}\}/);
  },
);

test('a running server tells of each series that a rule asks for', async () => {
  const service = await TestServer.open();
  try {
    const { body } = await service.ask('/metrics', { as: 'admin' });
    const types = String(body['text']).matchAll(/^# TYPE (\w+) /gm);
    const told = new Set([...types].map(([, name = '']) => name));
    const asked = rules.flatMap(({ expr }) => expr.match(/\bcarryover_\w+/g) ?? []);
    expect(asked.length).toBeGreaterThan(15);
    const names = asked.map((name) => (series.has(name) ? name.replace(/_(?:bucket|sum|count)$/, '') : name));
    expect(names.filter((name) => !told.has(name))).toEqual([]);
  } finally {
    await service.close();
  }
});

const KNOWN = new Map([
  ['a', new Set(['x', 'y'])],
  ['b', new Set(['x'])],
  ['c_bucket', new Set(['le', 'x'])],
]);

test.each([
  ['a series that there is not', 'max(nothing) > 0', 'no series nothing'],
  ['a label that there is not', 'a{z="1"} > 0', 'The label z'],
  ['a grouping by a label that was lost', 'sum by (y) (sum by (x) (a)) > 0', 'The label y'],
  ['two sides that never match', 'sum by (x) (a) > a', 'other labels'],
  ['a rate without a while', 'rate(a) > 0', 'rate(vector)'],
  ['a while without a function', 'a[5m] > 0', 'over a while'],
  ['a quantile without its buckets', 'histogram_quantile(0.99, sum by (x) (c_bucket)) > 1', 'The label le'],
  ['a bracket that stays open', 'sum(a > 0', 'is expected'],
  ['a text without its end', 'a{x="1} > 0', 'nothing that Prometheus reads'],
  ['a time that is none', 'increase(a[5]) > 0', 'no time such as 5m'],
  ['something behind the end', 'a > 0 a', 'should have ended'],
])('%s is refused by the reader of expressions', (_what, expr, why) => {
  expect(() => checkPromql(expr, KNOWN)).toThrow(why);
});

test('the reader of expressions knows which labels are left', () => {
  expect(checkPromql('histogram_quantile(0.9, sum by (le, x) (rate(c_bucket[5m]))) > 1', KNOWN)).toEqual({
    type: 'vector',
    labels: new Set(['x']),
  });
  expect(checkPromql('time() - max by (x) (a) > 3 * b + 600', KNOWN).labels).toEqual(new Set(['x']));
});

describe('what stands in place of the alerts that could never fire', () => {
  test('U-29: refused spends are counted by codes that the ledger refuses with', () => {
    const expr = rules.find(({ alert }) => alert === 'CarryoverRefusalsRise')?.expr ?? '';
    const codes = [...expr.matchAll(/LEDGER_[A-Z_]+/g)].map(([code]) => code);
    const known = Object.keys(refusalDefinitions);
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => !known.includes(code))).toEqual([]);
  });

  test('U-29: a broken balance is told by what verify counts', () => {
    expect(rules.find(({ alert }) => alert === 'CarryoverLedgerBreached')?.expr).toContain('carryover_ledger_breaches');
  });
});

test('a rules file that YAML or Prometheus would read otherwise is refused by the reader', () => {
  expect(() => readRules('groups:\n  - name: a\n    rules:\n      - alert: A\n        exp: 1\n')).toThrow('not a part');
  expect(() => readRules('groups:\n  - name: a\n    rules:\n      - alert: "A"\n')).toThrow('needs quotes');
  expect(() => readRules('groups:\n  - name: a\n    rules:\n      - expr: b: c\n')).toThrow('needs quotes');
});
