import { createHmac, timingSafeEqual } from 'node:crypto';

/** The HMAC-SHA256 of a body, as hexadecimal digits. */
export function hmacOf(secret: string, body: string | Uint8Array): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** Compares two texts in a time that does not tell where they differ. */
export function isSameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The header that signs a webhook: `t=1700000000,v1=...` over `${t}.${body}`; `t` is in seconds. */
export function signatureHeader(secret: string, body: string, epochSeconds: number): string {
  return `t=${epochSeconds},v1=${hmacOf(secret, `${epochSeconds}.${body}`)}`;
}
