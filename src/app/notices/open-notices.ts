import { readCutoverRow } from '../../cutover/record/cutover-row.ts';
import { deliveryRules, type NoticeDesk, type NoticeSettings } from '../../notices/index.ts';
import type { NoticeSource } from '../../notices/notice-source.ts';
import type { Database } from '../../sql/database.ts';
import { tracedChannel } from '../telemetry/trace-channel.ts';
import { openChannels } from './open-channels.ts';

/** Where notices are delivered. */
export interface NoticePlace {
  readonly database: Database;
  /** Checked against `noticeSettingsSchema`, with defaults filled in. */
  readonly settings: NoticeSettings;
  readonly environment: NodeJS.ProcessEnv;
  readonly sources: readonly NoticeSource[];
}

/**
 * What notices of an instance are delivered with. Holds no connection of its own: the database is the caller's, and channels connect for
 * each message. Throws `CONFIG_SECRET_MISPLACED`, `INPUT_INVALID`.
 */
export function openNotices({ database, settings, environment, sources }: NoticePlace): NoticeDesk {
  return {
    database,
    channels: new Map(openChannels(settings, environment).map((channel) => [channel.name, tracedChannel(channel)])),
    sources: new Map(sources.map((source) => [source.system, source])),
    rules: deliveryRules(settings),
    isSuppressed: (system) => isCutoverAtWork(database, system),
  };
}

/** True while a cutover writes rows of a system, or takes them back: what its rows give rise to is not news. */
async function isCutoverAtWork(database: Database, system: string): Promise<boolean> {
  const row = await readCutoverRow(database.handle, system);
  return row?.state === 'running' || row?.state === 'rolling-back';
}
