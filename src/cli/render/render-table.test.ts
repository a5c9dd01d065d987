import { describe, expect, it } from 'vitest';
import { cellWidth, renderTable } from './render-table.ts';

describe('the width of a text on a terminal', () => {
  it.each([
    ['abc', 3],
    ['', 0],
    ['طالب', 4],
    // A letter with a vowel mark takes one cell.
    ['بِ', 1],
    ['é', 1],
    ['漢字', 4],
    ['✅', 2],
    ['\u001b[32mok\u001b[39m', 2],
  ])('%j takes %i cells', (text, width) => {
    expect(cellWidth(text)).toBe(width);
  });
});

describe('a table', () => {
  it('aligns texts left and numbers right, and leaves no space at the end of a line', () => {
    const lines = renderTable(
      [{ heading: 'name' }, { heading: 'rows', align: 'right' }, { heading: 'why' }],
      [
        ['a', '1', ''],
        ['long name', '12,345', 'x'],
      ],
    );
    expect(lines).toEqual(['name         rows  why', 'a               1', 'long name  12,345  x']);
  });

  it('counts wide and combining characters as the terminal does', () => {
    const lines = renderTable(
      [{ heading: '' }, { heading: '' }],
      [
        ['漢字', '1'],
        ['abc', '2'],
      ],
    );
    expect(lines).toEqual(['漢字  1', 'abc   2']);
  });

  it('has no line of headings where all are empty', () => {
    expect(renderTable([{ heading: '' }], [['x']])).toEqual(['x']);
  });
});
