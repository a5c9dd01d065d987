import { expect, test } from 'vitest';
import { describeInBrowser } from '../../support/chromium/browser-suite.ts';
import { TestServer } from './test-server.ts';

await describeInBrowser('the page at /docs', (openBrowser) => {
  test('shows the routes of the one document, which it loads itself, and asks nobody else for anything', async () => {
    const app = await TestServer.open();
    const browser = await openBrowser();
    try {
      const address = await app.listen();
      const page = await browser.newPage();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(`${address}/docs`);
      await page.locator('.opblock-summary-path', { hasText: '/api/tuition/scan' }).waitFor();
      const own = asked.filter((url) => url.startsWith(address)).map((url) => new URL(url).pathname);
      expect(own.filter((path) => /json|yaml/.test(path))).toEqual(['/openapi.json']);
      expect(asked.filter((url) => !url.startsWith(address) && !url.startsWith('data:'))).toEqual([]);
    } finally {
      await browser.close();
      await app.close();
    }
  });
});
