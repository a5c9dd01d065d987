import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Handle } from '../../sql/engine.ts';
import type { Addressee, NoAddressee, StoredNotice } from '../notice-source.ts';
import type { Preference } from '../choices/choose-channels.ts';
import { LANGUAGES, type Language } from '../texts/language.ts';
import type { NoticeDesk } from './notice-desk.ts';

/** A row of the outbox that may be due. */
export interface OutboxNotice extends StoredNotice {
  readonly mandatory: boolean;
  /** When it arose, or from when on it may go. */
  readonly noticedAt: Instant;
}

interface OutboxRow {
  readonly id: bigint;
  readonly system_name: string;
  readonly type: string;
  readonly recipient: string;
  readonly mandatory: bigint;
  readonly payload: unknown;
  readonly noticed_at: Instant;
}

/** Rows of the outbox in the order they were written. */
export async function readOutbox(
  handle: Handle,
  where: RawBuilder<unknown>,
  rowsMax: number,
): Promise<readonly OutboxNotice[]> {
  const { rows } = await sql<OutboxRow>`
    select o.id, o.system_name, o.type, o.recipient, o.mandatory, o.payload, coalesce(o.not_before_at, o.created_at) as noticed_at
    from ${sql.table('carryover_outbox')} o where ${where} order by o.id limit ${sql.lit(rowsMax)}`.execute(handle);
  return rows.map((row) => ({
    id: row.id,
    system: row.system_name,
    type: row.type,
    recipient: row.recipient,
    mandatory: row.mandatory === 1n,
    payload: typeof row.payload === 'string' ? (JSON.parse(row.payload) as unknown) : row.payload,
    noticedAt: row.noticed_at,
  }));
}

/** Who notices go to, by the notice; each recipient in the language they chose. A notice that is missing has no source or nobody. */
export async function lookUpAddressees(
  desk: NoticeDesk,
  handle: Handle,
  notices: readonly StoredNotice[],
): Promise<ReadonlyMap<bigint, Addressee | NoAddressee>> {
  const found = new Map<bigint, Addressee | NoAddressee>();
  for (const [system, ofSystem] of Map.groupBy(notices, (notice) => notice.system)) {
    const answers = await desk.sources.get(system)?.lookUp(handle, ofSystem);
    if (answers === undefined) continue;
    const languages = await chosenLanguages(handle, system, ofSystem);
    for (const { id, recipient } of ofSystem) {
      const answer = answers.get(id);
      const language = languages.get(recipient);
      if (answer === undefined) continue;
      found.set(id, 'skip' in answer || language === undefined ? answer : { ...answer, language });
    }
  }
  return found;
}

async function chosenLanguages(
  handle: Handle,
  system: string,
  notices: readonly StoredNotice[],
): Promise<ReadonlyMap<string, Language>> {
  const { rows } = await sql<{ recipient: string; language: string }>`
    select l.recipient, l.language from ${sql.table('carryover_notice_languages')} l
    where l.system_name = ${system} and l.recipient in (${recipientsOf(notices)})`.execute(handle);
  const known = rows.filter((row): row is typeof row & { language: Language } =>
    (LANGUAGES as readonly string[]).includes(row.language),
  );
  return new Map(known.map(({ recipient, language }) => [recipient, language]));
}

/** What the recipients of notices wish, by system and recipient as `keyOf` joins them. */
export async function readPreferences(
  handle: Handle,
  notices: readonly StoredNotice[],
): Promise<ReadonlyMap<string, readonly Preference[]>> {
  if (notices.length === 0) return new Map();
  const { rows } = await sql<{
    system_name: string;
    recipient: string;
    type: string;
    channel: string;
    opted_out: bigint;
  }>`
    select p.system_name, p.recipient, p.type, p.channel, p.opted_out from ${sql.table('carryover_notice_preferences')} p
    where p.recipient in (${recipientsOf(notices)})`.execute(handle);
  const byRecipient = Map.groupBy(rows, (row) => keyOf({ system: row.system_name, recipient: row.recipient }));
  return new Map(
    [...byRecipient].map(([key, ofRecipient]) => [
      key,
      ofRecipient.map(({ type, channel, opted_out }) => ({ type, channel, isOptedOut: opted_out === 1n })),
    ]),
  );
}

/** A recipient of a system as one text. A system's name has no space. */
export function keyOf({ system, recipient }: { readonly system: string; readonly recipient: string }): string {
  return `${system} ${recipient}`;
}

function recipientsOf(notices: readonly StoredNotice[]): RawBuilder<unknown> {
  return sql.join([...new Set(notices.map(({ recipient }) => recipient))]);
}
