import type { Instant } from '../base/instant.ts';

const DAY_AT_END = /:(?<day>\d{4}-\d\d-\d\d)$/;

/**
 * True for a key of one day, `tuition:payment_reminder:12:3:2026-03-07`, that had passed before an instant: nothing tells of that day any
 * more, so the key need not be kept. Any other key, such as that of a payment or of a welcome, is good for ever.
 */
export function keyIsPast(dedupeKey: string, before: Instant): boolean {
  const day = DAY_AT_END.exec(dedupeKey)?.groups?.['day'];
  return day !== undefined && day < before.toString().slice(0, 10);
}
