import { isIP } from 'node:net';

/** Names that stand for ranges: this machine, its links, and private networks. */
const RANGE_NAMES: ReadonlySet<string> = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** What an entry has to be, for messages. */
export const TRUSTED_PROXY_FORM = 'an IP address, a range such as 10.0.0.0/8, loopback, linklocal or uniquelocal';

/** Whether an entry names proxies: an address, a range of at least one leading bit, or a name of ranges. */
export function isTrustedProxy(entry: string): boolean {
  if (RANGE_NAMES.has(entry)) return true;
  const [address = '', bits, ...more] = entry.split('/');
  const family = isIP(address);
  // A zone belongs to one machine's interfaces and to no caller's address.
  if (family === 0 || address.includes('%') || more.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128);
}
