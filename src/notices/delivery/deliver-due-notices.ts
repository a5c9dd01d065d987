import type { Instant } from '../../base/instant.ts';
import type { DeliveryStatus } from '../tables.ts';
import { claimDeliveries } from './claim-deliveries.ts';
import { listPausedChannels, type PausedChannel } from './channel-pauses.ts';
import type { NoticeDesk } from './notice-desk.ts';
import { planDeliveries } from './plan-deliveries.ts';
import { recoverClaims } from './recover-claims.ts';
import { sendClaimed } from './send-claimed.ts';

/**
 * Batches of one pass at most. What is only held or left out does not count as sent, and the night may hold thousands; the next pass goes
 * on with them.
 */
const BATCHES_MAX = 100;

/** How far one pass goes. */
export interface PassOptions {
  /** Stands in for the database's clock. */
  readonly now?: Instant;
  /** Messages sent at most; 200 unless told. */
  readonly messagesMax?: number;
  /** Messages claimed at once: what a server that stops leaves for others to take over. 50 unless told. */
  readonly batchMax?: number;
  /** Messages under way at once; 8 unless told. */
  readonly concurrency?: number;
}

/** What one pass did, in deliveries. */
export interface PassResult {
  /** Notices that were given channels. */
  readonly planned: number;
  readonly sent: number;
  /** To be tried again, or waiting behind a channel that was stopped. */
  readonly retried: number;
  /** Quiet hours, a limit or a cutover hold them until later. */
  readonly held: number;
  readonly suppressed: number;
  readonly skipped: number;
  /** The recipient cannot be reached on that channel. */
  readonly failed: number;
  /** Wait for a person. */
  readonly dead: number;
  /** May have arrived. */
  readonly unknown: number;
  /** Another server had them by then. */
  readonly lost: number;
  /** Channels that send nothing until somebody resumes them: worth an alarm. */
  readonly paused: readonly PausedChannel[];
}

type Counts = { -readonly [Name in Exclude<keyof PassResult, 'paused'>]: PassResult[Name] };

/**
 * Delivers the notices that are due: one pass, which ends when nothing is due any more or `messagesMax` were sent. Any number of servers
 * may run it at once and as often as they like; the transactions that gave rise to the notices have committed long before (T-28).
 */
export async function deliverDueNotices(desk: NoticeDesk, options: PassOptions = {}): Promise<PassResult> {
  const { now, messagesMax = 200, batchMax = 50, concurrency = 8 } = options;
  const { unknown } = await recoverClaims(desk, now);
  const counts: Counts = {
    planned: 0,
    sent: 0,
    retried: 0,
    held: 0,
    suppressed: 0,
    skipped: 0,
    failed: 0,
    dead: 0,
    unknown,
    lost: 0,
  };
  let left = messagesMax;
  for (let batch = 0; batch < BATCHES_MAX && left > 0; batch += 1) {
    const planned = await planDeliveries(desk, { now, rowsMax: batchMax });
    const claims = await claimDeliveries(desk, { now, rowsMax: Math.min(batchMax, left) });
    const outcomes = await sendClaimed(desk, claims.claimed, { now, concurrency });
    left -= claims.claimed.length;
    counts.planned += planned.planned;
    counts.skipped += planned.skipped + claims.skipped;
    counts.held += claims.held;
    counts.suppressed += claims.suppressed;
    for (const outcome of outcomes) counts[COUNTED[outcome]] += 1;
    const moved = planned.planned + planned.skipped + claims.held + claims.suppressed + claims.skipped;
    if (moved + outcomes.length === 0) break;
  }
  return { ...counts, paused: await listPausedChannels(desk.database) };
}

const COUNTED: Readonly<Record<DeliveryStatus | 'lost', keyof Counts>> = {
  pending: 'retried',
  claimed: 'retried',
  sending: 'unknown',
  sent: 'sent',
  delivered: 'sent',
  read: 'sent',
  unknown: 'unknown',
  failed: 'failed',
  dead: 'dead',
  suppressed: 'suppressed',
  skipped: 'skipped',
  lost: 'lost',
};
