import { isError } from '../../base/errors.ts';
import { cutoverLegacyMismatch } from '../../cutover/index.ts';
import { systemNoticeDefaults, type NoticeDesk, type NoticeSettings } from '../../notices/index.ts';
import type { NoticeSource } from '../../notices/notice-source.ts';
import type { SystemNoticeSettings } from '../../notices/settings.ts';
import { billingNotices } from '../../systems/billing/notices/billing-notices.ts';
import type { OperationContext } from '../../systems/operation.ts';
import { tuitionNotices } from '../../systems/tuition/notices/tuition-notices.ts';
import { systemNotMade } from '../app-errors.ts';
import type { ServedInstance } from '../served-instance.ts';
import { openNotices } from './open-notices.ts';

/** What makes a system's source of notices; each knows the policy of its own context. */
type SourceMaker = (context: OperationContext<never>, settings: SystemNoticeSettings) => NoticeSource;

/** The systems that send notices, by name. */
const noticeSourceMakers: Readonly<Record<string, SourceMaker>> = {
  tuition: tuitionNotices,
  billing: billingNotices,
};

/** The settings of notices, and the environment that their secrets are in. */
export interface NoticeConfiguration {
  /** Checked against `noticeSettingsSchema`, with defaults filled in. */
  readonly settings: NoticeSettings;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * What the notices of a service are delivered with: those of each configured system that was carried over and whose legacy tables
 * are as mapped. The notices of another wait, since names and addresses are in those tables. Throws as `openNotices`.
 */
export async function noticeDeskOf(
  service: ServedInstance,
  { settings, environment }: NoticeConfiguration,
): Promise<NoticeDesk> {
  const sources: NoticeSource[] = [];
  for (const system of service.app.systemNames) {
    const make = noticeSourceMakers[system];
    const context = make === undefined ? undefined : await contextOf(service, system);
    if (make === undefined || context === undefined) continue;
    sources.push(make(context, settings.systems[system] ?? systemNoticeDefaults));
  }
  return openNotices({ database: service.database, settings, environment, sources });
}

async function contextOf(service: ServedInstance, system: string): Promise<OperationContext<never> | undefined> {
  try {
    return await service.contextOf(system, { actor: { kind: 'system', id: 'notices' } });
  } catch (error) {
    if (isError(error, cutoverLegacyMismatch) || isError(error, systemNotMade)) return undefined;
    throw error;
  }
}
