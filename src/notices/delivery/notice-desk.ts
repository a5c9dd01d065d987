import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import type { Handle } from '../../sql/engine.ts';
import type { NoticeChannel } from '../channels/channel.ts';
import type { AdmissionRules } from '../choices/admit.ts';
import type { NoticeRoute } from '../choices/choose-channels.ts';
import type { NoticeSource } from '../notice-source.ts';
import type { ChannelName } from '../tables.ts';
import type { NoticePace } from '../texts/notice-template.ts';

/** The settings as the delivery of notices uses them; amounts are in the smallest part of the budget's currency. */
export interface DeliveryRules extends AdmissionRules {
  readonly route: NoticeRoute;
  /** By `system.type`. */
  readonly routes: Readonly<Record<string, NoticeRoute>>;
  readonly budgetZone: string;
  readonly bulkPerMinute: number;
  /** Pauses before each further attempt. */
  readonly retryMs: readonly number[];
  /**
   * How long a server may have a delivery before another one takes it for stopped. Too short would lose a claim whose batch is still being
   * sent, which costs a second look; too long leaves messages of a stopped server waiting. Above the longest time-out of a channel.
   */
  readonly claimMs: number;
}

/** What notices are delivered with. */
export interface NoticeDesk {
  readonly database: Database;
  /** Those that are open here. */
  readonly channels: ReadonlyMap<ChannelName, NoticeChannel>;
  /** By system. */
  readonly sources: ReadonlyMap<string, NoticeSource>;
  readonly rules: DeliveryRules;
  /** True while a cutover works on the rows of a system. */
  isSuppressed(system: string): Promise<boolean>;
}

/** Of a bulk, which has a rate of its own behind all others. */
export const BULK_PRIORITY = 4n;

/** In which order deliveries go, the smaller first: among equals the mandatory one, so that no limit is used up before it. */
export function priorityOf(pace: NoticePace, mandatory: boolean): bigint {
  if (pace === 'bulk') return BULK_PRIORITY;
  return (pace === 'urgent' ? 0n : 2n) + (mandatory ? 0n : 1n);
}

/** True for what quiet hours do not hold. */
export function isUrgent(priority: bigint): boolean {
  return priority < 2n;
}

/** The database's clock, or what stands in for it. */
export async function presentOf(
  { database }: Pick<NoticeDesk, 'database'>,
  handle: Handle,
  now?: Instant,
): Promise<Instant> {
  return now ?? (await database.dialect.statements.serverNow(handle));
}
