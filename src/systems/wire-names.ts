import type { TSchema } from 'typebox';

type Node = Readonly<Record<string, unknown>>;

/** `userId` -> `user_id`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A schema whose members have other names, on every level. */
export function renamedSchema(schema: TSchema, rename: (name: string) => string): TSchema {
  return mapNode(schema as unknown as Node, (node) => {
    const { properties, required } = node as { properties?: Node; required?: readonly string[] };
    if (properties === undefined) return node;
    return {
      ...node,
      properties: Object.fromEntries(Object.entries(properties).map(([name, member]) => [rename(name), member])),
      ...(required === undefined ? {} : { required: required.map(rename) }),
    };
  });
}

/** A schema that takes decimal amounts as JSON numbers too; see `exactNumbers` for how they are read. */
export function acceptingNumbers(schema: TSchema): TSchema {
  return mapNode(schema as unknown as Node, (node) => {
    if (!isAmount(node)) return node;
    const { description, ...amount } = node;
    return { anyOf: [amount, { type: 'number' }], description };
  });
}

/** A value whose members have other names, on every level. */
export function renamedMembers(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => renamedMembers(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [rename(name), renamedMembers(member, rename)]),
  );
}

/**
 * Reads a JSON text into a value whose numbers are texts, digit for digit, where the schema has an amount: 50.10 is "50.10", never a float. Names
 * are matched in snake_case, on any level; `aliases` are the names, in camelCase, that a sender gives to some of them.
 */
export function exactNumberReader(
  schema: TSchema,
  aliases: Readonly<Record<string, string>> = {},
): (text: string) => unknown {
  const amounts = amountNames(schema, aliases);
  const exact = (name: string, value: unknown, at?: { readonly source?: string }): unknown =>
    typeof value === 'number' && amounts.has(name) ? (at?.source ?? String(value)) : value;
  return (text) => JSON.parse(text, exact) as unknown;
}

/** A schema whose amounts are numbers; see `numberWriter`. */
export function numbersFor(schema: TSchema): TSchema {
  return mapNode(schema as unknown as Node, (node) =>
    isAmount(node) ? { type: 'number', description: node['description'] } : node,
  );
}

/** Makes amounts, by the names that the schema has in snake_case, go into JSON as numbers, digit for digit. */
export function numberWriter(schema: TSchema): (value: unknown) => unknown {
  const amounts = amountNames(schema);
  const change = (name: string, member: unknown): unknown => {
    if (Array.isArray(member)) return member.map((item: unknown) => change('', item));
    if (typeof member === 'object' && member !== null)
      return Object.fromEntries(Object.entries(member).map(([inner, one]) => [inner, change(inner, one)]));
    return typeof member === 'string' && amounts.has(name) ? (JSON as unknown as RawJson).rawJSON(member) : member;
  };
  return (value) => change('', value);
}

/** Of ECMAScript's newest edition, in Node since 22. */
interface RawJson {
  rawJSON(text: string): unknown;
}

function amountNames(schema: TSchema, aliases: Readonly<Record<string, string>> = {}): ReadonlySet<string> {
  const amounts = new Set<string>();
  mapNode(schema as unknown as Node, (node) => {
    for (const [name, member] of Object.entries((node['properties'] ?? {}) as Node))
      if (isAmount(member as Node)) amounts.add(snakeCase(aliases[name] ?? name));
    return node;
  });
  return amounts;
}

/** Decimal texts have a pattern that ends in decimals; ids and months have none. */
function isAmount(node: Node): boolean {
  return node['type'] === 'string' && typeof node['pattern'] === 'string' && node['pattern'].includes('([.][0-9]');
}

/** A schema with every node put through `change`, the innermost first. */
function mapNode(node: Node, change: (node: Node) => Node): Node {
  const inner: Record<string, unknown> = { ...node };
  const { properties, items, anyOf } = node as {
    properties?: Record<string, Node>;
    items?: Node;
    anyOf?: readonly Node[];
  };
  if (properties !== undefined) {
    inner['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [name, mapNode(member, change)]),
    );
  }
  if (items !== undefined) inner['items'] = mapNode(items, change);
  if (anyOf !== undefined) inner['anyOf'] = anyOf.map((one) => mapNode(one, change));
  return change(inner);
}
