import type { RepositoryFile } from './repository-files.ts';
import { viewsOf } from './source-scan.ts';

const EXPORTED =
  /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const|let) (?<name>[\w$]+)/gm;

/** The exported symbols of a file without a docstring, or with one that does not end as a sentence; one message each. */
export function exportDocFlaws(file: RepositoryFile): readonly string[] {
  const { codeOnly } = viewsOf(file.text);
  const seen = new Set<string>();
  return Array.from(codeOnly.matchAll(EXPORTED)).flatMap((match) => {
    const name = match.groups?.['name'] ?? '';
    // The first of several overloads, or of a type and a value under one name, speaks for all of them.
    if (seen.has(name)) return [];
    seen.add(name);
    const flaw = docFlaw(file.text.slice(0, match.index));
    if (flaw === undefined) return [];
    const line = file.text.slice(0, match.index).split('\n').length;
    return [`${file.path}:${line} ${name} ${flaw}`];
  });
}

function docFlaw(before: string): string | undefined {
  // A lint directive may stand between the docstring and what it describes.
  const above = before.replace(/(?:[ \t]*\/\/[^\n]*\n)+$/, '').trimEnd();
  if (!above.endsWith('*/')) return 'has no docstring.';
  const start = above.lastIndexOf('/*');
  if (!above.startsWith('/**', start)) return 'has a comment above it, but no docstring.';
  const lines = above
    .slice(start + 3, -2)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  // A figure, such as the states of a machine, is indented and may stand last; the sentence is what stands before it.
  while (lines.length > 1 && /^(?: {2}|$)/.test(lines.at(-1) ?? '')) lines.pop();
  const text = lines.join('\n').trim();
  return /(?:[.!?][)"'`]*|```)$/.test(text) ? undefined : 'has a docstring that does not end with a full stop.';
}
