import { Type } from 'typebox';
import { formatActor } from '../../base/actor.ts';
import type { Role } from '../../base/role.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import {
  listDeadNotices,
  listPausedChannels,
  listPreferences,
  resumeChannel,
  retryDeadNotices,
  setLanguage,
  setPreference,
  stopChannel,
  type DeadNotice,
} from '../../notices/index.ts';
import { noticeChannelUnknown, noticeMandatory, noticeTypeUnknown } from '../../notices/notices-errors.ts';
import { CHANNEL_NAMES } from '../../notices/tables.ts';
import { LANGUAGES } from '../../notices/texts/language.ts';
import type { ServeScope } from '../http/serve-scope.ts';
import * as wire from '../http/wire-fields.ts';
import { noticesNotConfigured } from './notice-errors.ts';
import { whatsAppRoutes } from './whatsapp-routes.ts';

const DESK: readonly Role[] = ['server', 'staff', 'admin', 'super_admin'];
const OFFICE: readonly Role[] = ['server', 'admin', 'super_admin'];

const recipient = {
  system: wire.reference('The system', 32),
  recipient: wire.reference('Who is told, such as student:12'),
};

const dead: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/api/notices/dead',
  name: 'notices.list-dead',
  title: 'List the deliveries that wait for a person, oldest first',
  tag: 'notices',
  access: { roles: DESK },
  query: wire.closed({
    system: wire.optional(wire.reference('Only of this system', 32)),
    status: wire.optional(wire.oneOf(['dead', 'failed', 'unknown'], 'Only these')),
    limit: wire.limit,
    after: wire.optional(wire.after),
  }),
  answer: wire.closed({
    rows: Type.Array(
      wire.closed({
        id: wire.number('The delivery'),
        noticeId: wire.number('The notice'),
        ...recipient,
        type: wire.reference('What it tells of'),
        channel: wire.reference('How it was to go'),
        status: wire.oneOf(['dead', 'failed', 'unknown'], 'Given up, not reached there, or perhaps arrived'),
        reason: wire.nullable(Type.String({ description: 'Why' })),
        attempts: wire.number('How often it was tried'),
        noticedAt: wire.instant('When it happened'),
        updatedAt: wire.instant('When this was last touched'),
      }),
    ),
    next: wire.next,
  }),
  errors: [],
  key: 'none',
  async handle({ database }, { query }) {
    const { limit, after, ...filter } = query as {
      limit: number;
      after?: string;
      system?: string;
      status?: DeadNotice['status'];
    };
    const rows = await listDeadNotices(database, {
      ...filter,
      rowsMax: limit + 1,
      ...(after === undefined ? {} : { after: BigInt(after) }),
    });
    const kept = rows.slice(0, limit);
    return { rows: kept.map(deadAnswer), next: rows.length > limit ? (kept.at(-1)?.id.toString() ?? null) : null };
  },
});

const retry: Route<ServeScope> = defineRoute({
  method: 'POST',
  path: '/api/notices/dead/retry',
  name: 'notices.retry-dead',
  title: 'Have deliveries tried again: those named, or every dead one of a system',
  tag: 'notices',
  access: { roles: OFFICE },
  body: Type.Union([
    wire.closed({ ids: Type.Array(wire.number('A delivery'), { minItems: 1, maxItems: 1000, description: 'These' }) }),
    wire.closed({ system: wire.reference('Every dead one of this system', 32) }),
  ]),
  answer: wire.closed({ retried: wire.number('How many are tried again') }),
  errors: [],
  // What is due already stays due.
  key: 'none',
  async handle({ database }, { body }) {
    const wanted = body as { ids: readonly string[] } | { system: string };
    const choice = 'ids' in wanted ? { ids: wanted.ids.map(BigInt) } : wanted;
    return { retried: BigInt(await retryDeadNotices(database, choice)).toString() };
  },
});

const preferences: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/api/notices/preferences',
  name: 'notices.list-preferences',
  title: 'List what somebody wants to be told, and how',
  tag: 'notices',
  access: { roles: DESK },
  query: wire.closed(recipient),
  answer: wire.closed({
    rows: Type.Array(
      wire.closed({
        type: wire.reference('A type of notice, or * for every one'),
        channel: wire.reference('A channel, or * for every one'),
        optedOut: Type.Boolean({ description: 'Whether it is not wanted' }),
      }),
    ),
  }),
  errors: [],
  key: 'none',
  handle: async ({ database }, { query }) => ({
    rows: await listPreferences(database, query as { system: string; recipient: string }),
  }),
});

const prefer: Route<ServeScope> = defineRoute({
  method: 'PUT',
  path: '/api/notices/preferences',
  name: 'notices.set-preference',
  title:
    'Write down what somebody wants to be told; what says that money was taken or a child turned away cannot be declined',
  tag: 'notices',
  access: { roles: DESK },
  body: wire.closed({
    ...recipient,
    type: wire.reference('A type of notice, or * for every one', 64),
    channel: wire.oneOf([...CHANNEL_NAMES, '*'], 'A channel, or * for every one'),
    optedOut: Type.Boolean({ description: 'Whether it is not wanted' }),
  }),
  answer: wire.closed({ status: Type.Literal('kept') }),
  errors: [noticesNotConfigured, noticeTypeUnknown, noticeChannelUnknown, noticeMandatory],
  key: 'none',
  async handle(scope, { body, principal }) {
    const change = body as { system: string; recipient: string; type: string; channel: string; optedOut: boolean };
    await setPreference(await scope.noticeDesk(), { ...change, actor: formatActor(principal.actor) });
    return { status: 'kept' };
  },
});

const language: Route<ServeScope> = defineRoute({
  method: 'PUT',
  path: '/api/notices/language',
  name: 'notices.set-language',
  title: 'Write down in which language somebody is told',
  tag: 'notices',
  access: { roles: DESK },
  body: wire.closed({ ...recipient, language: wire.oneOf(LANGUAGES, 'The language') }),
  answer: wire.closed({ status: Type.Literal('kept') }),
  errors: [],
  key: 'none',
  async handle({ database }, { body, principal }) {
    const change = body as { system: string; recipient: string; language: string };
    await setLanguage(database, { ...change, actor: formatActor(principal.actor) });
    return { status: 'kept' };
  },
});

const paused: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/api/notices/paused-channels',
  name: 'notices.list-paused',
  title: 'List the channels that send nothing, and why',
  tag: 'notices',
  access: { roles: DESK },
  answer: wire.closed({
    rows: Type.Array(
      wire.closed({
        channel: wire.reference('The channel, or all'),
        pausedAt: wire.instant('Since when'),
        reason: Type.String({ description: 'Why' }),
      }),
    ),
  }),
  errors: [],
  key: 'none',
  handle: async ({ database }) => ({
    rows: (await listPausedChannels(database)).map((row) => ({ ...row, pausedAt: row.pausedAt.toString() })),
  }),
});

const channel = wire.closed({ channel: wire.oneOf([...CHANNEL_NAMES, 'all'], 'A channel, or all of them') });

const stop: Route<ServeScope> = defineRoute({
  method: 'POST',
  path: '/api/notices/channels/:channel/pause',
  name: 'notices.pause-channel',
  title: 'Let a channel send nothing until it is resumed',
  tag: 'notices',
  access: { roles: OFFICE },
  params: channel,
  body: wire.closed({ reason: wire.text('Why', 150) }),
  answer: wire.closed({ status: Type.Literal('paused') }),
  errors: [],
  key: 'none',
  async handle({ database }, { params, body }) {
    await stopChannel(database, params['channel'] as string, (body as { reason: string }).reason);
    return { status: 'paused' };
  },
});

const resume: Route<ServeScope> = defineRoute({
  method: 'POST',
  path: '/api/notices/channels/:channel/resume',
  name: 'notices.resume-channel',
  title: 'Let a channel send again',
  tag: 'notices',
  access: { roles: OFFICE },
  params: channel,
  answer: wire.closed({ status: wire.oneOf(['resumed', 'was-not-paused'], 'Whether it had been paused') }),
  errors: [],
  key: 'none',
  handle: async ({ database }, { params }) => ({
    status: (await resumeChannel(database, params['channel'] as string)) ? 'resumed' : 'was-not-paused',
  }),
});

function deadAnswer({ id, noticeId, attempts, noticedAt, updatedAt, ...rest }: DeadNotice): object {
  return {
    ...rest,
    id: id.toString(),
    noticeId: noticeId.toString(),
    attempts: attempts.toString(),
    noticedAt: noticedAt.toString(),
    updatedAt: updatedAt.toString(),
  };
}

/** The routes of notices: the provider's webhook, what waits for a person, what people want to be told, and pauses. */
export const noticeRoutes: readonly Route<ServeScope>[] = [
  ...whatsAppRoutes,
  dead,
  retry,
  preferences,
  prefer,
  language,
  paused,
  stop,
  resume,
];
