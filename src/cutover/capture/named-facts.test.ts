import { expect, test } from 'vitest';
import type { SystemDescriptor } from '../descriptor.ts';
import type { SourceParts } from '../legacy-source.ts';
import { askedByMarks, type Mark } from './named-facts.ts';

interface Policy {
  readonly usageAlone: boolean;
}

/** As much of a description as marks are read by: usage by number, payments by text. */
function described(policy: Policy, prefix = 'payments:'): Parameters<typeof askedByMarks<Policy>>[1] {
  const captured = [
    { table: 'usage', fact: { column: 'id', prefix: 'usage:', holds: ({ usageAlone }: Policy) => usageAlone } },
    { table: 'payments', fact: { column: 'reference', prefix } },
    { table: 'users' },
  ];
  const column = (name: string, family: string) => new Map([[name, { name, type: family, family, nullable: false }]]);
  const present = new Map([
    ['usage', column('id', 'integer')],
    ['payments', column('reference', 'text')],
  ]);
  return {
    system: { name: 'shop', live: { captured } } as unknown as SystemDescriptor<Policy>,
    parts: { policy, present } as unknown as SourceParts<Policy>,
  };
}

const mark = (key: string, source: string | null): Mark => ({ id: 1n, walk_key: key, owner: key, source });
const ALONE = { usageAlone: true };

test('marks with a source ask for their facts, each once', () => {
  const marks = [mark('1', 'usage:7'), mark('1', 'usage:7'), mark('2', 'usage:7'), mark('2', 'payments:ch_1:2')];
  const { wholeKeys, facts } = askedByMarks(marks, described(ALONE));
  expect([...wholeKeys]).toEqual([]);
  expect(facts).toEqual([
    { walkKey: '1', source: 'usage:7', table: 'usage', row: '7' },
    { walkKey: '2', source: 'usage:7', table: 'usage', row: '7' },
    { walkKey: '2', source: 'payments:ch_1:2', table: 'payments', row: 'ch_1:2' },
  ]);
});

test('a mark without a source asks for its key, whatever stands before or after it', () => {
  const marks = [mark('1', 'usage:7'), mark('1', null), mark('1', 'usage:8'), mark('2', 'usage:9')];
  const { wholeKeys, facts } = askedByMarks(marks, described(ALONE));
  expect([...wholeKeys]).toEqual(['1']);
  expect(facts.map(({ source }) => source)).toEqual(['usage:9']);
});

test.each(['usage:', 'usage:7a', 'usage:7.0', 'grants:2026-01', 'usage', ''])(
  'a source that names no row, such as "%s", asks for its key',
  (source) => {
    const { wholeKeys, facts } = askedByMarks([mark('1', source)], described(ALONE));
    expect([...wholeKeys]).toEqual(['1']);
    expect(facts).toEqual([]);
  },
);

test('where policy lets a row count for other facts too, its marks ask for their keys', () => {
  const marks = [mark('1', 'usage:7'), mark('2', 'payments:a')];
  const { wholeKeys, facts } = askedByMarks(marks, described({ usageAlone: false }));
  expect([...wholeKeys]).toEqual(['1']);
  expect(facts.map(({ source }) => source)).toEqual(['payments:a']);
});

test('prefixes of which one begins as the other are a mistake of the description', () => {
  expect(() => askedByMarks([], described(ALONE, 'usage:paid:'))).toThrow('usage:paid:');
});
