import { renderTable } from './render-table.ts';

/**
 * Any result as lines: an object as names and values, a list of objects as a table, nested ones indented. For operations,
 * whose results are plain data of any shape.
 */
export function renderValue(value: unknown, indent = ''): readonly string[] {
  if (Array.isArray(value)) return renderList(value, indent);
  if (typeof value !== 'object' || value === null || isScalar(value)) return [`${indent}${scalar(value)}`];
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const simple = members.filter(([, member]) => isScalar(member));
  const lines = renderTable(
    [{ heading: '' }, { heading: '' }],
    simple.map(([name, member]) => [words(name), scalar(member)]),
  );
  const nested = members
    .filter(([, member]) => !isScalar(member))
    .flatMap(([name, member]) => [`${indent}${words(name)}`].concat(renderValue(member, `${indent}  `)));
  return [...lines.map((line) => `${indent}${line}`), ...nested];
}

function renderList(list: readonly unknown[], indent: string): readonly string[] {
  if (list.length === 0) return [`${indent}none`];
  if (list.some((item) => isScalar(item))) return list.map((item) => `${indent}${scalar(item)}`);
  const names = [...new Set(list.flatMap((item) => Object.keys(item as object)))];
  const columns = names.map((name) => ({ heading: words(name) }));
  const rows = list.map((item) => names.map((name) => cell((item as Record<string, unknown>)[name])));
  return renderTable(columns, rows).map((line) => `${indent}${line}`);
}

function cell(value: unknown): string {
  if (value === undefined) return '';
  return isScalar(value)
    ? scalar(value)
    : JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? member.toString() : member));
}

function isScalar(value: unknown): boolean {
  return value === null || value === undefined || typeof value !== 'object' || hasToJson(value);
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '-';
  if (typeof value === 'object' && hasToJson(value)) return value.toJSON();
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

function hasToJson(value: object): value is { toJSON(): string } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

/** `creditStatus` as `credit status`. */
function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('_', ' ');
}
