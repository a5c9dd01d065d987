import type { TypeFamily } from '../../contract/introspection.ts';

/** The first that fits. Names that applications use come before SQLite's own affinity rules, which look for parts of words. */
const FAMILIES: readonly (readonly [RegExp, TypeFamily])[] = [
  [/bool|^tinyint\s*\(\s*1\s*\)/, 'boolean'],
  [/datetime|timestamp/, 'instant'],
  [/^date\b/, 'date'],
  [/^time\b/, 'time'],
  [/^jsonb?\b/, 'json'],
  [/uuid|guid|uniqueidentifier/, 'uuid'],
  [/^(?:dec|decimal|numeric|money)\b/, 'decimal'],
  [/int/, 'integer'],
  [/char|clob|text/, 'text'],
  [/blob|binary/, 'binary'],
  [/real|floa|doub/, 'float'],
];

/**
 * What a column's declared type means. A text column named `..._at` is an instant, by the rule that `value-codec.ts` reads
 * values by. A column without a type, or with one nobody knows, is `other`.
 */
export function typeFamily(column: string, declared: string): TypeFamily {
  const type = declared.trim().toLowerCase();
  const family = FAMILIES.find(([pattern]) => pattern.test(type))?.[1] ?? 'other';
  return family === 'text' && column.endsWith('_at') ? 'instant' : family;
}
