/** Values that canonical JSON can hold. A bigint is written as a decimal string, so that no reader rounds it. */
export type CanonicalValue =
  | string
  | number
  | boolean
  | null
  | bigint
  | { toJSON(): string }
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue | undefined };

/**
 * One text for one value: keys sorted, no spaces, bigints as strings, undefined members left out. Hash inputs (plan hash,
 * proof digests, request content) go through here, so that two runs that mean the same have the same hash.
 */
export function canonicalJson(value: CanonicalValue): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `"${value.toString()}"`;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError(`canonical JSON holds whole numbers only, not ${value}`);
    return value.toString();
  }
  if (Array.isArray(value)) return `[${value.map((item: CanonicalValue) => canonicalJson(item)).join(',')}]`;
  if (hasToJson(value)) return JSON.stringify(value.toJSON());
  const record = value as { readonly [key: string]: CanonicalValue | undefined };
  // A loop over one text: every command's content is hashed through here, on the way of every post.
  let text = '{';
  for (const key of Object.keys(record).toSorted()) {
    const member = record[key];
    if (member !== undefined) text += `${text.length > 1 ? ',' : ''}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `${text}}`;
}

function hasToJson(value: object): value is { toJSON(): string } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}
