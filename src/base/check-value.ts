import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import Value from 'typebox/value';

/** The first flaw of a value against its schema, in words a person can act on. */
export interface ValueFlaw {
  /** `systems.tuition.policy.graceSessions.new`; empty for the value itself. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}

/**
 * Checks a value from outside against a schema after filling in the schema's defaults, and returns the filled value or the
 * first flaw. The input is not changed.
 */
export function checkValue<T>(schema: TSchema, value: unknown): { readonly value: T } | { readonly flaw: ValueFlaw } {
  const { isAccepted, hasDefaults } = checkOf(schema);
  const filled = hasDefaults ? Value.Default(schema, structuredClone(value)) : value;
  if (isAccepted(filled)) return { value: filled as T };
  const errors = Value.Errors(schema, filled);
  // An unknown member is told twice: as a value that no schema allows, and by its parent, which knows the other members.
  const error = errors.find(({ keyword }) => keyword === 'additionalProperties') ?? errors[0];
  if (error === undefined) return { value: filled as T };
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  const unknown = error.keyword === 'additionalProperties' ? error.params.additionalProperties[0] : undefined;
  if (unknown !== undefined) {
    return {
      flaw: {
        path: [...path, unknown].join('.'),
        found: 'a member that does not exist',
        expected: `one of ${memberNames(schema, path).join(', ')}`,
      },
    };
  }
  const missing = error.keyword === 'required' ? error.params.requiredProperties[0] : undefined;
  if (missing !== undefined)
    return { flaw: { path: [...path, missing].join('.'), found: 'nothing', expected: 'a value' } };
  return {
    flaw: {
      path: path.join('.'),
      found: shown(at(filled, path)),
      expected: error.message.replace(/^must /, 'a value that must '),
    },
  };
}

interface Check {
  isAccepted(value: unknown): boolean;
  readonly hasDefaults: boolean;
}

const checks = new WeakMap<TSchema, Check>();

/** Compiled once for each schema: collecting the errors of a value that has none took longer than all else about a request. */
function checkOf(schema: TSchema): Check {
  const known = checks.get(schema);
  if (known !== undefined) return known;
  const validator = Compile(schema);
  const check: Check = { isAccepted: (value) => validator.Check(value), hasDefaults: namesDefault(schema) };
  checks.set(schema, check);
  return check;
}

function namesDefault(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  return 'default' in node || Object.values(node).some(namesDefault);
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}

/** Values of scalars are shown, cut short; of anything larger only what it is. */
function shown(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

function memberNames(schema: TSchema, path: readonly string[]): string[] {
  let inner: unknown = schema;
  for (const key of path) {
    const node = inner as {
      properties?: Record<string, unknown>;
      patternProperties?: Record<string, unknown>;
      additionalProperties?: unknown;
    };
    inner = node.properties?.[key] ?? Object.values(node.patternProperties ?? {})[0] ?? node.additionalProperties;
  }
  const names = Object.keys((inner as { properties?: object } | undefined)?.properties ?? {});
  return names.length > 0 ? names : ['those in the documentation'];
}
