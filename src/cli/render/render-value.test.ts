import { describe, expect, it } from 'vitest';
import { Instant } from '../../base/instant.ts';
import { renderValue } from './render-value.ts';

describe('a result of any shape', () => {
  it('shows members as words and values, bigints and instants as their texts', () => {
    const value = { color: 'green', creditStatus: null, debt: -2n, at: Instant.parse('2026-07-01T05:00:00Z') };
    expect(renderValue(value)).toEqual([
      'color          green',
      'credit status  -',
      'debt           -2',
      'at             2026-07-01T05:00:00.000000Z',
    ]);
  });

  it('shows a list of objects as a table, and members that only some of them have', () => {
    expect(renderValue([{ id: '1' }, { id: '2', note_text: 'x' }])).toEqual(['id  note text', '1', '2   x']);
  });

  it('indents what is nested, and says none for an empty list', () => {
    expect(renderValue({ total: 3n, rows: [], by: { group: '7' } })).toEqual([
      'total  3',
      'rows',
      '  none',
      'by',
      '  group  7',
    ]);
  });

  it('leaves out what is undefined', () => {
    expect(renderValue({ a: undefined, b: true })).toEqual(['b  true']);
  });
});
