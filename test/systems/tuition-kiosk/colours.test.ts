import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeInBrowser } from '../../support/chromium/browser-suite.ts';
import { SATURDAY, saturday } from '../tuition-operations/desk.ts';
import { scanCard, SchoolDoor, shown, stopClock } from './school-door.ts';

await describeInBrowser('what the door shows', (openBrowser) => {
  let school: SchoolDoor;
  beforeAll(async () => {
    school = await SchoolDoor.open(openBrowser);
  });
  afterEach(async () => {
    school.now = SATURDAY;
    await school.closeDoors();
  });
  afterAll(() => school.close());

  const iconOf = async (page: Page): Promise<string | null> => {
    const visible = page.locator('.icon:visible');
    expect(await visible.count()).toBe(1);
    return visible.getAttribute('data-for');
  };

  test('green: whoever is admitted, with the numbers after this session', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor();
    await scanCard(page, pupil.code);
    expect(await shown(page)).toEqual({
      color: 'green',
      headline: 'Come in',
      text: 'Welcome. Session of 16:00.',
      figures: ['Attended', '1', 'Paid', '0', 'Unpaid', '1'],
    });
    expect(await iconOf(page)).toBe('green');
    expect(await school.attended(pupil)).toBe('1');
  });

  test('what was paid ahead is no debt, and shows no minus sign', async () => {
    const pupil = await school.desk.returning();
    await school.desk.pay(pupil, '300.00');
    const page = await school.openDoor();
    await scanCard(page, pupil.code);
    expect((await shown(page)).figures).toEqual(['Attended', '1', 'Paid', '4', 'Paid ahead', '3']);
  });

  test('T-29, T-30: a refusal for money is a yellow screen with attended, paid and debt, and no fault of the server', async () => {
    const pupil = await school.desk.returning();
    for (const week of [0, 1]) await school.desk.scan(pupil, saturday(week));
    school.now = saturday(2);
    const page = await school.openDoor();
    await scanCard(page, pupil.code);
    expect(await shown(page)).toEqual({
      color: 'yellow',
      headline: 'Pay at the desk',
      text: 'Not admitted: 2 sessions are unpaid, 1 over the limit. Please pay at the desk.',
      figures: ['Attended', '2', 'Paid', '0', 'Unpaid', '2'],
    });
    expect(await iconOf(page)).toBe('yellow');
    expect(await school.attended(pupil)).toBe('2');
  });

  test('T-14, T-31: the third unpaid scan is yellow, and the same card is green once the desk took the money', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor();
    const colors = [];
    for (const week of [0, 1, 2]) {
      school.now = saturday(week);
      await scanCard(page, pupil.code);
      colors.push((await shown(page)).color);
      await page.reload();
    }
    expect(colors).toEqual(['green', 'green', 'yellow']);
    await school.desk.pay(pupil, '300.00', { now: school.now });
    await scanCard(page, pupil.code);
    expect((await shown(page)).color).toBe('green');
  });

  test('T-17: the numbers in the sentence are those of the moment of the scan', async () => {
    const pupil = await school.desk.returning();
    const { studentId, groupId, code } = pupil;
    for (const week of [0, 1]) await school.desk.scan(pupil, saturday(week));
    school.now = saturday(2);
    const page = await school.openDoor();
    for (const [newBalance, over] of [
      [0, 2],
      [1, 1],
    ]) {
      await school.desk.run('adjust-grace', { studentId, groupId, newBalance, reason: 'as agreed' });
      await scanCard(page, code);
      expect((await shown(page)).text).toContain(`2 sessions are unpaid, ${over} over the limit`);
      await page.reload();
    }
  });

  test('red: whoever is late', async () => {
    const pupil = await school.desk.returning();
    school.now = SATURDAY.plusMillis(15 * 60_000);
    const page = await school.openDoor();
    await scanCard(page, pupil.code);
    expect(await shown(page)).toMatchObject({
      color: 'red',
      headline: 'Too late',
      text: 'Not admitted: 5 minutes late for 16:00.',
    });
    expect(await iconOf(page)).toBe('red');
  });

  test('white: a card that nobody knows, with no numbers and no name', async () => {
    const page = await school.openDoor();
    await scanCard(page, 'NOBODY7');
    expect(await shown(page)).toEqual({
      color: 'white',
      headline: 'Card not known',
      text: 'This code is not known. Please ask at the desk.',
      figures: [],
    });
    expect(await iconOf(page)).toBe('white');
    expect(await page.locator('#card').textContent()).toBe('Card ending in DY7');
  });

  test('T-36: gray: whoever is in already, and never a yellow screen for them', async () => {
    const pupil = await school.desk.returning();
    for (const week of [0, 1]) await school.desk.scan(pupil, saturday(week));
    school.now = saturday(1).plusMillis(60_000);
    const page = await school.openDoor();
    await scanCard(page, pupil.code);
    expect(await shown(page)).toMatchObject({ color: 'gray', headline: 'Already in' });
    expect(await iconOf(page)).toBe('gray');
  });

  test('T-19: a pupil kept out by hand is told to go to the desk, and not why', async () => {
    const pupil = await school.desk.returning();
    const { studentId, groupId } = pupil;
    await school.desk.run('block-enrolment', { studentId, groupId, reason: 'a talk with the parents' });
    const page = await school.openDoor();
    await scanCard(page, pupil.code);
    const answer = await shown(page);
    expect(answer).toMatchObject({ color: 'yellow', headline: 'Go to the desk' });
    expect(answer.text).not.toContain('parents');
  });

  test('a door that is bound to a group asks about that group', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor({ groupId: await school.desk.group() });
    await scanCard(page, pupil.code);
    expect(await shown(page)).toMatchObject({ color: 'white', headline: 'Ask at the desk' });
    const own = await school.openDoor({ groupId: pupil.groupId });
    await scanCard(own, pupil.code);
    expect((await shown(own)).color).toBe('green');
  });

  test('an answer is cleared after five seconds, and a word of it is nowhere on the page', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor();
    await stopClock(page);
    await scanCard(page, pupil.code);
    await shown(page);
    await page.clock.runFor(4_900);
    expect(await shown(page)).toMatchObject({ color: 'green' });
    await page.clock.runFor(100);
    expect(await shown(page, 'ready')).toEqual({ color: '', headline: '', text: '', figures: [] });
    expect(await page.locator('#ready').isVisible()).toBe(true);
  });

  test('a next scan clears the answer at once, before the server has said anything', async () => {
    const [first, second] = [await school.desk.returning(), await school.desk.enrolled()];
    const page = await school.openDoor();
    await scanCard(page, first.code);
    expect((await shown(page)).color).toBe('green');
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/api/tuition/scan', async (route) => {
      await held;
      await route.continue();
    });
    await scanCard(page, second.code);
    expect(await shown(page, 'asking')).toMatchObject({ color: '', headline: 'One moment …', figures: [] });
    answer();
    expect((await shown(page)).color).toBe('yellow');
  });
});
