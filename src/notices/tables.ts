import type { Instant } from '../base/instant.ts';

/** The ways a message can go. */
export const CHANNEL_NAMES = ['whatsapp', 'email', 'webhook'] as const;

/** One of `CHANNEL_NAMES`. */
export type ChannelName = (typeof CHANNEL_NAMES)[number];

/**
 * Where a delivery is. A delivery is one notice on one channel.
 *
 *   pending --claimed by a server--> claimed --the request begins--> sending --accepted--> sent --> delivered --> read
 *
 * From `claimed` a server that stopped loses it back to `pending`: nothing had left. From `sending` it becomes `unknown`: the message may
 * have left, and only a status from the channel or a person decides. A failure that may pass makes it `pending` again, the last one
 * `dead`; a recipient who cannot be reached there makes it `failed`, and the notice looks for another channel. `suppressed` and `skipped`
 * were never tried; their reason says why.
 */
export type DeliveryStatus =
  | 'pending'
  | 'claimed'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'unknown'
  | 'failed'
  | 'dead'
  | 'suppressed'
  | 'skipped';

/** Where a delivery stays by itself: only a person or a late word of the channel moves it on. */
export const SETTLED_STATUSES: ReadonlySet<DeliveryStatus> = new Set([
  'sent',
  'delivered',
  'read',
  'unknown',
  'failed',
  'dead',
  'suppressed',
  'skipped',
]);

/** One notice on one channel. */
export interface DeliveryRow {
  readonly id: bigint;
  readonly notice_id: bigint;
  readonly system_name: string;
  readonly type: string;
  readonly recipient: string;
  /** `none` for a notice that no channel could take. */
  readonly channel: ChannelName | 'none';
  /** What the channel is told as the name of the message: random, so that the status of another instance's message meets no row here. */
  readonly reference: string;
  readonly mandatory: bigint;
  /** See `priorityOf`. */
  readonly priority: bigint;
  /** IANA zone of the recipient, for quiet hours. */
  readonly zone: string;
  /** A digest of channel and address, by which the messages to one telephone are counted together, whoever's parent it is. */
  readonly address_key: string;
  readonly status: DeliveryStatus;
  readonly reason: string | null;
  readonly attempts: bigint;
  readonly noticed_at: Instant;
  readonly next_attempt_at: Instant;
  readonly claim_token: string | null;
  readonly claim_expires_at: Instant | null;
  /** When it was last let through the limits. */
  readonly admitted_at: Instant | null;
  readonly provider_id: string | null;
  /** In the smallest part of the budget's currency. */
  readonly cost: bigint;
  /** `2026-11`, the month whose budget bears the cost; null while nobody does. */
  readonly charged_month: string | null;
  readonly sent_at: Instant | null;
  readonly delivered_at: Instant | null;
  readonly read_at: Instant | null;
  readonly updated_at: Instant;
}
