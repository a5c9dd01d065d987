import fc from 'fast-check';
import type { TSchema } from 'typebox';

/** Deep enough to be refused, not deep enough to cost anything. */
const DEEP = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`;

/** Values as JSON texts that have broken servers before. */
export const hostileJson: readonly string[] = [
  'null',
  'true',
  '0',
  '-0',
  '-0.0',
  '0.1',
  '1e3',
  '1e400',
  '-1e400',
  '1E-400',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775809',
  '1000000000000000000000000000000',
  '""',
  '" "',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u202e\\u200b"',
  '"\\n\\r\\t"',
  '"\'; drop table carryover_entries; --"',
  '"1 or 1=1"',
  "\"%' or '%'='\"",
  '"\\\\\'; select pg_sleep(9)--"',
  '"${7*7}{{7*7}}"',
  '"../../etc/passwd"',
  '"9223372036854775808"',
  '"-9223372036854775809"',
  '"00000000000000000001"',
  '"1.0000000000001"',
  '"-0"',
  '"NaN"',
  '"Infinity"',
  '"0x1F"',
  '"1e9"',
  '"٣"',
  '"2026-02-30T00:00:00Z"',
  '"9999-12-31T23:59:59.999999Z"',
  '"0001-01-01T00:00:00+23:59"',
  '"2026-13"',
  '"9999-12"',
  '"0000-01"',
  '"9999-12-31"',
  '"0000-01-01"',
  '"999999999999999999"',
  `"${'a'.repeat(192)}"`,
  `"${'é'.repeat(100_000)}"`,
  '[]',
  '[null]',
  '[[[[]]]]',
  '{}',
  '{"toString":1}',
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{}}}',
  DEEP,
];

/** Whole bodies that are not what any route takes. */
export const hostileBodies: readonly string[] = [
  ...hostileJson,
  '',
  ' ',
  '{',
  '}',
  '[1,]',
  '{"a":1,}',
  "{'a':1}",
  'undefined',
  '\uFEFF{}',
  '\u0000',
  '{"a":1}{"b":2}',
  `[${'1,'.repeat(20_000)}1]`,
  `{${Array.from({ length: 2_000 }, (_, index) => `"m${index}":1`).join(',')}}`,
];

/** Parts of a path, as they stand in a request. */
export const hostilePathParts: readonly string[] = [
  '0',
  '-1',
  '999999999999999999',
  '9223372036854775808',
  '1.5',
  '%00',
  'a%00b',
  '%2f',
  '..%2f..%2fapi%2fkeys',
  '%2e%2e',
  '%ff%fe',
  '%c3%28',
  '%ed%a0%80',
  '%',
  '%zz',
  '%25%30%30',
  '%27%3b%20drop%20table%20carryover_entries%3b--',
  '__proto__',
  'constructor',
  '2026-02-30',
  '0000-00-00',
  '9999-12-31',
  '9999-12',
  '0000-01',
  '%E2%80%AE',
  '%20a%20',
  'a'.repeat(192),
  'a'.repeat(300),
];

/** Queries, as they stand in a request. */
export const hostileQueries: readonly string[] = [
  '?',
  '&&&',
  'nobody=1',
  '__proto__=1',
  '__proto__[a]=1',
  'constructor=1',
  'limit=0',
  'limit=-1',
  'limit=1e9',
  'limit=99999999999999999999',
  'limit=2&limit=3',
  'limit[]=2',
  'after=-1',
  'after=999999999999999999',
  'after=9223372036854775808',
  'after=%00',
  'after=%FF',
  'after=%ED%A0%80',
  'after=1%20or%201=1',
  'after=eyJhIjoxfQ',
  'limit=%zz',
  `${'a'.repeat(4_000)}=1`,
  Array.from({ length: 500 }, (_, index) => `m${index}=1`).join('&'),
];

/** Headers that differ from those of a good request. */
export const hostileHeaders: readonly Readonly<Record<string, string>>[] = [
  { 'idempotency-key': '' },
  { 'idempotency-key': ' a ' },
  { 'idempotency-key': 'k'.repeat(161) },
  { 'idempotency-key': 'k'.repeat(10_000) },
  { 'idempotency-key': "'; drop table carryover_entries; --" },
  { 'idempotency-key': 'a\tb' },
  { 'idempotency-key': 'é' },
  { 'idempotency-key': 'one, two' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': 'application/json;' },
  { 'content-type': 'APPLICATION/JSON' },
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'content-type': 'x' },
  { 'content-encoding': 'gzip' },
  { accept: 'image/png' },
  { 'accept-language': '\u00ff'.repeat(100) },
  { 'x-forwarded-for': '127.0.0.1, "; drop' },
  { 'x-request-id': 'forged\u000bline' },
  { 'x-http-method-override': 'DELETE' },
  { origin: 'https://elsewhere.example' },
  { 'if-none-match': '*' },
];

interface Described {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Described[];
  readonly items?: Described;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Described>>;
}

/** JSON texts that a schema almost takes: of its types, within its bounds and just outside of them. */
export function nearly(schema: TSchema): fc.Arbitrary<string> {
  return nearlyNode(schema, 0);
}

function nearlyNode(node: Described, depth: number): fc.Arbitrary<string> {
  const hostile = fc.constantFrom(...hostileJson);
  if (depth > 3) return hostile;
  return fc.oneof({ weight: 1, arbitrary: hostile }, { weight: 4, arbitrary: ofType(node, depth) });
}

function ofType(node: Described, depth: number): fc.Arbitrary<string> {
  const { anyOf, items, properties, pattern, minimum = -10, maximum = 1_000 } = node;
  if (node.const !== undefined) return fc.constant(JSON.stringify(node.const));
  if (anyOf !== undefined && anyOf.length > 0) return fc.oneof(...anyOf.map((one) => nearlyNode(one, depth)));
  if (items !== undefined) {
    const some = fc.array(nearlyNode(items, depth + 1), { maxLength: 3 });
    return some.map((texts) => `[${texts.join(',')}]`);
  }
  if (properties !== undefined) return objectOf(properties, depth);
  if (node.type === 'integer') return fc.integer({ min: minimum - 1, max: maximum + 1 }).map(String);
  if (node.type === 'number') return fc.double().map(String);
  if (node.type === 'boolean') return fc.boolean().map(String);
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).map((text) => JSON.stringify(text));
  return fc.string({ unit: 'binary', maxLength: 40 }).map((text) => JSON.stringify(text));
}

function objectOf(properties: Readonly<Record<string, Described>>, depth: number): fc.Arbitrary<string> {
  const members = Object.entries(properties).map(([name, member]) =>
    fc
      .option(nearlyNode(member, depth + 1), { freq: 6 })
      .map((text) => (text === null ? [] : [`${JSON.stringify(name)}:${text}`])),
  );
  if (members.length === 0) return fc.constant('{}');
  // A member may stand twice, and one that does not exist may stand beside them.
  const more = fc.oneof(
    { weight: 9, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.constant(['"nobody":1']) },
  );
  return fc.tuple(fc.tuple(...members), more, fc.boolean()).map(([parts, extra, twice]) => {
    const all = parts.flat();
    return `{${[...all, ...extra, ...(twice ? all.slice(0, 1) : [])].join(',')}}`;
  });
}
