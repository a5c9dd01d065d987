import { expect, test } from 'vitest';
import { Gate } from './gate.ts';

test('lets in as many as there are places, the others in order of arrival', async () => {
  const gate = new Gate(1);
  const order: string[] = [];
  const leave = await gate.enter(1000);
  const visits = ['first', 'second'].map(async (name) => {
    const leaveAgain = await gate.enter(1000);
    order.push(name);
    leaveAgain();
  });
  expect(order).toEqual([]);
  leave();
  await Promise.all(visits);
  expect(order).toEqual(['first', 'second']);
});

test('gives a place back once, however often it is left', async () => {
  const gate = new Gate(1);
  const leave = await gate.enter(1000);
  leave();
  leave();
  const held = await gate.enter(1000);
  await expect(gate.enter(1)).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
  held();
});

test('who gave up waiting takes no place', async () => {
  const gate = new Gate(1);
  const leave = await gate.enter(1000);
  await expect(gate.enter(1)).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
  leave();
  const again = await gate.enter(1);
  again();
});
