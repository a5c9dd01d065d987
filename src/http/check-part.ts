import type { TSchema } from 'typebox';
import { CarryoverError } from '../base/errors.ts';
import { inputInvalid } from '../base/base-errors.ts';
import { checkValue } from '../base/check-value.ts';

/** The parts of a request that carry values. */
export type RequestPart = 'params' | 'querystring' | 'body';

const WHERE: Readonly<Record<RequestPart, string>> = {
  params: 'the path',
  querystring: 'the query',
  body: 'the body',
};

/**
 * A part of a request against its schema, defaults filled in. Texts of paths and queries become whole numbers, booleans and lists where
 * the schema says so. Throws `INPUT_INVALID` with the first flaw; unknown members are flaws.
 */
export function checkPart(part: RequestPart, schema: TSchema, value: unknown): unknown {
  // A body may be left out where it may be empty.
  const given = part === 'body' ? (value ?? {}) : spoken(schema, value as Readonly<Record<string, unknown>>);
  const unstorable = findUnstorable(given);
  if (unstorable !== undefined)
    throw flawed(part, {
      path: unstorable,
      found: 'text that no database keeps',
      expected: 'text without NUL and lone surrogates',
    });
  const checked = checkValue<unknown>(schema, given);
  if ('value' in checked) return checked.value;
  throw flawed(part, checked.flaw);
}

function flawed(
  part: RequestPart,
  { path, found, expected }: { readonly path: string; readonly found: string; readonly expected: string },
): CarryoverError<{ what: string; found: string; expected: string }> {
  const what = path === '' ? WHERE[part] : `"${path}" of ${WHERE[part]}`;
  return new CarryoverError(inputInvalid, { what, found, expected });
}

interface Described {
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
}

/** What a path or a query says, in the types that its schema names; what does not fit stays a text and is refused as one. */
function spoken(schema: TSchema, value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const members = (schema as Described).properties ?? {};
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      Object.hasOwn(members, name) ? asType(members[name]?.type, member) : member,
    ]),
  );
}

function asType(type: string | undefined, member: unknown): unknown {
  if (type === 'array') return Array.isArray(member) ? member : String(member).split(',');
  if (typeof member !== 'string') return member;
  if (type === 'integer' && /^-?\d{1,15}$/.test(member)) return Number(member);
  if (type === 'boolean' && (member === 'true' || member === 'false')) return member === 'true';
  return member;
}

/** Where a text stands that PostgreSQL refuses or that would come back changed, in names and values; undefined where there is none. */
function findUnstorable(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (!isStorable(name)) return path;
    const found = findUnstorable(member, path === '' ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
