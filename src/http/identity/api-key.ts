import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** An API key as it is shown once: `co_<id>_<secret>`. The id names its row, the secret proves it. */
export interface ApiKey {
  readonly id: string;
  readonly secret: string;
}

/** 12 characters name a key, 43 of base64url carry 256 bits of chance: far beyond guessing, so one round of SHA-256 keeps it well. */
const KEY_FORM = /^co_([0-9a-z]{12})_([A-Za-z0-9_-]{43})$/;

const ID_LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** A key that nobody has. */
export function newApiKey(): ApiKey {
  const id = [...randomBytes(12)].map((byte) => ID_LETTERS[byte % ID_LETTERS.length]).join('');
  return { id, secret: randomBytes(32).toString('base64url') };
}

/** The text that its holder keeps. */
export function apiKeyText({ id, secret }: ApiKey): string {
  return `co_${id}_${secret}`;
}

/** Reads a key's text; undefined for one of another form. */
export function parseApiKey(text: string): ApiKey | undefined {
  const match = KEY_FORM.exec(text);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { id: match[1], secret: match[2] };
}

/** What is stored of a key's secret: hex of SHA-256. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether a secret is the one with that hash, in a time that says nothing. Undefined compares as long and is never it. */
export function isSecretOf(secret: string, hash: string | undefined): boolean {
  const given = Buffer.from(hashOfSecret(secret));
  const stored = Buffer.from(hash ?? hashOfSecret(randomBytes(8).toString('hex')));
  return given.length === stored.length && timingSafeEqual(given, stored) && hash !== undefined;
}
