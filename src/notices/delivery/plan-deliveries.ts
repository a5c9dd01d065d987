import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { BulkValue } from '../../sql/contract/statements.ts';
import type { Handle, Trx } from '../../sql/engine.ts';
import { chooseChannels, type Preference } from '../choices/choose-channels.ts';
import type { Addressee, NoAddressee } from '../notice-source.ts';
import type { ChannelName } from '../tables.ts';
import type { NoticeTemplate } from '../texts/notice-template.ts';
import { presentOf, priorityOf, type NoticeDesk } from './notice-desk.ts';
import { keyOf, lookUpAddressees, readOutbox, readPreferences, type OutboxNotice } from './read-notices.ts';

const NEW_DELIVERY = {
  notice_id: 'int64',
  system_name: 'text',
  type: 'text',
  recipient: 'text',
  channel: 'text',
  reference: 'text',
  mandatory: 'int64',
  priority: 'int64',
  zone: 'text',
  address_key: 'text',
  status: 'text',
  reason: 'text',
  noticed_at: 'instant',
  next_attempt_at: 'instant',
  cost: 'int64',
  updated_at: 'instant',
} as const;

/** How many notices were given channels, and how many nobody is told. */
export interface PlannedDeliveries {
  readonly planned: number;
  readonly skipped: number;
}

/**
 * Gives the notices that are due their channels: a delivery each, or one that says why there is none. What a system sends that is not
 * configured here waits. Two servers may plan at once; each notice is planned by the one that has its row locked first.
 */
export async function planDeliveries(
  desk: NoticeDesk,
  { now: given, rowsMax }: { readonly now: Instant | undefined; readonly rowsMax: number },
): Promise<PlannedDeliveries> {
  const { database, sources } = desk;
  const { instant } = database.dialect.expressions;
  // Without a channel everybody would be out of reach, and the notice of somebody who is not told is written off.
  if (sources.size === 0 || desk.channels.size === 0) return { planned: 0, skipped: 0 };
  return database.write(async (trx) => {
    const now = await presentOf(desk, trx, given);
    const due = sql`o.status = 'pending' and o.system_name in (${sql.join([...sources.keys()])})
      and (o.not_before_at is null or o.not_before_at <= ${instant(now)})`;
    const notices = await lockNotices(desk, trx, await readOutbox(trx, due, rowsMax));
    if (notices.length === 0) return { planned: 0, skipped: 0 };
    const facts = {
      addressees: await lookUpAddressees(desk, trx, notices),
      preferences: await readPreferences(trx, notices),
      tried: await triedChannels(trx, notices),
      now,
    };
    const rows = notices.flatMap((notice) => deliveriesOf(desk, notice, facts));
    await database.dialect.statements.insertRows(trx, 'carryover_notice_deliveries', { columns: NEW_DELIVERY, rows });
    const ids = database.dialect.statements.idIn(
      'id',
      notices.map(({ id }) => id),
    );
    await sql`update ${sql.table('carryover_outbox')} set status = 'planned' where ${ids}`.execute(trx);
    const skipped = rows.filter((row) => row[statusAt] === 'skipped').length;
    return { planned: notices.length - skipped, skipped };
  });
}

const statusAt = Object.keys(NEW_DELIVERY).indexOf('status');

/** Those that nobody else has planned meanwhile. */
async function lockNotices(
  desk: NoticeDesk,
  trx: Trx,
  notices: readonly OutboxNotice[],
): Promise<readonly OutboxNotice[]> {
  if (notices.length === 0) return [];
  const { statements } = desk.database.dialect;
  const { rows } = await sql<{ id: bigint }>`
    select o.id from ${statements.byPrimaryKey('carryover_outbox', 'o')}
    where ${statements.idIn(
      'o.id',
      notices.map(({ id }) => id),
    )} and o.status = 'pending' order by o.id ${statements.lockRows()}`.execute(trx);
  const locked = new Set(rows.map(({ id }) => id));
  return notices.filter(({ id }) => locked.has(id));
}

type Tried = ReadonlyMap<bigint, ReadonlyMap<ChannelName, boolean>>;

/** The channels that notices were given before; true where the recipient could not be reached. */
async function triedChannels(handle: Handle, notices: readonly OutboxNotice[]): Promise<Tried> {
  const { rows } = await sql<{ notice_id: bigint; channel: ChannelName; status: string }>`
    select d.notice_id, d.channel, d.status from ${sql.table('carryover_notice_deliveries')} d
    where d.notice_id in (${sql.join(notices.map(({ id }) => id))})`.execute(handle);
  return new Map(
    [...Map.groupBy(rows, (row) => row.notice_id)].map(([id, ofNotice]) => [
      id,
      new Map(ofNotice.map(({ channel, status }) => [channel, status === 'failed'])),
    ]),
  );
}

interface PlanFacts {
  readonly addressees: ReadonlyMap<bigint, Addressee | NoAddressee>;
  readonly preferences: ReadonlyMap<string, readonly Preference[]>;
  readonly tried: Tried;
  readonly now: Instant;
}

function deliveriesOf(desk: NoticeDesk, notice: OutboxNotice, facts: PlanFacts): readonly (readonly BulkValue[])[] {
  const { channels, rules, sources } = desk;
  const skip = (reason: string): readonly (readonly BulkValue[])[] => [
    rowOf(notice, facts.now, { channel: 'none', zone: 'UTC', addressKey: '', status: 'skipped', reason }),
  ];
  const template = sources.get(notice.system)?.templates[notice.type];
  const addressee = facts.addressees.get(notice.id);
  if (template === undefined) return skip('type-unknown');
  if (addressee === undefined) return skip('recipient-unknown');
  if ('skip' in addressee) return skip(addressee.skip);
  const chosen = chooseChannels({
    route: rules.routes[`${notice.system}.${notice.type}`] ?? rules.route,
    type: notice.type,
    mandatory: notice.mandatory,
    reachable: [...channels.values()].filter((one) => one.addressOf(addressee) !== undefined).map(({ name }) => name),
    preferences: facts.preferences.get(keyOf(notice)) ?? [],
    tried: facts.tried.get(notice.id) ?? new Map(),
  });
  if ('none' in chosen) return skip(chosen.none);
  return chosen.channels.map((name) => {
    const channel = channels.get(name);
    const addressKey = digestOf(`${name} ${channel?.addressOf(addressee) ?? ''}`);
    const cost = channel?.cost ?? 0n;
    return rowOf(notice, facts.now, {
      channel: name,
      zone: addressee.zone,
      addressKey,
      status: 'pending',
      template,
      cost,
    });
  });
}

interface NewDelivery {
  readonly channel: ChannelName | 'none';
  readonly zone: string;
  readonly addressKey: string;
  readonly status: 'pending' | 'skipped';
  readonly reason?: string;
  readonly template?: NoticeTemplate;
  readonly cost?: bigint;
}

/** In the order of `NEW_DELIVERY`. */
function rowOf(notice: OutboxNotice, now: Instant, delivery: NewDelivery): readonly BulkValue[] {
  const { pace = 'normal' } = delivery.template ?? {};
  return [
    notice.id,
    notice.system,
    notice.type,
    notice.recipient,
    delivery.channel,
    randomUUID(),
    notice.mandatory ? 1n : 0n,
    priorityOf(pace, notice.mandatory),
    delivery.zone,
    delivery.addressKey,
    delivery.status,
    delivery.reason ?? null,
    notice.noticedAt,
    now,
    delivery.cost ?? 0n,
    now,
  ];
}

/** Addresses are compared, never read back from here. */
function digestOf(address: string): string {
  return createHash('sha256').update(address).digest('hex');
}
