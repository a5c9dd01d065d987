import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeInBrowser } from '../../support/chromium/browser-suite.ts';
import { SATURDAY, saturday } from '../tuition-operations/desk.ts';
import { scanCard, SchoolDoor, shown } from './school-door.ts';

/** The height of a 24-inch screen of 16 to 9, the distance it is read from, and what a capital is of its letter's size. */
const SCREEN_HEIGHT_MM = 299;
const DISTANCE_MM = 3_000;
const CAPITAL = 0.72;

await describeInBrowser('who can read the door', (openBrowser) => {
  let school: SchoolDoor;
  beforeAll(async () => {
    school = await SchoolDoor.open(openBrowser);
  });
  afterEach(async () => {
    school.now = SATURDAY;
    await school.closeDoors();
  });
  afterAll(() => school.close());

  /** A card whose answer has the longest sentence there is, with figures. */
  async function longestAnswer(): Promise<string> {
    const pupil = await school.desk.returning();
    for (const week of [0, 1]) await school.desk.scan(pupil, saturday(week));
    school.now = saturday(2);
    return pupil.code;
  }

  test('in English the page is written from left to right', async () => {
    const page = await school.openDoor({ language: 'en' });
    expect(await languageOf(page)).toEqual({ lang: 'en', dir: 'ltr', direction: 'ltr' });
    await scanCard(page, 'NOBODY7');
    await shown(page);
    expect(await visibleText(page)).not.toMatch(/\p{Script=Arabic}/u);
  });

  test('in Arabic the page is written from right to left, without a Latin word and with the digits of cards and receipts', async () => {
    const code = await longestAnswer();
    const page = await school.openDoor({ language: 'ar' });
    expect(await languageOf(page)).toEqual({ lang: 'ar', dir: 'rtl', direction: 'rtl' });
    await scanCard(page, code);
    expect(await shown(page)).toEqual({
      color: 'yellow',
      headline: 'ادفع في الاستقبال',
      text: 'غير مسموح بالدخول: عدد الحصص غير المدفوعة 2، بزيادة 1 عن الحد. من فضلك ادفع في الاستقبال.',
      figures: ['الحضور', '2', 'المدفوع', '0', 'غير المدفوع', '2'],
    });
    const text = await visibleText(page);
    expect(text).not.toMatch(/[A-Za-z]/);
    expect(text).not.toMatch(/[\u0660-\u0669]/);
    const [first, last] = [page.locator('#figures div').first(), page.locator('#figures div').last()];
    expect((await first.boundingBox())?.x).toBeGreaterThan((await last.boundingBox())?.x ?? Number.POSITIVE_INFINITY);
  });

  test('at three metres from a 24-inch screen every part of an answer has the angle that reading without effort asks', async () => {
    const code = await longestAnswer();
    const page = await school.openDoor({ viewport: { width: 1920, height: 1080 } });
    await scanCard(page, code);
    await shown(page);
    const angles = await Promise.all(
      ['#text', 'dt', '#headline', 'dd'].map(async (part) => arcMinutes(await fontSize(page, part), 1080)),
    );
    for (const [index, least] of [16, 16, 29, 40].entries()) expect(angles[index]).toBeGreaterThanOrEqual(least);
  });

  test.each([
    ['en', 1920, 1080],
    ['ar', 1920, 1080],
    ['en', 1280, 720],
    ['ar', 1280, 720],
    ['en', 1024, 768],
    ['ar', 1024, 768],
    ['en', 800, 1280],
    ['ar', 800, 1280],
    ['en', 412, 915],
    ['ar', 412, 915],
  ] as const)('the longest answer fits on the screen: %s, %d by %d', async (language, width, height) => {
    const code = await longestAnswer();
    const page = await school.openDoor({ language, viewport: { width, height } });
    await scanCard(page, code);
    await shown(page);
    expect(await overflowOf(page)).toEqual({ across: 0, down: 0, outside: [] });
    await page.evaluate("dispatchEvent(new Event('offline'))");
    await page.locator('#offline').waitFor();
    expect(await overflowOf(page)).toEqual({ across: 0, down: 0, outside: [] });
  });

  test('a rule of accessibility is broken on no screen, in either language', async () => {
    const pupil = await school.desk.returning();
    for (const language of ['en', 'ar'] as const) {
      school.now = SATURDAY;
      const setup = await school.visit();
      await setup.locator('#setup-language').selectOption(language);
      await setup.locator('#setup-form button[type=submit]').click();
      expect(await violationsOf(setup)).toEqual([]);
      const page = await school.openDoor({ language });
      expect(await violationsOf(page)).toEqual([]);
      const seen = new Set<string>();
      const late = await school.desk.returning();
      const unpaid = await school.desk.enrolled();
      for (const { code, minutes } of [
        { code: pupil.code, minutes: 0 },
        { code: unpaid.code, minutes: 0 },
        { code: 'NOBODY7', minutes: 0 },
        { code: late.code, minutes: 15 },
      ]) {
        school.now = SATURDAY.plusMillis(minutes * 60_000);
        await scanCard(page, code);
        await page.locator('#card', { hasText: code.slice(-3) }).waitFor();
        seen.add((await shown(page)).color);
        expect(await violationsOf(page)).toEqual([]);
      }
      const colors = ['red', 'white', 'yellow', language === 'en' ? 'green' : 'gray'];
      expect([...seen].toSorted()).toEqual(colors.toSorted());
    }
  });

  test('a screen reader is told each answer as a whole, and pictures are not read out', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor();
    const region = page.locator('#result');
    expect(await region.getAttribute('aria-live')).toBe('assertive');
    expect(await region.getAttribute('aria-atomic')).toBe('true');
    // A region that is put on the page together with its words is not read out.
    expect(await styleOf(page, '#result', 'display')).not.toBe('none');
    await scanCard(page, pupil.code);
    await shown(page);
    expect(await region.ariaSnapshot()).toContain('Come in');
    expect(await page.locator('svg:not([aria-hidden=true])').count()).toBe(0);
  });

  test('nothing moves for those who asked for that', async () => {
    const page = await school.openDoor();
    await page.route('**/api/tuition/scan', () => undefined);
    await scanCard(page, 'C1001');
    await shown(page, 'asking');
    expect(await styleOf(page, '#headline', 'animation-name')).toBe('none');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await styleOf(page, '#headline', 'animation-name')).toBe('breathe');
  });
});

function arcMinutes(fontSizePx: number, screenHeightPx: number): number {
  const capitalMm = (fontSizePx / screenHeightPx) * SCREEN_HEIGHT_MM * CAPITAL;
  return (Math.atan(capitalMm / DISTANCE_MM) * 180 * 60) / Math.PI;
}

async function fontSize(page: Page, selector: string): Promise<number> {
  return Number.parseFloat(await styleOf(page, selector, 'font-size'));
}

async function styleOf(page: Page, selector: string, property: string): Promise<string> {
  return page.evaluate<string>(
    `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).getPropertyValue(${JSON.stringify(property)})`,
  );
}

async function languageOf(page: Page): Promise<unknown> {
  return page.evaluate(
    '({ lang: document.documentElement.lang, dir: document.documentElement.dir, direction: getComputedStyle(document.body).direction })',
  );
}

async function visibleText(page: Page): Promise<string> {
  return page.evaluate<string>('document.body.innerText');
}

/** How far the page reaches past the screen, and the parts that stand outside of it. */
async function overflowOf(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    const outside = [...document.querySelectorAll('#door h1, #door p, #door dt, #door dd, #door input, #door button, #door svg')]
      .filter((part) => part.getClientRects().length > 0)
      .filter((part) => {
        const { left, right, top, bottom } = part.getBoundingClientRect();
        return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
      })
      .map((part) => part.id || part.tagName);
    return { across: scrollWidth - clientWidth, down: scrollHeight - clientHeight, outside };
  })()`);
}

async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate<AxeResults>('axe.run()');
  expect(results.passes.length).toBeGreaterThan(5);
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
