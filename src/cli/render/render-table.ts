/** A column: its heading, and whether its cells stand right (numbers). */
export interface TableColumn {
  readonly heading: string;
  readonly align?: 'left' | 'right';
}

/**
 * Rows as lines of aligned columns, headings first; two spaces between columns, none at a line's end. Widths are counted in
 * terminal cells: combining marks take none, East Asian wide characters and emoji two.
 */
export function renderTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): readonly string[] {
  const lines = columns.some(({ heading }) => heading !== '') ? [columns.map(({ heading }) => heading), ...rows] : rows;
  const widths = columns.map((_, index) => Math.max(0, ...lines.map((line) => cellWidth(line[index] ?? ''))));
  return lines.map((line) =>
    columns
      .map(({ align }, index) => {
        const text = line[index] ?? '';
        const padding = ' '.repeat((widths[index] ?? 0) - cellWidth(text));
        return align === 'right' ? `${padding}${text}` : `${text}${padding}`;
      })
      .join('  ')
      .trimEnd(),
  );
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
// Escape sequences of colours take no cell.
const ESCAPES = /\u001b\[[0-9;]*m/g;

/** The cells a text takes on a terminal. */
export function cellWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text.replaceAll(ESCAPES, ''))) width += WIDE.test(segment) ? 2 : 1;
  return width;
}
