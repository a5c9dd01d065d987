import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { recordStatuses } from '../../src/notices/index.ts';
import type { DeliveryRow } from '../../src/notices/tables.ts';
import { failureOf } from '../support/failure-of.ts';
import { acceptedAs, statusBody, type ToldStatus } from '../support/receivers/whatsapp-receiver.ts';
import { NOON, noon, PostOffice } from './post-office.ts';

let office: PostOffice;
beforeAll(async () => {
  office = await PostOffice.open();
});
afterEach(() => office.empty());
afterAll(() => office.close());

const tell = (...statuses: readonly ToldStatus[]): ReturnType<typeof recordStatuses> =>
  recordStatuses(office.desk({ open: ['whatsapp', 'email'] }), statusBody(...statuses), noon(1));

/** One message that was sent. */
async function sent(id = 'wamid.1'): Promise<DeliveryRow> {
  office.whatsapp.next = ({ to }) => acceptedAs(id, to);
  await office.enqueue({ recipient: office.person('amal') });
  await office.pass();
  return only();
}

async function only(): Promise<DeliveryRow> {
  const [delivery] = await office.deliveries();
  if (delivery === undefined) throw new Error('There is no delivery.');
  return delivery;
}

describe('statuses of a message', () => {
  test.each([
    { told: ['sent', 'delivered', 'read'], status: 'read' },
    { told: ['read', 'delivered', 'sent'], status: 'read' },
    { told: ['delivered', 'sent', 'delivered'], status: 'delivered' },
    { told: ['read', 'failed'], status: 'read' },
    { told: ['delivered', 'failed'], status: 'delivered' },
    { told: ['failed', 'sent'], status: 'failed' },
    { told: ['failed', 'delivered'], status: 'delivered' },
    { told: ['sent', 'failed', 'failed'], status: 'failed' },
  ])('$told leave it $status', async ({ told, status }) => {
    await sent();
    for (const word of told)
      await tell({ id: 'wamid.1', status: word, ...(word === 'failed' ? { code: 131_026 } : {}) });
    expect(await only()).toMatchObject({ status });
  });

  test('all in one webhook are taken, and what is not of us is ignored', async () => {
    const { reference } = await sent();
    expect(
      await tell(
        { id: 'wamid.1', status: 'read', reference },
        { id: 'wamid.1', status: 'delivered', reference },
        { id: 'wamid.99', status: 'delivered' },
        { id: 'wamid.1', status: 'delivered', reference: 'of-another-instance' },
        { id: 'wamid.1', status: 'warmed-up', reference },
      ),
    ).toEqual({ recorded: 1, ignored: 3 });
    const delivery = await only();
    expect([delivery.delivered_at, delivery.read_at]).toEqual([noon(1), noon(1)]);
  });

  test('a body of another form is refused', async () => {
    for (const body of [null, [], {}, { entry: [{}] }, { entry: [{ changes: [{ value: { statuses: 7 } }] }] }]) {
      expect(await failureOf(recordStatuses(office.desk(), body))).toMatchObject({ code: 'INPUT_INVALID' });
    }
    const body = {
      entry: [{ changes: [{ value: { messages: [{ from: '2010' }] } }, { value: { statuses: [7, {}] } }] }],
    };
    expect(await recordStatuses(office.desk(), body)).toEqual({ recorded: 0, ignored: 0 });
  });

  test('a message whose answer was lost is found again by its reference', async () => {
    office.whatsapp.next = () => 'drop';
    await office.enqueue({ recipient: office.person('amal') });
    await office.pass();
    const { reference } = await only();
    await tell({ id: 'wamid.7', status: 'delivered', reference });
    expect(await only()).toMatchObject({ status: 'delivered', provider_id: 'wamid.7' });
  });

  test('a status that is faster than the answer stays', async () => {
    office.whatsapp.next = async ({ to, biz_opaque_callback_data: reference }) => {
      await tell({ id: 'wamid.8', status: 'delivered', reference });
      return acceptedAs('wamid.8', to);
    };
    await office.enqueue({ recipient: office.person('amal') });
    expect(await office.pass()).toMatchObject({ sent: 1 });
    expect(await only()).toMatchObject({ status: 'delivered', provider_id: 'wamid.8' });
  });

  test('a failure that may pass brings another attempt; told again, it does not touch that one', async () => {
    const { reference } = await sent('wamid.1');
    await tell({ id: 'wamid.1', status: 'failed', code: 131_000, reference });
    expect(await only()).toMatchObject({ status: 'pending', charged_month: null, next_attempt_at: noon(6) });
    await tell({ id: 'wamid.1', status: 'failed', code: 131_000, reference });
    office.whatsapp.next = async ({ to }) => {
      await tell({ id: 'wamid.1', status: 'failed', code: 131_000, reference });
      return acceptedAs('wamid.2', to);
    };
    expect(await office.pass({}, { now: noon(6) })).toMatchObject({ sent: 1 });
    await tell({ id: 'wamid.1', status: 'failed', code: 131_000, reference });
    expect(await only()).toMatchObject({ status: 'sent', provider_id: 'wamid.2', attempts: 2n });
  });

  test('a failure of a message whose answer was lost is not taken for one of the next attempt', async () => {
    office.whatsapp.next = () => 'drop';
    await office.enqueue({ recipient: office.person('amal') });
    await office.pass();
    const { reference } = await only();
    const failed = { id: 'wamid.1', status: 'failed', code: 131_000, reference };
    await tell(failed);
    office.whatsapp.next = async ({ to }) => {
      expect(await tell(failed)).toEqual({ recorded: 0, ignored: 1 });
      return acceptedAs('wamid.2', to);
    };
    expect(await office.pass({}, { now: noon(6) })).toMatchObject({ sent: 1 });
  });

  test('one that was delivered after all is not tried again', async () => {
    const { reference } = await sent('wamid.1');
    await tell({ id: 'wamid.1', status: 'failed', code: 131_000, reference });
    await tell({ id: 'wamid.1', status: 'read', reference });
    expect(await office.pass({}, { now: noon(10) })).toMatchObject({ sent: 0, retried: 0 });
    expect(await only()).toMatchObject({ status: 'read', charged_month: '2026-03' });
  });

  test('a recipient who cannot be reached gets the notice by another channel', async () => {
    await sent('wamid.1');
    await tell({ id: 'wamid.1', status: 'failed', code: 131_026 });
    expect(await office.pass({ open: ['whatsapp', 'email'] }, { now: noon(2) })).toMatchObject({ planned: 1, sent: 1 });
    expect(await office.outcomes()).toEqual(['whatsapp failed error 131026', 'email sent']);
  });

  test('a refusal of the account stops the channel', async () => {
    await sent('wamid.1');
    await tell({ id: 'wamid.1', status: 'failed', code: 368 });
    expect(await office.pass({}, { now: NOON })).toMatchObject({
      paused: [{ channel: 'whatsapp', reason: 'error 368' }],
    });
  });
});
