import { Type, type TSchema } from 'typebox';
import type { LegacyMapping } from '../cutover/descriptor.ts';
import { noticeSettingsSchema, type NoticeSettings } from '../notices/settings.ts';
import { stripeSettingsSchema, type StripeSettings } from '../payments/stripe-settings.ts';
import { pruneSettingsSchema, type PruneSettings } from './jobs/prune-settings.ts';
import { httpSchema, jwtSchema, type HttpSettings, type JwtSettings } from './http/http-settings.ts';

/** One named database. Exactly one of `url` and `urlEnv`. */
export interface InstanceConfig {
  /** A connection URL without a password: `sqlite:./school.db`, `postgres://app@db.example/school`. */
  readonly url?: string;
  /** The environment variable that holds the whole URL. */
  readonly urlEnv?: string;
  /** The environment variable that holds the password for `url`. */
  readonly passwordEnv?: string;
}

/** One system: how its legacy tables are called here, its policy, and what was decided about findings. */
export interface SystemConfig {
  readonly tables?: LegacyMapping;
  /** Members that differ from the system's defaults; checked against its policy schema. */
  readonly policy?: Readonly<Record<string, unknown>>;
  /** Codes of `stop` findings that were looked at and accepted. */
  readonly acceptFindings?: readonly string[];
  /** Compatibility views whose name is taken, by the name to use instead. */
  readonly renameViews?: Readonly<Record<string, string>>;
}

/** How many rows may wait in quarantine before a run aborts; whichever is reached first. */
export interface QuarantineConfig {
  readonly rowsMax?: number;
  readonly percentMax?: number;
}

/** The content of `carryover.config.ts` or `.json`. */
export interface CarryoverConfig {
  readonly instances: Readonly<Record<string, InstanceConfig>>;
  readonly systems: Readonly<Record<string, SystemConfig>>;
  readonly backups?: { readonly folder?: string; readonly keep?: number };
  readonly logs?: { readonly folder?: string };
  /** Stands in place of `carryover_` before the names of Carryover's tables. */
  readonly tablePrefix?: string;
  readonly quarantine?: QuarantineConfig;
  /** How `carryover serve` listens. */
  readonly http?: Partial<HttpSettings>;
  /** Who takes payments. */
  readonly payments?: {
    readonly stripe?: Partial<StripeSettings> & Pick<StripeSettings, 'successUrl' | 'cancelUrl' | 'returnUrl'>;
  };
  /** How long records are kept that are of no use after a time. */
  readonly jobs?: { readonly prune?: Partial<PruneSettings> };
  /** How people are told of what happens. */
  readonly notices?: Partial<NoticeSettings>;
  /** Who is believed besides the holders of API keys. */
  readonly identity?: { readonly jwt?: Partial<JwtSettings> & Pick<JwtSettings, 'issuer' | 'audience'> };
}

/** Gives the editor the types; returns its argument. */
export function defineConfig(config: CarryoverConfig): CarryoverConfig {
  return config;
}

const closed = { additionalProperties: false };
/** What instances and systems may be called: names that stand in file names and on command lines as they are. */
export const CONFIG_NAME_PATTERN = '^[a-z][a-z0-9_-]{0,31}$';

const instance = Type.Object(
  {
    url: Type.Optional(Type.String({ minLength: 1 })),
    urlEnv: Type.Optional(Type.String({ minLength: 1 })),
    passwordEnv: Type.Optional(Type.String({ minLength: 1 })),
  },
  closed,
);

const legacyTable = Type.Object(
  {
    table: Type.Optional(Type.String({ minLength: 1 })),
    columns: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 1 }))),
  },
  closed,
);

const system = Type.Object(
  {
    tables: Type.Optional(Type.Record(Type.String(), legacyTable)),
    policy: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    acceptFindings: Type.Optional(Type.Array(Type.String())),
    renameViews: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 1 }))),
  },
  closed,
);

/** The form of `CarryoverConfig`; the policies are checked by each system's own schema. */
export const configSchema: TSchema = Type.Object(
  {
    instances: Type.Record(Type.String({ pattern: CONFIG_NAME_PATTERN }), instance, { ...closed, minProperties: 1 }),
    systems: Type.Record(Type.String({ pattern: CONFIG_NAME_PATTERN }), system, closed),
    backups: Type.Optional(
      Type.Object(
        { folder: Type.Optional(Type.String({ minLength: 1 })), keep: Type.Optional(Type.Integer({ minimum: 1 })) },
        closed,
      ),
    ),
    logs: Type.Optional(Type.Object({ folder: Type.Optional(Type.String({ minLength: 1 })) }, closed)),
    tablePrefix: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9_]{0,30}_$' })),
    quarantine: Type.Optional(
      Type.Object(
        {
          rowsMax: Type.Optional(Type.Integer({ minimum: 0 })),
          percentMax: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
        },
        closed,
      ),
    ),
    http: Type.Optional(httpSchema),
    payments: Type.Optional(Type.Object({ stripe: Type.Optional(stripeSettingsSchema) }, closed)),
    jobs: Type.Optional(Type.Object({ prune: Type.Optional(pruneSettingsSchema) }, closed)),
    notices: Type.Optional(noticeSettingsSchema),
    identity: Type.Optional(Type.Object({ jwt: Type.Optional(jwtSchema) }, closed)),
  },
  closed,
);
