/**
 * Reads TypeScript without a compiler: TypeScript 7 has no JavaScript API to ask. It knows comments, strings, templates
 * and regular expressions, which is enough to tell code from prose.
 */

/** A source text in views of the same length and the same lines, so that an offset in one is an offset in the others. */
export interface SourceViews {
  /** Comments are blanks; strings are kept. */
  readonly withoutComments: string;
  /** Comments and the insides of strings, templates and regular expressions are blanks. */
  readonly codeOnly: string;
}

type Kind = 'code' | 'comment' | 'text';

/** Splits a source text into its views. */
export function viewsOf(source: string): SourceViews {
  const kinds = classify(source);
  const view = (isKept: (kind: Kind) => boolean): string =>
    Array.from(kinds, (kind, index) => {
      const char = source[index] ?? '';
      return isKept(kind) || char === '\n' ? char : ' ';
    }).join('');
  return {
    withoutComments: view((kind) => kind !== 'comment'),
    codeOnly: view((kind) => kind === 'code'),
  };
}

/** The modules that a source names in its imports, re-exports and dynamic imports. */
export function importedModules(source: string): readonly string[] {
  const { withoutComments, codeOnly } = viewsOf(source);
  const pattern = /\b(?:from|import)\s*\(?\s*(['"])(?<module>[^'"\n]+)\1/g;
  return Array.from(withoutComments.matchAll(pattern))
    .filter((match) => /^(?:from|import)/.test(codeOnly.slice(match.index)))
    .map((match) => match.groups?.['module'] ?? '');
}

/** What kind of text each character of the source belongs to; the quotes of a text count as code. */
function classify(source: string): readonly Kind[] {
  const kinds = Array.from<Kind>({ length: source.length }).fill('code');
  // Each entry is a template whose ${...} is open, with the number of braces open inside it.
  const templates: number[] = [];
  const mark = (from: number, to: number, kind: Kind): number => {
    kinds.fill(kind, from, to);
    return to;
  };
  let at = 0;
  while (at < source.length) {
    const char = source[at] ?? '';
    const pair = source.slice(at, at + 2);
    if (pair === '//') at = mark(at, endBefore(source, '\n', at), 'comment');
    else if (pair === '/*') at = mark(at, endAfter(source, '*/', at + 2), 'comment');
    else if (char === "'" || char === '"') at = mark(at + 1, endOfString(source, at), 'text') + 1;
    else if (char === '`') at = markTemplate(at + 1);
    else if (char === '/' && startsRegex(source, at, kinds)) at = mark(at + 1, endOfRegex(source, at), 'text') + 1;
    else at = pastCode(char);
  }
  return kinds;

  function markTemplate(from: number): number {
    let end = from;
    while (end < source.length && source[end] !== '`' && source.slice(end, end + 2) !== '${') {
      end += source[end] === '\\' ? 2 : 1;
    }
    mark(from, end, 'text');
    if (source[end] === '`') return end + 1;
    templates.push(0);
    return end + 2;
  }

  function pastCode(char: string): number {
    const open = templates.at(-1);
    if (open !== undefined && char === '{') templates[templates.length - 1] = open + 1;
    if (open !== undefined && char === '}') {
      if (open === 0) {
        templates.pop();
        return markTemplate(at + 1);
      }
      templates[templates.length - 1] = open - 1;
    }
    return at + 1;
  }
}

function endBefore(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found === -1 ? source.length : found;
}

function endAfter(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found === -1 ? source.length : found + mark.length;
}

function endOfString(source: string, start: number): number {
  let end = start + 1;
  while (end < source.length && source[end] !== source[start] && source[end] !== '\n') {
    end += source[end] === '\\' ? 2 : 1;
  }
  return Math.min(end, source.length);
}

function endOfRegex(source: string, start: number): number {
  let inClass = false;
  let end = start + 1;
  while (end < source.length && source[end] !== '\n' && (inClass || source[end] !== '/')) {
    if (source[end] === '[') inClass = true;
    if (source[end] === ']') inClass = false;
    end += source[end] === '\\' ? 2 : 1;
  }
  return Math.min(end, source.length);
}

/** A slash divides after a value and starts a regular expression after anything else. */
function startsRegex(source: string, at: number, kinds: readonly Kind[]): boolean {
  let before = at - 1;
  while (before >= 0 && (kinds[before] === 'comment' || /\s/.test(source[before] ?? ''))) before -= 1;
  if (before < 0) return true;
  const char = source[before] ?? '';
  if (!/[\w$)\]}'"`]/.test(char)) return true;
  const word = /[\w$]+$/.exec(source.slice(Math.max(0, before - 20), before + 1))?.[0];
  return word !== undefined && /^(?:return|typeof|case|in|of|do|else|void|await|yield)$/.test(word);
}
