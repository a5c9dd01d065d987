/** Strings, quoted names, comments, words and numbers, and single signs of SQLite's grammar. */
const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[\p{L}_$][\p{L}\p{N}_$]*|[\d.]+(?:e[+-]?\d+)?|\s+|[<>=!|]+|./giu;
const SIMPLE_NAME = /^[a-z_][a-z0-9_]*$/i;

/**
 * The tokens of a statement as SQLite keeps it, written in one way: comments and line breaks gone, words in lower case,
 * needless quotes off (ALTER TABLE ... RENAME puts quotes on). Equal schemas then have equal texts.
 */
function canonicalTokens(text: string): string[] {
  return (text.match(TOKEN) ?? [])
    .filter((token) => !/^(?:\s|--|\/\*)/.test(token))
    .map((token) => (token.startsWith("'") ? token : canonicalName(token)));
}

function canonicalName(token: string): string {
  if (!/^["`[]/.test(token)) return token.toLowerCase();
  const inner = token.slice(1, -1);
  return SIMPLE_NAME.test(inner) ? inner.toLowerCase() : `"${inner}"`;
}

/** A view, trigger or index as one line. */
export function canonicalSql(text: string): string {
  return canonicalTokens(text).join(' ');
}

/** What a CREATE TABLE holds: each column and constraint as one line, and what follows the closing bracket. */
export function tableParts(createTable: string): { readonly definitions: readonly string[]; readonly options: string } {
  const tokens = canonicalTokens(createTable);
  const definitions: string[] = [];
  let depth = 0;
  let current: string[] = [];
  let end = tokens.length;
  for (const [position, token] of tokens.entries()) {
    if (token === ')') depth -= 1;
    if (depth > 0 && !(depth === 1 && token === ',')) current.push(token);
    else if (depth === 1 || (depth === 0 && token === ')')) {
      definitions.push(current.join(' '));
      current = [];
    }
    if (token === '(') depth += 1;
    if (token !== ')' || depth > 0) continue;
    end = position + 1;
    break;
  }
  return { definitions, options: tokens.slice(end).join(' ') };
}
