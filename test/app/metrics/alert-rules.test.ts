import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ServeMetrics } from '../../../src/app/metrics/serve-metrics.ts';
import { refusalDefinitions } from '../../../src/ledger/kernel/refusal-definitions.ts';
import { readRules } from './read-rules.ts';

const rules = readRules(readFileSync(new URL('../../../docs/alerts/carryover.rules.yml', import.meta.url), 'utf8'));
const figures = new Map(
  new ServeMetrics().registry.getMetricsAsArray().map((figure) => {
    const { labelNames } = figure as unknown as { readonly labelNames: readonly string[] };
    return [figure.name, { type: String(figure.type), labels: new Set(labelNames) }] as const;
  }),
);

/** The figures an expression names, each with the suffix by which it names them. */
function namedIn(expr: string): readonly { readonly name: string; readonly suffix: string }[] {
  return [...expr.matchAll(/\bcarryover_[a-z0-9_]+/g)].map(([found]) => {
    const [, name = found, suffix = ''] = /^(.+?)(_bucket|_sum|_count)$/.exec(found) ?? [];
    return figures.has(found) ? { name: found, suffix: '' } : { name, suffix };
  });
}

test('each rule has what Prometheus and the person it wakes need', () => {
  expect(rules.length).toBeGreaterThan(15);
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, expr, labels, annotations, for: waits = '1m' } of rules) {
    expect(alert).toMatch(/^Carryover[A-Z][A-Za-z]+$/);
    expect(labels['severity']).toMatch(/^(?:warning|critical)$/);
    expect(annotations).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
    expect(waits).toMatch(/^\d+[smhd]$/);
    for (const [open, close] of ['()', '[]', '{}'])
      expect(expr.split(open ?? '').length).toBe(expr.split(close ?? '').length);
    expect((expr.match(/"/g) ?? []).length % 2).toBe(0);
  }
});

test.each(rules.map(({ alert, expr }) => [alert, expr] as const))(
  '%s asks for figures that there are',
  (_alert, expr) => {
    const named = namedIn(expr);
    expect(named.length).toBeGreaterThan(0);
    for (const { name, suffix } of named) {
      expect([...figures.keys()]).toContain(name);
      expect(suffix === '' ? 'histogram' : figures.get(name)?.type).toBe('histogram');
    }
  },
);

test.each(rules.map((rule) => [rule.alert, rule] as const))('%s asks for labels that they have', (_alert, rule) => {
  const known = new Set(namedIn(rule.expr).flatMap(({ name }) => [...(figures.get(name)?.labels ?? [])]));
  known.add('le');
  const asked = [
    ...[...rule.expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',')),
    ...[...rule.expr.matchAll(/[{,]\s*(\w+)\s*(?:=~|=|!=|!~)/g)].map(([, label = '']) => label),
    ...Object.values(rule.annotations).flatMap((text) =>
      [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label),
    ),
  ].map((label) => label.trim());
  expect(asked.filter((label) => !known.has(label))).toEqual([]);
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
