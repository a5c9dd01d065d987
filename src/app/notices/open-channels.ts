import { parseAmount } from '../../base/amounts.ts';
import { budgetUnit, emailChannel, webhookChannel, whatsAppChannel } from '../../notices/index.ts';
import type { ChannelLimits, EmailOptions, NoticeChannel, NoticeSettings } from '../../notices/index.ts';
import { fromEnvironment } from '../from-environment.ts';

type Channels = NoticeSettings['channels'];
type SettingsOf<Name extends keyof Channels> = NonNullable<Channels[Name]>;

/**
 * The channels that settings open, with their secrets from the environment. Throws `CONFIG_SECRET_MISPLACED`, `INPUT_INVALID` for a cost
 * with more decimals than the budget's currency.
 */
export function openChannels(settings: NoticeSettings, environment: NodeJS.ProcessEnv): readonly NoticeChannel[] {
  const { whatsapp, email, webhook } = settings.channels;
  const unit = budgetUnit(settings);
  const limits = ({ cost, perMinute, timeoutMs }: SettingsOf<keyof Channels>): ChannelLimits => ({
    cost: parseAmount(cost, unit),
    perMinute,
    timeoutMs,
  });
  return [
    whatsapp === undefined ? [] : openWhatsApp(whatsapp, limits(whatsapp), environment),
    email === undefined ? [] : emailChannel({ ...email, ...limits(email), ...loginOf(email, environment) }),
    webhook === undefined ? [] : openWebhook(webhook, limits(webhook), environment),
  ].flat();
}

/** Where the configuration names a secret of a channel. */
export function secretPath(channel: keyof Channels, member: string): string {
  return `notices.channels.${channel}.${member}`;
}

function openWhatsApp(
  settings: SettingsOf<'whatsapp'>,
  limits: ChannelLimits,
  environment: NodeJS.ProcessEnv,
): NoticeChannel {
  return whatsAppChannel({
    ...limits,
    url: settings.url,
    phoneNumberId: settings.phoneNumberId,
    accessToken: fromEnvironment(secretPath('whatsapp', 'accessTokenEnv'), settings.accessTokenEnv, environment),
    templateNames: settings.templates,
    languageCodes: settings.languages,
  });
}

function openWebhook(
  settings: SettingsOf<'webhook'>,
  limits: ChannelLimits,
  environment: NodeJS.ProcessEnv,
): NoticeChannel {
  const secret = fromEnvironment(secretPath('webhook', 'secretEnv'), settings.secretEnv, environment);
  return webhookChannel({ ...limits, url: settings.url, secret });
}

function loginOf(
  { userEnv, passwordEnv }: SettingsOf<'email'>,
  environment: NodeJS.ProcessEnv,
): Pick<EmailOptions, 'login'> {
  if (userEnv === undefined || passwordEnv === undefined) return {};
  return {
    login: {
      user: fromEnvironment(secretPath('email', 'userEnv'), userEnv, environment),
      pass: fromEnvironment(secretPath('email', 'passwordEnv'), passwordEnv, environment),
    },
  };
}
