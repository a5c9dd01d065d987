import { checkValue } from '../../base/check-value.ts';
import { CarryoverError } from '../../base/errors.ts';
import { noticeSettingsSchema, type NoticeSettings } from '../../notices/settings.ts';
import type { App } from '../app.ts';
import { configInvalid } from '../app-errors.ts';
import type { NoticeConfiguration } from './notice-desk-of.ts';

/** The settings of notices that a configuration names; undefined where it names none, and notices then wait. Throws `CONFIG_INVALID`. */
export function noticeConfigurationOf(app: App): NoticeConfiguration | undefined {
  const given = app.loaded.config.notices;
  if (given === undefined) return undefined;
  const checked = checkValue<NoticeSettings>(noticeSettingsSchema, given);
  if ('value' in checked) return { settings: checked.value, environment: app.environment };
  const { path, ...flaw } = checked.flaw;
  throw new CarryoverError(configInvalid, { file: app.configFile, path: `notices.${path}`, ...flaw });
}
