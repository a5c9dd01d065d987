import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeInBrowser } from '../../support/chromium/browser-suite.ts';
import { scanCard, SchoolDoor, sentScans, setUp, shown } from './school-door.ts';

const SCAN = '**/api/tuition/scan';

await describeInBrowser('when the server does not answer', (openBrowser) => {
  let school: SchoolDoor;
  beforeAll(async () => {
    school = await SchoolDoor.open(openBrowser);
  });
  afterEach(() => school.closeDoors());
  afterAll(() => school.close());

  test('an answer lost on the way is asked for again with the same key, and the pupil is admitted once', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor();
    const sent = sentScans(page);
    let lost = 0;
    await page.route(SCAN, async (route) => {
      if (lost === 2) return route.continue();
      lost += 1;
      const answered = await route.fetch();
      expect(answered.status()).toBe(200);
      return route.abort('connectionreset');
    });
    await scanCard(page, pupil.code);
    expect((await shown(page)).color).toBe('green');
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
    expect(await school.attended(pupil)).toBe('1');
  });

  test('a server that goes and comes back answers the card that was scanned in between', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor();
    await school.goAway();
    await scanCard(page, pupil.code);
    await page.locator('#offline').waitFor();
    expect(await shown(page, 'asking')).toMatchObject({ color: '' });
    await school.serve();
    expect((await shown(page)).color).toBe('green');
    await page.locator('#offline').waitFor({ state: 'hidden' });
    expect(await school.attended(pupil)).toBe('1');
  });

  test('a server that stays away ends in a white screen, and the next scan has another key', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor();
    await page.clock.install();
    const sent = sentScans(page);
    let refused = 0;
    await page.route(SCAN, async (route) => {
      await route.abort('connectionrefused');
      refused += 1;
    });
    await scanCard(page, pupil.code);
    // The page's clock goes on only once the browser has told of each attempt, which takes it time of its own.
    for (let slice = 0; slice < 18; slice += 1) {
      await page.clock.runFor(500);
      await expect.poll(() => refused).toBe(sent.length);
    }
    expect(await shown(page)).toMatchObject({ color: 'white', headline: 'Try again', figures: [] });
    expect(sent.length).toBeGreaterThan(3);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
    await page.unroute(SCAN);
    await page.clock.runFor(2_000);
    await scanCard(page, pupil.code);
    await page.locator('#door[data-color=green]').waitFor();
    expect(sent.at(-1)?.key).not.toBe(sent[0]?.key);
    expect(await school.attended(pupil)).toBe('1');
  });

  test('a server that never says a word ends in a white screen too', async () => {
    const page = await school.openDoor();
    await page.clock.install();
    await page.route(SCAN, () => undefined);
    await scanCard(page, 'C1');
    for (let second = 0; second < 12; second += 1) await page.clock.runFor(1_000);
    expect(await shown(page)).toMatchObject({ color: 'white', headline: 'Try again' });
  });

  test('a fault that may pass is tried again, one that will not is told with its code', async () => {
    const pupil = await school.desk.returning();
    const page = await school.openDoor();
    const sent = sentScans(page);
    await answerOnce(page, 503, { code: 'HTTP_SHUTTING_DOWN', retryable: true });
    await scanCard(page, pupil.code);
    expect((await shown(page)).color).toBe('green');
    expect(sent).toHaveLength(2);
    await answerOnce(page, 409, { code: 'LEDGER_AUTHORITY_LEGACY', retryable: false });
    await scanCard(page, 'ANOTHER');
    await page.locator('#door[data-color=white]').waitFor();
    expect(await page.locator('#note').textContent()).toBe('LEDGER_AUTHORITY_LEGACY');
    expect(sent).toHaveLength(3);
  });

  test.each([
    ['green without admitted', { color: 'green', code: 'present', admitted: false, ...numbers() }],
    ['admitted without green', { color: 'yellow', code: 'credit_exceeded', admitted: true, ...numbers() }],
    ['green in a form that is not the answer', { color: 'green', admitted: true }],
    ['the page of a network that wants a login', '<html>Welcome</html>'],
  ])('never green: %s', async (_name, content) => {
    const page = await school.openDoor();
    await page.clock.install();
    const body = typeof content === 'string' ? content : JSON.stringify(content);
    await page.route(SCAN, (route) => route.fulfill({ status: 200, body }));
    await scanCard(page, 'C1001');
    for (let second = 0; second < 10; second += 1) await page.clock.runFor(1_000);
    expect(await shown(page)).toMatchObject({ color: 'white', figures: [] });
  });

  test('an idle door says that the network is gone, and that it is back', async () => {
    const page = await school.openDoor();
    const offline = page.locator('#offline');
    expect(await offline.isVisible()).toBe(false);
    await page.context().setOffline(true);
    await offline.waitFor();
    expect(await offline.textContent()).toMatch(/No connection/);
    await page.context().setOffline(false);
    await offline.waitFor({ state: 'hidden' });
  });

  test('an idle door finds out by itself that the server is gone', async () => {
    const page = await school.openDoor();
    await page.clock.install();
    await page.reload();
    await page.locator('#door').waitFor();
    await school.goAway();
    await page.clock.runFor(10_000);
    await page.locator('#offline').waitFor();
    await school.serve();
    await page.clock.runFor(10_000);
    await page.locator('#offline').waitFor({ state: 'hidden' });
  });
});

await describeInBrowser('how a kiosk is set up', (openBrowser) => {
  let school: SchoolDoor;
  beforeAll(async () => {
    school = await SchoolDoor.open(openBrowser);
  });
  afterEach(() => school.closeDoors());
  afterAll(() => school.close());

  test('a key that is wrong, or not made for this, is refused with a sentence, and the door stays shut', async () => {
    const actor = { kind: 'person', id: 'clerk-7' } as const;
    const made = { label: 'reports', role: 'staff', subject: 'desk-2', scopes: ['tuition.credit-report'] } as const;
    const { key: foreign } = await school.keys.create(made, actor);
    const page = await school.visit();
    for (const key of ['co_nobodys_key', foreign, 'مفتاح']) {
      await setUp(page, { key });
      await page.locator('#setup-says', { hasText: 'does not accept this key' }).waitFor();
      expect(await page.locator('#door').isVisible()).toBe(false);
      await page.reload();
    }
    await setUp(page, { key: school.key });
    await page.locator('#door').waitFor();
    expect(await page.content()).not.toContain(school.key);
  });

  test('settings outlive the browser’s restart, and the key is not shown again', async () => {
    const page = await school.openDoor({ language: 'ar', groupId: '7' });
    await page.reload();
    await page.locator('#door').waitFor();
    await page.keyboard.press('Control+Alt+k');
    await page.locator('#setup').waitFor();
    expect(await page.locator('#setup-key').inputValue()).toBe('');
    expect(await page.locator('#setup-language').inputValue()).toBe('ar');
    expect(await page.locator('#setup-group').inputValue()).toBe('7');
    expect(await page.content()).not.toContain(school.key);
    await page.locator('#setup-language').selectOption('en');
    await page.locator('#setup-form button[type=submit]').click();
    await page.locator('#door').waitFor();
    expect(await page.locator('#title').textContent()).toBe('Check-in');
  });

  test('the word at the top opens set-up when it is held for three seconds, and not when it is touched', async () => {
    const page = await school.openDoor();
    await page.clock.install();
    await page.locator('#title').hover();
    await page.mouse.down();
    await page.clock.runFor(2_900);
    await page.mouse.up();
    await page.clock.runFor(10_000);
    expect(await page.locator('#setup').isVisible()).toBe(false);
    await page.mouse.down();
    await page.clock.runFor(3_000);
    await page.locator('#setup').waitFor();
    await page.mouse.up();
    expect(await page.locator('#door').isVisible()).toBe(false);
  });

  test('set-up that somebody left open goes back to the door by itself', async () => {
    const page = await school.openDoor();
    await page.clock.install();
    await page.keyboard.press('Control+Alt+k');
    await page.locator('#setup').waitFor();
    await page.clock.runFor(60_000);
    await page.locator('#door').waitFor();
  });

  test('a key that is revoked while the door is open leads to set-up with a sentence', async () => {
    const actor = { kind: 'person', id: 'clerk-7' } as const;
    const made = { label: 'door 2', role: 'staff', subject: 'door-2', scopes: ['tuition.check-in'] } as const;
    const { key, id } = await school.keys.create(made, actor);
    const page = await school.visit();
    await setUp(page, { key });
    await page.locator('#door').waitFor();
    await school.keys.revoke(id, actor);
    // The server believes what it has read of a key for some seconds; a new one has read nothing.
    await school.goAway();
    await school.serve();
    await scanCard(page, 'C1001');
    await page.locator('#setup-says', { hasText: 'does not accept this key' }).waitFor();
    expect(await page.locator('#setup-cancel').isVisible()).toBe(false);
    await setUp(page, { key: school.key });
    await page.locator('#door').waitFor();
  });
});

async function answerOnce(page: Page, status: number, problem: object): Promise<void> {
  await page.route(
    SCAN,
    (route) => route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    { times: 1 },
  );
}

function numbers(): object {
  return { text: { en: 'Welcome.', ar: 'أهلًا.' }, attended: '1', paid: '0', debt: '1' };
}
