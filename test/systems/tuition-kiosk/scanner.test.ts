import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeInBrowser } from '../../support/chromium/browser-suite.ts';
import { scanCard, SchoolDoor, sentScans, shown, stopClock } from './school-door.ts';

await describeInBrowser('how cards come in', (openBrowser) => {
  let school: SchoolDoor;
  beforeAll(async () => {
    school = await SchoolDoor.open(openBrowser);
  });
  afterEach(() => school.closeDoors());
  afterAll(() => school.close());

  /** Holds back what the page asks until told; answers come in the order they were asked for. */
  async function holdAnswers(page: Page): Promise<() => void> {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/api/tuition/scan', async (route) => {
      await held;
      await route.continue();
    });
    return () => release();
  }

  test('a card is read whatever has the focus, and presses no button', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor();
    const sent = sentScans(page);
    await page.locator('#by-hand button').focus();
    await scanCard(page, pupil.code);
    expect((await shown(page)).color).toBe('green');
    await page.locator('#title').click();
    await scanCard(page, 'AFTER-CLICK');
    expect((await shown(page)).headline).toBe('Card not known');
    expect(sent.map(({ code }) => code)).toEqual([pupil.code, 'AFTER-CLICK']);
  });

  test('a card that is scanned into the field leaves nothing there, and is asked about once', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor();
    const sent = sentScans(page);
    await page.locator('#by-hand-code').focus();
    await scanCard(page, pupil.code);
    await shown(page);
    expect(await page.locator('#by-hand-code').inputValue()).toBe('');
    expect(sent).toHaveLength(1);
  });

  test('a number that somebody types slowly is sent with Enter or with the button', async () => {
    const [one, other] = [await school.desk.returning(), await school.desk.returning()];
    const page = await school.openDoor();
    await page.locator('#by-hand-code').pressSequentially(one.code, { delay: 120 });
    await page.keyboard.press('Enter', { delay: 60 });
    expect((await shown(page)).color).toBe('green');
    await page.locator('#by-hand-code').fill(other.code);
    await page.locator('#by-hand button').click();
    await page.locator('#card', { hasText: other.code.slice(-3) }).waitFor();
    expect((await shown(page)).color).toBe('green');
    expect([await school.attended(one), await school.attended(other)]).toEqual(['1', '1']);
  });

  test('a number typed with Arabic digits is the same number', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor({ language: 'ar' });
    const arabic = pupil.code.replaceAll(/\d/g, (digit) => String.fromCharCode(0x0660 + Number(digit)));
    await page.locator('#by-hand-code').fill(arabic);
    await page.locator('#by-hand button').click();
    expect((await shown(page)).color).toBe('green');
  });

  test('keys that write nothing do not disturb a card, and alone are no card', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor();
    const sent = sentScans(page);
    for (const key of ['Enter', 'F3', 'Shift', 'Control+j', 'Tab', 'Enter']) await page.keyboard.press(key);
    await page.locator('#by-hand-code').focus();
    for (const key of ['Shift', ...pupil.code.split(''), 'Shift', 'Control+j', 'Enter', 'Enter'])
      await page.keyboard.press(key);
    expect((await shown(page)).color).toBe('green');
    expect(sent.map(({ code }) => code)).toEqual([pupil.code]);
  });

  test('a card that is read twice within a second is one scan, and one session', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor();
    await stopClock(page);
    const sent = sentScans(page);
    for (const afterMs of [0, 300, 900]) {
      await page.clock.runFor(afterMs);
      await scanCard(page, pupil.code);
      expect((await shown(page)).color).toBe('green');
    }
    expect(sent).toHaveLength(1);
    await page.clock.runFor(1_100);
    await scanCard(page, pupil.code);
    await page.locator('#door[data-color=gray]').waitFor();
    expect(sent).toHaveLength(2);
    expect(await school.attended(pupil)).toBe('1');
  });

  test('cards that come while one is asked about wait their turn, and are answered in order', async () => {
    const pupils = [await school.desk.returning(), await school.desk.enrolled(), await school.desk.returning()];
    const page = await school.openDoor();
    const sent = sentScans(page);
    const release = await holdAnswers(page);
    for (const { code } of pupils) await scanCard(page, code);
    await scanCard(page, pupils[1]?.code ?? '');
    expect(await shown(page, 'asking')).toMatchObject({ color: '' });
    expect(await page.locator('#waiting').textContent()).toBe('Waiting: 2');
    release();
    for (const [index, color] of (['green', 'yellow', 'green'] as const).entries()) {
      await page.locator('#card', { hasText: pupils[index]?.code.slice(-3) ?? '' }).waitFor();
      expect((await shown(page)).color).toBe(color);
    }
    expect(sent.map(({ code }) => code)).toEqual(pupils.map(({ code }) => code));
    expect(new Set(sent.map(({ key }) => key)).size).toBe(3);
  });

  test('more cards than can wait are turned away with a sentence, and not forgotten silently', async () => {
    const page = await school.openDoor();
    const release = await holdAnswers(page);
    for (let card = 0; card < 11; card += 1) await scanCard(page, `CARD${100 + card}`);
    expect(await page.locator('#waiting').textContent()).toBe('Waiting: 10');
    expect(await page.locator('#full').isVisible()).toBe(false);
    await scanCard(page, 'CARD200');
    expect(await page.locator('#full').textContent()).toMatch(/Too many cards/);
    expect(await page.locator('#waiting').textContent()).toBe('Waiting: 10');
    release();
    await shown(page);
  });

  test('a code that no card has is answered without asking anybody', async () => {
    const page = await school.openDoor();
    const sent = sentScans(page);
    await page.locator('#title').click();
    await scanCard(page, `https://example.org/${'x'.repeat(60)}`);
    expect(await shown(page)).toMatchObject({ color: 'white', figures: [] });
    expect(sent).toEqual([]);
  });
});
