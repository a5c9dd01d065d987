import { sql } from 'kysely';
import { CarryoverError } from '../base/errors.ts';
import { inputInvalid } from '../base/base-errors.ts';
import { checkReference } from '../base/names.ts';
import type { BulkKind, BulkValue } from '../sql/contract/statements.ts';
import type { Database } from '../sql/database.ts';
import { noticeChannelUnknown, noticeMandatory, noticeTypeUnknown } from './notices-errors.ts';
import type { NoticeDesk } from './delivery/notice-desk.ts';
import { CHANNEL_NAMES } from './tables.ts';
import { LANGUAGES } from './texts/language.ts';

/** A recipient of a system, and who writes down what they want. */
export interface RecipientChange {
  readonly system: string;
  /** `student:12`. */
  readonly recipient: string;
  /** `person:clerk-7`. */
  readonly actor: string;
}

/** A wish to be told, or not. */
export interface PreferenceChange extends RecipientChange {
  /** A type of the system, or `*` for every one. */
  readonly type: string;
  /** A channel, or `*` for every one. */
  readonly channel: string;
  readonly optedOut: boolean;
}

/** A wish as it stands. */
export interface StoredPreference {
  readonly type: string;
  readonly channel: string;
  readonly optedOut: boolean;
}

/**
 * Writes down what a recipient wants to be told and how; the last wish counts. Throws `INPUT_INVALID`, `NOTICES_TYPE_UNKNOWN`,
 * `NOTICES_CHANNEL_UNKNOWN`, and `NOTICES_TYPE_MANDATORY` for a mandatory type on every channel. On one channel, a mandatory
 * notice then goes by another; a wish about every type leaves mandatory ones out.
 */
export async function setPreference(
  { database, sources }: Pick<NoticeDesk, 'database' | 'sources'>,
  change: PreferenceChange,
): Promise<void> {
  const { system, type, channel, optedOut } = change;
  const templates = sources.get(system)?.templates ?? {};
  const template = Object.hasOwn(templates, type) ? templates[type] : undefined;
  if (!sources.has(system) || (type !== '*' && template === undefined)) {
    throw new CarryoverError(noticeTypeUnknown, { system, type, known: Object.keys(templates) });
  }
  if (channel !== '*' && !(CHANNEL_NAMES as readonly string[]).includes(channel)) {
    throw new CarryoverError(noticeChannelUnknown, { channel, known: [...CHANNEL_NAMES, '*'] });
  }
  if (optedOut && channel === '*' && template?.mandatory === true) {
    throw new CarryoverError(noticeMandatory, { system, type });
  }
  await keep(database, change, {
    table: 'carryover_notice_preferences',
    key: { type, channel },
    value: { opted_out: optedOut ? 1n : 0n },
  });
}

/** The language a recipient is written to from now on. Throws `INPUT_INVALID`, also for a language that notices are not written in. */
export async function setLanguage(
  database: Database,
  change: RecipientChange & { readonly language: string },
): Promise<void> {
  const { language } = change;
  if (!(LANGUAGES as readonly string[]).includes(language)) {
    const found = JSON.stringify(language.slice(0, 40));
    throw new CarryoverError(inputInvalid, { what: 'a language', found, expected: LANGUAGES.join(', ') });
  }
  await keep(database, change, { table: 'carryover_notice_languages', key: {}, value: { language } });
}

/** What a recipient wants, for a page that shows it. */
export async function listPreferences(
  database: Database,
  { system, recipient }: { readonly system: string; readonly recipient: string },
): Promise<readonly StoredPreference[]> {
  const { rows } = await sql<{ type: string; channel: string; opted_out: bigint }>`
    select p.type, p.channel, p.opted_out from ${sql.table('carryover_notice_preferences')} p
    where p.system_name = ${system} and p.recipient = ${recipient} order by p.type, p.channel`.execute(database.handle);
  return rows.map(({ type, channel, opted_out }) => ({ type, channel, optedOut: opted_out === 1n }));
}

interface KeptValue {
  readonly table: string;
  readonly key: Readonly<Record<string, string>>;
  readonly value: Readonly<Record<string, string | bigint>>;
}

async function keep(
  database: Database,
  { system, recipient, actor }: RecipientChange,
  { table, key, value }: KeptValue,
): Promise<void> {
  const { statements } = database.dialect;
  checkReference('a recipient', recipient);
  checkReference('an actor', actor);
  const keys = { system_name: system, recipient, ...key };
  await database.write(async (trx) => {
    const set = { ...value, actor, set_at: await statements.serverNow(trx) };
    const members: readonly (readonly [string, BulkValue])[] = Object.entries({ ...keys, ...set });
    const columns = Object.fromEntries(members.map(([name, member]) => [name, kindOf(member)]));
    const rows = { columns, rows: [members.map(([, member]) => member)] };
    await statements.insertIfAbsent(trx, {
      table,
      columns: Object.keys(columns),
      source: sql`select ${sql.join(Object.keys(columns).map((name) => sql.ref(`n.${name}`)))} from ${statements.rows('n', rows)}`,
      conflict: Object.keys(keys),
    });
    await statements.updateFromRows(trx, { table, rows, key: Object.keys(keys), set: Object.keys(set) });
  });
}

function kindOf(value: BulkValue): BulkKind {
  if (typeof value === 'bigint') return 'int64';
  return typeof value === 'string' ? 'text' : 'instant';
}
