import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { Instant } from './instant.ts';

describe('canonical JSON', () => {
  it('is one text for one value, whatever the order of its members', () => {
    expect(
      canonicalJson({ b: [1, null, true], a: 2n ** 63n, at: Instant.parse('2026-01-01T00:00:00Z'), c: undefined }),
    ).toBe('{"a":"9223372036854775808","at":"2026-01-01T00:00:00.000000Z","b":[1,null,true]}');
    expect(canonicalJson({ a: 'x', b: 'y' })).toBe(canonicalJson({ b: 'y', a: 'x' }));
  });

  it('refuses numbers that a reader could round', () => {
    expect(() => canonicalJson(1.5)).toThrow(TypeError);
    expect(() => canonicalJson(2 ** 53)).toThrow(TypeError);
  });
});
