import { afterEach, beforeEach, expect, test } from 'vitest';
import { progressNews } from '../../../src/app/cutover/progress-events.ts';
import { switchAccounts } from '../../../src/cutover/switch/switch-accounts.ts';
import { openServedCafe, type ServedCafe } from './served-cafe.ts';
import { openStream, type StreamedEvent } from './event-stream.ts';

let cafe: ServedCafe;
beforeEach(async () => {
  cafe = await openServedCafe();
  await cafe.migrate();
});
afterEach(() => cafe.close());

const isDone = ({ event, data }: StreamedEvent): boolean =>
  event === 'status' && data['stage'] === 'switch' && data['state'] === 'done';

test('the stream tells of a switch that another process runs: state, rows, and each journal line once', async () => {
  const stream = await openStream(cafe.first);
  expect(stream.contentType).toBe('text/event-stream');
  expect(await stream.next()).toMatchObject({
    event: 'status',
    data: { stage: 'verify', state: 'done', holder: null },
  });
  const switching = switchAccounts(cafe.context(), { selection: { who: 'all' }, cohort: 'all' });
  const told = await stream.until(isDone);
  await switching;
  // The last rows may be seen by the look before the one that sees the end.
  const isCounted = ({ event, data }: StreamedEvent): boolean => event === 'progress' && data['rows'] === '24';
  const all = told.some(isCounted) ? told : [...told, ...(await stream.until(isCounted))];
  const lines = all.filter(({ event }) => event === 'journal');
  expect(lines.map(({ data }) => data['step'])).toContain('switch all');
  const ids = lines.map(({ id }) => Number(id));
  expect(ids).toEqual(ids.map((_id, index) => (ids[0] ?? 0) + index));
  expect(all.findLast(isCounted)?.data).toMatchObject({ stage: 'switch', rowsTotal: null });

  const resumed = await openStream(cafe.first, String(ids.at(-2)));
  const missed = await resumed.until(({ event }) => event === 'journal');
  expect(missed.at(-1)?.id).toBe(String(ids.at(-1)));
});

test('a stream ends when the service does, and does not keep it from ending', async () => {
  const stream = await openStream(cafe.first);
  await stream.next();
  await cafe.end(cafe.first);
  expect(await stream.next()).toBeUndefined();
});

test('a stream on which nothing happens says now and then that it is there, and ends with its caller', async () => {
  const caller = new AbortController();
  const news = progressNews(cafe.context(), { after: undefined, signal: caller.signal, heartbeatEveryMs: 0 });
  expect((await news.next()).value).toMatchObject({ event: 'status' });
  expect((await news.next()).value).toEqual({ event: 'heartbeat' });
  caller.abort();
  expect(await news.next()).toEqual({ done: true, value: undefined });
});
