import { Type, type TSchema, type TSchemaOptions } from 'typebox';
import { CHANNEL_NAMES, type ChannelName } from './tables.ts';
import type { NoticeRoute } from './choices/choose-channels.ts';
import type { QuietHours } from './choices/quiet-hours.ts';
import { LANGUAGES, type Language } from './texts/language.ts';
import { PHONE_COUNTRIES, type PhoneCountry } from './texts/phone-number.ts';

/** The member `notices` of the configuration. Every member has the documented default; secrets are named, never written. */
export interface NoticeSettings {
  /** What is not here is closed: no notice goes that way. */
  readonly channels: {
    readonly whatsapp?: WhatsAppSettings;
    readonly email?: EmailSettings;
    readonly webhook?: WebhookSettings;
  };
  readonly route: NoticeRoute;
  /** By `system.type`, where it differs: `tuition.payment_reminder`. */
  readonly routes: Readonly<Record<string, NoticeRoute>>;
  /** Null for none. */
  readonly quietHours: QuietHours | null;
  /** Messages to one address within an hour, of those that may be held back. */
  readonly perRecipientHour: number;
  /** Messages a minute of a bulk, so that an announcement to a whole school goes out in stages. */
  readonly bulkPerMinute: number;
  readonly budget: BudgetSettings;
  /** Pauses before each further attempt; as many as there are. */
  readonly retryMinutes: readonly number[];
  /** After so long, a notice that may be left out is old news. */
  readonly optionalLifetimeHours: number;
  /** By system. */
  readonly systems: Readonly<Record<string, SystemNoticeSettings>>;
}

/** What messages may cost in a calendar month. */
export interface BudgetSettings {
  /** A decimal text; null for no limit. */
  readonly monthly: string | null;
  readonly currency: string;
  readonly scale: number;
  /** IANA zone of the calendar month. */
  readonly zone: string;
}

/** What a system's recipients have in common. */
export interface SystemNoticeSettings {
  /** Of recipients who have chosen none. */
  readonly language: Language;
  /** How telephone numbers without a country are read. */
  readonly country: PhoneCountry;
}

interface ChannelSettings {
  readonly perMinute: number;
  /** How long an answer is waited for. */
  readonly timeoutMs: number;
  /** A decimal text of the budget's currency, for one message. */
  readonly cost: string;
}

/** WhatsApp Cloud API. */
export interface WhatsAppSettings extends ChannelSettings {
  readonly url: string;
  readonly phoneNumberId: string;
  readonly accessTokenEnv: string;
  readonly appSecretEnv: string;
  readonly verifyTokenEnv: string;
  /** By `system.type`, the names under which templates were approved, where they differ from `system_type_vN`. */
  readonly templates: Readonly<Record<string, string>>;
  /** The provider's language code of each language. */
  readonly languages: Readonly<Record<Language, string>>;
}

/** SMTP. */
export interface EmailSettings extends ChannelSettings {
  readonly host: string;
  readonly port: number;
  /** From the first byte, by STARTTLS or not at all, which is for a relay on the same machine. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly userEnv?: string;
  readonly passwordEnv?: string;
  readonly from: string;
}

/** A signed request to the user's own application. */
export interface WebhookSettings extends ChannelSettings {
  readonly url: string;
  readonly secretEnv: string;
}

const closed = { additionalProperties: false };
const text = (description: string, more: object = {}): TSchema => Type.String({ minLength: 1, description, ...more });
const whole = (description: string, bounds: object): TSchema => Type.Integer({ description, ...bounds });
const oneOf = (words: readonly string[], more: TSchemaOptions): TSchema =>
  Type.Union(
    words.map((word) => Type.Literal(word)),
    more,
  );
const group = (members: Readonly<Record<string, TSchema>>, more: object = {}): TSchema =>
  Type.Object(members, { ...closed, ...more });

const envName = (description: string, byDefault?: string): TSchema =>
  Type.String({
    pattern: '^[A-Z][A-Z0-9_]*$',
    description,
    ...(byDefault === undefined ? {} : { default: byDefault }),
  });
const channelName = oneOf(CHANNEL_NAMES, { description: 'A channel' });
const route = (defaults: object): TSchema =>
  group(
    {
      first: Type.Array(channelName, { description: 'The first of these that reaches the recipient', default: [] }),
      also: Type.Array(channelName, { description: 'Each of these as well', default: [] }),
    },
    defaults,
  );
const everyChannel = (perMinute: number): Readonly<Record<string, TSchema>> => ({
  perMinute: whole('Messages a minute at most', { minimum: 1, maximum: 6000, default: perMinute }),
  timeoutMs: whole('How long an answer is waited for', { minimum: 100, maximum: 30_000, default: 15_000 }),
  cost: Type.String({ pattern: '^[0-9]{1,9}([.][0-9]{1,6})?$', default: '0', description: 'Of one message' }),
});
const clock = (byDefault: string): TSchema =>
  Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', default: byDefault, description: 'HH:MM' });

const whatsapp = group({
  url: text('The Graph API with its version', { pattern: '^https?://', default: 'https://graph.facebook.com/v23.0' }),
  phoneNumberId: Type.String({ pattern: '^[0-9]{1,32}$', description: 'The number that sends' }),
  accessTokenEnv: envName('Variable of the access token', 'WHATSAPP_ACCESS_TOKEN'),
  appSecretEnv: envName('Variable of the secret that signs status webhooks', 'WHATSAPP_APP_SECRET'),
  verifyTokenEnv: envName('Variable of the token that verifies the webhook', 'WHATSAPP_VERIFY_TOKEN'),
  templates: Type.Record(Type.String(), Type.String({ pattern: '^[a-z0-9_]{1,512}$' }), { default: {} }),
  languages: group(
    Object.fromEntries(LANGUAGES.map((language) => [language, text('Language code', { default: language })])),
    { default: {} },
  ),
  ...everyChannel(60),
});

const email = group({
  host: text('The SMTP server'),
  port: whole('Its port', { minimum: 1, maximum: 65_535, default: 587 }),
  security: oneOf(['starttls', 'tls', 'none'], { default: 'starttls', description: 'How the connection is encrypted' }),
  userEnv: Type.Optional(envName('Variable of the user name')),
  passwordEnv: Type.Optional(envName('Variable of the password')),
  from: text('Sender, such as School <desk@school.example>'),
  ...everyChannel(60),
});

const webhook = group({
  url: text('Where notices are posted', { pattern: '^https?://' }),
  secretEnv: envName('Variable of the secret that signs', 'NOTICE_WEBHOOK_SECRET'),
  ...everyChannel(600),
});

/** Checks and defaults of `NoticeSettings`. */
export const noticeSettingsSchema: TSchema = group({
  channels: group(
    { whatsapp: Type.Optional(whatsapp), email: Type.Optional(email), webhook: Type.Optional(webhook) },
    { default: {} },
  ),
  route: route({ default: { first: ['whatsapp', 'email'], also: [] satisfies ChannelName[] } }),
  routes: Type.Record(Type.String(), route({}), { default: {} }),
  quietHours: Type.Union([group({ from: clock('21:30'), to: clock('08:00') }), Type.Null()], {
    default: { from: '21:30', to: '08:00' },
  }),
  perRecipientHour: whole('Messages to one address within an hour', { minimum: 1, maximum: 1000, default: 5 }),
  bulkPerMinute: whole('Messages a minute of a bulk', { minimum: 1, maximum: 6000, default: 20 }),
  budget: group(
    {
      monthly: Type.Union([Type.String({ pattern: '^[0-9]{1,12}([.][0-9]{1,6})?$' }), Type.Null()], {
        default: null,
      }),
      currency: Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$', default: 'egp' }),
      scale: whole('Decimals of the currency', { minimum: 0, maximum: 6, default: 2 }),
      zone: text('IANA zone of the calendar month', { default: 'UTC' }),
    },
    { default: {} },
  ),
  retryMinutes: Type.Array(Type.Integer({ minimum: 1, maximum: 1440 }), { maxItems: 10, default: [5, 10, 20] }),
  optionalLifetimeHours: whole('Until an optional notice is old news', { minimum: 1, maximum: 720, default: 24 }),
  systems: Type.Record(
    Type.String(),
    group({
      language: oneOf(LANGUAGES, { default: 'en', description: 'Of recipients who have chosen none' }),
      country: oneOf(PHONE_COUNTRIES, { default: 'EG', description: 'How telephone numbers are read' }),
    }),
    { default: {} },
  ),
});

/** What a system's recipients have in common where the settings do not name it. */
export const systemNoticeDefaults: SystemNoticeSettings = { language: 'en', country: 'EG' };
