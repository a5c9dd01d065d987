import { defineRoute, Reply, type Route } from '../../../http/route.ts';
import { targetUnknown } from '../../app-errors.ts';
import { progressNews, type ProgressNews } from '../../cutover/progress-events.ts';
import { READERS } from '../ledger/ledger-scope.ts';
import type { ServeScope } from '../serve-scope.ts';
import * as wire from '../wire-fields.ts';
import { cutoverOf, systemPath } from './cutover-scope.ts';
import { lineOf } from './status-answers.ts';

/** What a browser waits before it connects again after the stream broke off. */
const RECONNECT_MS = 2_000;

/** The stream of what happens to a cutover. */
export const cutoverEventRoute: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/api/cutovers/:system/events',
  name: 'cutover.events',
  title:
    'Stream what happens to a cutover: events "status", "progress" and "journal", the last with the number that resumes',
  tag: 'cutover',
  access: { roles: READERS },
  params: systemPath,
  query: wire.closed({
    after: wire.optional(
      wire.number('Journal lines after this number come first; the header Last-Event-ID says it too'),
    ),
  }),
  answer: { contentType: 'text/event-stream' },
  errors: [targetUnknown],
  key: 'none',
  async handle(scope, { params, query, headers, signal, background }) {
    const context = cutoverOf(scope, params['system']);
    const last = headers['last-event-id'];
    // A header of another form is none of ours: the stream then begins with what is there.
    const known = typeof last === 'string' && /^\d{1,18}$/.test(last) ? last : (query['after'] as string | undefined);
    const after = known === undefined ? undefined : BigInt(known);
    const ending = AbortSignal.any([signal, background.signal]);
    return new Reply(writtenNews(progressNews(context, { after, signal: ending })), {
      headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
    });
  },
});

async function* writtenNews(news: AsyncGenerator<ProgressNews>): AsyncGenerator<string, void, undefined> {
  yield `retry: ${RECONNECT_MS}\n\n`;
  for await (const one of news) yield written(one);
}

function written(news: ProgressNews): string {
  if (news.event === 'heartbeat') return ': still here\n\n';
  const data = JSON.stringify(news.event === 'journal' ? lineOf(news.data) : news.data, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  const id = news.event === 'journal' ? `id: ${news.id}\n` : '';
  return `${id}event: ${news.event}\ndata: ${data}\n\n`;
}
