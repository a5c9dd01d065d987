import { describe, expect } from 'vitest';
import { CarryoverError } from '../../src/base/errors.ts';
import { providerUnavailable } from '../../src/payments/payment-errors.ts';
import { inboxState, listInbox } from '../../src/payments/inbox/list-inbox.ts';
import type { EventHandler, InboxRun } from '../../src/payments/inbox/process-inbox.ts';
import { pruneInbox } from '../../src/payments/inbox/prune-inbox.ts';
import { replayDeadEvents, replayEvent } from '../../src/payments/inbox/replay-event.ts';
import { SECRET, test } from './inbox-test.ts';

const fine: EventHandler = () => Promise.resolve('processed');
const failing: EventHandler = () =>
  Promise.reject(new CarryoverError(providerUnavailable, { attempt: 'read the payment', found: 'without an answer' }));
const none: InboxRun = { processed: 0, ignored: 0, failed: 0, dead: 0 };

describe('what the inbox takes in', () => {
  test('U-24: an event is stored once, however often it is sent, also at the same moment', async ({ desk }) => {
    const event = desk.event();
    expect(await desk.receive(event)).toMatchObject({ outcome: 'stored', type: 'payment_intent.succeeded' });
    expect(await desk.receive(event)).toMatchObject({ outcome: 'duplicate' });
    const second = desk.event();
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => desk.receive(second)));
    expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
    expect((await listInbox(desk.database)).rows).toHaveLength(2);
    expect(await desk.process(fine)).toEqual({ ...none, processed: 2 });
    expect(await desk.receive(event)).toMatchObject({ outcome: 'duplicate' });
    expect(await desk.process(fine)).toEqual(none);
  });

  test('while a secret is replaced, webhooks signed with either are taken', async ({ desk }) => {
    const webhook = desk.stub.webhook(desk.event(), ['whsec_other', SECRET]);
    expect(await desk.take(webhook, ['whsec_next', SECRET])).toMatchObject({ outcome: 'stored' });
    expect(await desk.receive(desk.event(), ['whsec_next', SECRET])).toMatchObject({ outcome: 'stored' });
    await expect(desk.receive(desk.event(), ['whsec_next'])).rejects.toMatchObject({
      code: 'PAYMENTS_SIGNATURE_INVALID',
      httpStatus: 400,
    });
  });

  test('nothing is stored that is not signed, is signed for another body, or was signed too long ago', async ({
    desk,
  }) => {
    const { rawBody, signatureHeader } = desk.stub.webhook(desk.event(), [SECRET]);
    const old = desk.stub.webhook(desk.event(), [SECRET], Math.floor(Date.now() / 1000) - 301);
    const refused = { code: 'PAYMENTS_SIGNATURE_INVALID' };
    await expect(desk.take({ rawBody: `${rawBody} `, signatureHeader })).rejects.toMatchObject(refused);
    for (const header of ['', 'v1=abc', 't=1', `t=abc,v1=${'0'.repeat(64)}`]) {
      await expect(desk.take({ rawBody, signatureHeader: header })).rejects.toMatchObject(refused);
    }
    await expect(desk.take(old)).rejects.toThrow(/found a signature that is too old/);
    expect((await listInbox(desk.database)).rows).toEqual([]);
  });

  test('what is signed and is no event is refused, and text of any kind is kept as it came', async ({ desk }) => {
    for (const body of [
      '{',
      '[]',
      '{"id":"evt_1"}',
      '{"id":"","object":"event","type":"x","created":1,"data":{"object":{}}}',
    ]) {
      await expect(desk.take(desk.stub.webhook(body, [SECRET]))).rejects.toMatchObject({
        code: 'PAYMENTS_PAYLOAD_INVALID',
      });
    }
    const note = 'سلام 🙂 \u0000';
    const event = desk.stub.books.tell('payment_intent.succeeded', { id: 'pi_1', object: 'payment_intent', note });
    await desk.receive(event);
    const seen: unknown[] = [];
    await desk.process(({ object }) => {
      seen.push(object['note']);
      return Promise.resolve('processed');
    });
    expect(seen).toEqual([note]);
  });
});

describe('the worker of the inbox', () => {
  test('U-24: a failure is written down, tried again later each time, and given up in the end; nothing is lost', async ({
    desk,
  }) => {
    await desk.receive(desk.event());
    const start = await desk.inMinutes(0);
    const at = (minutes: number) => ({ now: start.plusMillis(minutes * 60_000), attemptsMax: 3 });
    expect(await desk.process(failing, at(0))).toEqual({ ...none, failed: 1 });
    expect(await desk.process(failing, at(0.9))).toEqual(none);
    expect(await desk.process(failing, at(1))).toEqual({ ...none, failed: 1 });
    expect(await desk.process(failing, at(2.9))).toEqual(none);
    expect(await desk.process(failing, at(3))).toEqual({ ...none, dead: 1 });
    expect(await desk.process(fine, at(10_000))).toEqual(none);
    const [line] = (await listInbox(desk.database, { status: 'dead' })).rows;
    expect(line).toMatchObject({ attempts: 3, errorCode: 'PAYMENTS_PROVIDER_UNAVAILABLE', dueAt: null });
    expect(line?.failure).toMatch(/^Cannot read the payment: found the payment provider without an answer/);
  });

  test('an error that is not ours is written down without its text', async ({ desk }) => {
    await desk.receive(desk.event());
    await desk.process(() => Promise.reject(new TypeError('of ann@example.com')));
    expect((await listInbox(desk.database)).rows).toMatchObject([{ errorCode: 'unexpected', failure: 'TypeError' }]);
  });

  test('types that nobody handles, and what is not ours, are kept as ignored', async ({ desk }) => {
    await desk.receive(desk.event('payout.paid'));
    await desk.receive(desk.event());
    expect(await desk.process(() => Promise.resolve('ignored'))).toEqual({ ...none, ignored: 2 });
    expect((await inboxState(desk.database)).counts).toMatchObject({ ignored: 2, received: 0 });
  });

  test('ten servers at once handle each event once', async ({ desk }) => {
    for (let count = 0; count < 20; count += 1) await desk.receive(desk.event());
    const seen: string[] = [];
    const handler: EventHandler = async ({ id }) => {
      seen.push(id);
      await desk.database.dialect.statements.serverNow(desk.database.handle);
      return 'processed';
    };
    const servers = await Promise.all([1, 2, 3, 4].map(() => desk.another()));
    const passes = [...servers, ...servers, ...servers.slice(0, 2)].map((database) =>
      desk.process(handler, { database }),
    );
    const runs = await Promise.all(passes);
    expect(runs.reduce((sum, { processed }) => sum + processed, 0)).toBe(20);
    expect(new Set(seen).size).toBe(20);
    expect(seen).toHaveLength(20);
  });

  test('an event whose server died is taken over when its lease ends, and the dead server can no longer end it', async ({
    desk,
  }) => {
    await desk.receive(desk.event());
    const start = await desk.inMinutes(0);
    const later = start.plusMillis(2000);
    const during: InboxRun[] = [];
    const stuck: EventHandler = async () => {
      during.push(await desk.process(fine, { now: start.plusMillis(500) }));
      during.push(await desk.process(fine, { now: later }));
      throw new Error('It woke up.');
    };
    await desk.process(stuck, { now: start, leaseMs: 1000 });
    expect(during).toEqual([none, { ...none, processed: 1 }]);
    expect((await listInbox(desk.database)).rows).toMatchObject([{ status: 'processed', attempts: 2 }]);
  });

  test('an event that kills whoever handles it is given up', async ({ desk }) => {
    await desk.receive(desk.event());
    const start = await desk.inMinutes(0);
    const died: EventHandler = async () => {
      expect(await desk.process(fine, { now: start.plusMillis(2000), attemptsMax: 1 })).toEqual({ ...none, dead: 1 });
      return 'processed';
    };
    await desk.process(died, { now: start, leaseMs: 1000, attemptsMax: 1 });
    expect((await listInbox(desk.database)).rows).toMatchObject([{ status: 'dead', errorCode: 'interrupted' }]);
  });

  test('U-24: an event is replayed by its id, and all that were given up at once', async ({ desk }) => {
    const first = await desk.receive(desk.event());
    const second = await desk.receive(desk.event());
    expect(await desk.process(failing, { attemptsMax: 1 })).toEqual({ ...none, dead: 2 });
    await replayEvent(desk.database, first.eventId);
    expect(await desk.process(fine)).toEqual({ ...none, processed: 1 });
    expect(await replayDeadEvents(desk.database)).toBe(1n);
    expect((await inboxState(desk.database)).counts).toMatchObject({ received: 1, dead: 0 });
    expect(await desk.process(fine)).toEqual({ ...none, processed: 1 });
    await replayEvent(desk.database, second.eventId);
    expect(await desk.process(fine)).toEqual({ ...none, processed: 1 });
    await expect(replayEvent(desk.database, 'evt_none')).rejects.toMatchObject({ code: 'PAYMENTS_EVENT_UNKNOWN' });
  });

  test('the list goes by pages, newest first, and is narrowed by status and type', async ({ desk }) => {
    for (const type of ['a.b', 'payment_intent.succeeded', 'a.b']) await desk.receive(desk.event(type));
    await desk.process(fine);
    const first = await listInbox(desk.database, { limit: 2 });
    const second = await listInbox(desk.database, { limit: 2, after: first.next ?? '' });
    expect([...first.rows, ...second.rows].map(({ type }) => type)).toEqual(['a.b', 'payment_intent.succeeded', 'a.b']);
    expect(second.next).toBeNull();
    expect((await listInbox(desk.database, { status: 'processed' })).rows).toHaveLength(1);
    expect((await listInbox(desk.database, { type: 'a.b' })).rows).toHaveLength(2);
    expect(JSON.stringify(first)).not.toContain('data');
    await expect(listInbox(desk.database, { after: 'x' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('what is long done with is removed, and what failed stays', async ({ desk }) => {
    await desk.receive(desk.event());
    await desk.process(fine);
    await desk.receive(desk.event());
    await desk.process(failing, { attemptsMax: 1 });
    const later = { now: await desk.inMinutes(46 * 24 * 60) };
    expect(await pruneInbox(desk.database, { keptDays: 45 })).toBe(0n);
    expect(await pruneInbox(desk.database, { ...later, keptDays: 47 })).toBe(0n);
    expect(await pruneInbox(desk.database, { ...later, keptDays: 45 })).toBe(1n);
    expect((await listInbox(desk.database)).rows).toMatchObject([{ status: 'dead' }]);
  });

  test('more than a transaction takes is removed in several, and the provider is heard meanwhile', async ({ desk }) => {
    const { statements } = desk.database.dialect;
    const now = await desk.inMinutes(0);
    const finished = now.plusMillis(-46 * 86_400_000);
    await statements.insertRows(desk.database.handle, 'carryover_stripe_events', {
      columns: {
        event_id: 'text',
        type: 'text',
        payload: 'text',
        status: 'text',
        attempts: 'int64',
        occurred_at: 'instant',
        received_at: 'instant',
        finished_at: 'instant',
      },
      rows: Array.from({ length: 1_100 }, (_, n) => {
        const status = n % 2 === 0 ? 'processed' : 'ignored';
        return [`evt_old_${n}`, 'a.b', '{}', status, 1n, finished, finished, finished];
      }),
    });
    const event = desk.event();
    const [removed, received] = await Promise.all([
      pruneInbox(desk.database, { now, keptDays: 45 }),
      desk.receive(event),
    ]);
    expect(removed).toBe(1_100n);
    expect(received).toMatchObject({ outcome: 'stored' });
    expect(await desk.receive(event)).toMatchObject({ outcome: 'duplicate' });
  });
});
