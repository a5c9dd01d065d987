import { Type, type TSchema } from 'typebox';
import { checkValue } from '../../base/check-value.ts';
import { CarryoverError } from '../../base/errors.ts';
import { EVENT_DAYS_MAX, EVENT_DAYS_MIN } from '../../payments/inbox/prune-inbox.ts';
import type { App } from '../app.ts';
import { configInvalid } from '../app-errors.ts';

/** The member `jobs.prune` of the configuration: how long records are kept that are of no use after a time, in days. */
export interface PruneSettings {
  /** Answers to calls with a key. */
  readonly requestsDays: number;
  /** What was confirmed and done to cutovers; the audit has it besides, for ever. */
  readonly cutoverActionsDays: number;
  /** Notices that one can opt out of, after their last change. */
  readonly noticesDays: number;
  /** Those that one cannot: the proof that somebody was told. */
  readonly mandatoryNoticesDays: number;
  /** Webhooks of the provider of payments that were handled or ignored. */
  readonly paymentEventsDays: number;
}

const DAYS_MAX = 36_500;
const days = (description: string, minimum: number, byDefault: number): TSchema =>
  Type.Integer({ minimum, maximum: DAYS_MAX, default: byDefault, description });

/** The form of `jobs.prune`, with its defaults. */
export const pruneSettingsSchema: TSchema = Type.Object(
  {
    // Longer than any client tries again, a queue that stood still over a holiday included. Shorter saves some disk; too short refuses
    // or repeats what a late retry would have been answered with, which is worse.
    requestsDays: days('Of answers to calls with a key', 30, 90),
    // A confirmation is good for ten minutes, so nothing can use one again; a caller's key is answered for as long.
    cutoverActionsDays: days('Of what was done to cutovers', 30, 365),
    // The budget counts what the calendar month has cost, so a month's notices must be there.
    noticesDays: days('Of notices that one can opt out of', 35, 180),
    // Whoever says "nobody told us" says so within the school year or the year of account.
    mandatoryNoticesDays: days('Of notices that one cannot opt out of', 180, 730),
    paymentEventsDays: Type.Integer({
      minimum: EVENT_DAYS_MIN,
      maximum: EVENT_DAYS_MAX,
      default: 45,
      description: 'Of webhooks that were handled',
    }),
  },
  { additionalProperties: false },
);

/** How long an application's records are kept: what its configuration says, and the defaults. Throws `CONFIG_INVALID`. */
export function pruneSettingsOf(app: App): PruneSettings {
  const checked = checkValue<PruneSettings>(pruneSettingsSchema, app.loaded.config.jobs?.prune ?? {});
  if ('value' in checked) return checked.value;
  const { path, ...flaw } = checked.flaw;
  throw new CarryoverError(configInvalid, { file: app.configFile, path: `jobs.prune.${path}`, ...flaw });
}
