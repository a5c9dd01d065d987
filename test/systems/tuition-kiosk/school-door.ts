import { pino } from 'pino';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { KeyStore } from '../../../src/app/identity/key-store.ts';
import { keyVerifier } from '../../../src/app/identity/verify-keys.ts';
import { prepareServing } from '../../../src/app/served-instance.ts';
import type { Instant } from '../../../src/base/instant.ts';
import { buildServer } from '../../../src/http/build-server.ts';
import { authenticateCallers } from '../../../src/http/identity/authenticate-callers.ts';
import { defineRoute, type Route } from '../../../src/http/route.ts';
import type { SystemScope } from '../../../src/systems/operation-route.ts';
import type { Locale } from '../../../src/systems/tuition/gate/scan-texts.ts';
import type { OperationContext } from '../../../src/systems/operation.ts';
import { tuitionRoutes } from '../../../src/systems/tuition/routes.ts';
import { clerk, Desk, SATURDAY, type Enrolled } from '../tuition-operations/desk.ts';

/** A running server, of which one can be ended and another begun at the same address. */
type Server = Awaited<ReturnType<typeof buildServer<SystemScope>>>;

const alive: Route<SystemScope> = defineRoute<SystemScope>({
  method: 'GET',
  path: '/healthz',
  name: 'service.alive',
  title: 'Say that the process answers',
  tag: 'service',
  access: 'public',
  answer: { contentType: 'application/json' },
  errors: [],
  key: 'none',
  handle: async () => '{"status":"ok"}',
});

/** How a door is opened for a test. */
export interface DoorOptions {
  readonly language?: Locale;
  readonly groupId?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** A school after the cutover with its service, whose present the test sets, and doors in a browser. */
export class SchoolDoor {
  readonly desk: Desk;
  /** A key made for doors, as `carryover keys create` makes one. */
  readonly key: string;
  readonly keys: KeyStore;
  /** The school's present. */
  now: Instant = SATURDAY;
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  #server: Server | undefined;
  #port = 0;

  private constructor(desk: Desk, given: { keys: KeyStore; key: string; browser: Browser }) {
    this.desk = desk;
    this.keys = given.keys;
    this.key = given.key;
    this.#browser = given.browser;
  }

  /** Opens a school without pupils, and serves it. */
  static async open(openBrowser: () => Promise<Browser>): Promise<SchoolDoor> {
    const desk = await Desk.open();
    await prepareServing(desk.database);
    const keys = new KeyStore(desk.database);
    const wanted = { label: 'door 1', role: 'staff', subject: 'door-1', scopes: ['tuition.check-in'] } as const;
    const { key } = await keys.create(wanted, clerk);
    const school = new SchoolDoor(desk, { keys, key, browser: await openBrowser() });
    await school.serve();
    return school;
  }

  /** The address of the service. */
  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Begins to serve; at the address of before where it has been served already. */
  async serve(): Promise<void> {
    const server = await buildServer<SystemScope>({
      scope: {
        contextOf: async (_system, caller) =>
          (await this.desk.context({ ...caller, now: this.now })) as unknown as OperationContext<never>,
      },
      routes: [alive, ...tuitionRoutes],
      authenticate: authenticateCallers({ verifyKey: keyVerifier(this.keys, this.desk.database) }),
      settings: { origins: [], requestsPerMinute: 60_000, trustedProxies: [] },
      logger: pino({ level: 'silent' }),
      version: '0.0.0-test',
      explain: (error) => this.desk.database.explain(error),
    });
    await server.listen({ host: '127.0.0.1', port: this.#port });
    this.#port = (server.server.address() as { readonly port: number }).port;
    this.#server = server;
  }

  /** Ends the service, as a machine that loses its power. */
  async goAway(): Promise<void> {
    this.#server?.server.closeAllConnections();
    await this.#server?.close();
    this.#server = undefined;
  }

  /** A browser at the page, not set up. */
  async visit({ viewport = { width: 1920, height: 1080 } }: DoorOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport, reducedMotion: 'reduce' });
    this.#contexts.push(context);
    const page = await context.newPage();
    await page.goto(`${this.address}/kiosk`);
    return page;
  }

  /** A door that was set up by somebody who typed the key. */
  async openDoor(options: DoorOptions = {}): Promise<Page> {
    const page = await this.visit(options);
    await setUp(page, { ...options, key: this.key });
    await page.locator('#door').waitFor();
    return page;
  }

  /** How often a pupil was let in, by the school's book. */
  async attended(pupil: Enrolled): Promise<string> {
    return (await this.desk.status(pupil, this.now)).sessionsAttended;
  }

  /** Closes every door that was opened. */
  async closeDoors(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
  }

  async close(): Promise<void> {
    await this.closeDoors();
    await this.#browser.close();
    await this.goAway();
    await this.desk.close();
  }
}

/** Fills in the form and sends it. */
export async function setUp(page: Page, options: DoorOptions & { readonly key: string }): Promise<void> {
  await page.locator('#setup-language').selectOption(options.language ?? 'en');
  await page.locator('#setup-key').fill(options.key);
  await page.locator('#setup-group').fill(options.groupId ?? '');
  await page.locator('#setup-form button[type=submit]').click();
}

/** What a scanner does: it types a code faster than anybody can, and ends it with Enter. */
export async function scanCard(page: Page, code: string): Promise<void> {
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
}

/** The state of the door and the words on it, once it has come to this state. */
export async function shown(
  page: Page,
  state: 'answer' | 'asking' | 'ready' = 'answer',
): Promise<{
  readonly color: string;
  readonly headline: string;
  readonly text: string;
  readonly figures: readonly string[];
}> {
  await page.locator(`#door[data-state=${state}]`).waitFor();
  const word = async (id: string): Promise<string> => (await page.locator(id).textContent()) ?? '';
  return {
    color: (await page.locator('#door').getAttribute('data-color')) ?? '',
    headline: await word('#headline'),
    text: await word('#text'),
    figures: await page.locator('#figures dt, #figures dd').allTextContents(),
  };
}

/** A scan as a page sent it. */
export interface SentScan {
  readonly code: string;
  readonly key: string;
}

/** The scans that a page sends from now on, each attempt, in their order. */
export function sentScans(page: Page): readonly SentScan[] {
  const sent: SentScan[] = [];
  page.on('request', (request: Request) => {
    if (!request.url().endsWith('/api/tuition/scan')) return;
    const { code } = request.postDataJSON() as { readonly code: string };
    sent.push({ code, key: request.headers()['idempotency-key'] ?? '' });
  });
  return sent;
}

/** Stops the page's clock; from now on time passes when the test says so. */
export async function stopClock(page: Page): Promise<void> {
  await page.clock.install();
  // The clock can only stop in the future, and a busy machine may take a while to say so.
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 60_000);
}
