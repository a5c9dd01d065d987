import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { recordStatuses } from '../../src/notices/index.ts';
import { statusBody } from '../support/receivers/whatsapp-receiver.ts';
import { NOON, noon, PostOffice } from './post-office.ts';

const CHILD = fileURLToPath(new URL('deliver-child.ts', import.meta.url));

let office: PostOffice;
beforeAll(async () => {
  office = await PostOffice.open();
});
afterEach(() => office.empty());
afterAll(() => office.close());

/** Delivers in a process of its own, and answers the signal that ended it. */
function deliverInChild(moment: 'claimed' | 'answered'): Promise<string | null> {
  const args = [CHILD, office.url, office.whatsapp.url, NOON.toString(), moment];
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, args, (_error, output, errors) => {
      if (child.signalCode === null) reject(new Error(`It was not killed: ${output} ${errors}`));
      else resolve(child.signalCode);
    });
  });
}

describe('a server that is killed', () => {
  test('before its message begins to leave: another server sends it', async () => {
    const before = office.whatsapp.messages.length;
    await office.enqueue({ recipient: office.person('amal') });
    expect(await deliverInChild('claimed')).toBe('SIGKILL');
    expect(await office.pass({}, { now: noon(1) })).toMatchObject({ sent: 0 });
    expect(await office.pass({}, { now: noon(3) })).toMatchObject({ sent: 1, unknown: 0 });
    expect(office.whatsapp.messages).toHaveLength(before + 1);
  });

  test('after its message has arrived: it is not sent again, and the status tells what became of it', async () => {
    const before = office.whatsapp.messages.length;
    await office.enqueue({ recipient: office.person('amal') });
    expect(await deliverInChild('answered')).toBe('SIGKILL');
    expect(await office.pass({}, { now: noon(3) })).toMatchObject({ sent: 0, unknown: 1 });
    expect(await office.pass({}, { now: noon(3000) })).toMatchObject({ sent: 0 });
    expect(office.whatsapp.messages).toHaveLength(before + 1);
    const [delivery] = await office.deliveries();
    const told = { id: 'wamid.x', status: 'delivered', reference: delivery?.reference ?? '' };
    expect(await recordStatuses(office.desk(), statusBody(told))).toEqual({ recorded: 1, ignored: 0 });
    expect(await office.outcomes()).toEqual(['whatsapp delivered']);
  });
});
