import { readFileSync } from 'node:fs';
import type { TSchema } from 'typebox';
import { describe, expect, test } from 'vitest';
import { isRole } from '../../src/base/role.ts';
import { billingOperations } from '../../src/systems/billing/operations/index.ts';
import type { AnyOperation } from '../../src/systems/operation.ts';
import { tuitionOperations } from '../../src/systems/tuition/operations/index.ts';

interface Described {
  readonly system: string;
  readonly operation: AnyOperation<never>;
}

const all: readonly Described[] = [
  ...billingOperations.map((operation) => ({ system: 'billing', operation: operation as AnyOperation<never> })),
  ...tuitionOperations.map((operation) => ({ system: 'tuition', operation: operation as AnyOperation<never> })),
];
const cases = all.map((each) => [`${each.system} ${each.operation.name}`, each] as const);

/** The codes that the docstring of an operation names after "Throws", in their order. */
function documentedCodes({ system, operation }: Described): readonly string[] {
  const path = `src/systems/${system}/operations/${operation.name}.ts`;
  const source = readFileSync(path, 'utf8');
  const docstring = /\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport const \w+: Operation</.exec(source)?.[1];
  const throws = docstring?.split(/\bThrows\b/)[1];
  if (throws === undefined) throw new Error(`${path} says nothing of what it throws.`);
  return Array.from(throws.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g), ([, code]) => code ?? '');
}

interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/** What is wrong with a schema that callers are promised: an object that may have more members, or a member without a description. */
function flawsOf(schema: SchemaNode, path = 'answer'): readonly string[] {
  const members = Object.entries(schema.properties ?? {});
  const isOpen = schema.properties !== undefined && schema.additionalProperties !== false;
  return [
    ...(isOpen ? [`${path} is open`] : []),
    ...members
      .filter(([, { description = '' }]) => !/^[A-Z]/.test(description))
      .map(([name]) => `${path}.${name} has no description`),
    ...members.flatMap(([name, member]) => flawsOf(member, `${path}.${name}`)),
    ...(schema.items === undefined ? [] : flawsOf(schema.items, `${path}[]`)),
    ...(schema.anyOf ?? []).flatMap((one) => flawsOf(one, path)),
  ];
}

function membersOf(input: TSchema): Readonly<Record<string, unknown>> {
  return (input as { readonly properties?: Readonly<Record<string, unknown>> }).properties ?? {};
}

describe('operations of the systems', () => {
  test('there are operations of both', () => {
    expect(billingOperations.length).toBeGreaterThan(20);
    expect(tuitionOperations.length).toBeGreaterThan(20);
  });

  test.each(cases)('%s: its errors are those that its docstring says it throws, in that order', (_name, each) => {
    const always = new Set(['INPUT_INVALID', 'ROLE_INSUFFICIENT']);
    const documented = documentedCodes(each);
    expect(documented).toEqual(expect.arrayContaining([...always]));
    const own = documented.filter((code) => !always.has(code));
    expect(each.operation.errors.map(({ code }) => code)).toEqual(own);
    expect(new Set(own).size).toBe(own.length);
  });

  test.each(cases)('%s: its answer is closed, and every member of it is described', (_name, { operation }) => {
    const schema = operation.answer as SchemaNode;
    expect(schema.properties ?? schema.anyOf).toBeDefined();
    expect(flawsOf(schema)).toEqual([]);
  });

  test.each(cases)('%s: its access names roles, and an owner where a user may call', (_name, { operation }) => {
    const { roles, owner } = operation.access;
    expect(roles.length).toBeGreaterThan(0);
    expect(roles.filter((role) => !isRole(role))).toEqual([]);
    expect(owner !== undefined).toBe(roles.includes('user'));
    if (owner !== undefined) expect(Object.keys(membersOf(operation.input))).toContain(owner);
  });

  test.each(cases)('%s: it has a key exactly where it writes', (_name, { operation }) => {
    expect('key' in membersOf(operation.input)).toBe(operation.writes);
  });
});
