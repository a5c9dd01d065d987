import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '../../../src/http/build-server.ts';
import { defineRoute, type Route } from '../../../src/http/route.ts';
import { BODY_BYTES_MAX, HEADER_BYTES_MAX } from '../../../src/http/server-limits.ts';
import { serveLogger } from '../../../src/app/http/serve-logger.ts';
import { OpenSocket, type WireAnswer } from '../../support/http/open-socket.ts';
import { expectProblem } from './check-problem.ts';

/** Stands in whatever is sent, and nowhere in the log. */
const SECRET = 'a-secret-of-the-caller';

/** How long callers of this server have to send a request. */
const TIMEOUT_SECONDS = 0.3;

/** Holds a request until it is let go. */
class Gate {
  readonly #opened: Promise<void>;
  readonly met: Promise<void>;
  #open: () => void = () => undefined;
  #meet: () => void = () => undefined;

  constructor() {
    this.#opened = new Promise((resolve) => (this.#open = resolve));
    this.met = new Promise((resolve) => (this.#meet = resolve));
  }

  wait(): Promise<void> {
    this.#meet();
    return this.#opened;
  }

  open(): void {
    this.#open();
  }
}

const log: string[] = [];
let gate = new Gate();
let posts = 0;

const common = { tag: 'test', access: 'public', errors: [], key: 'none', answer: { type: 'object' } } as const;
const routes: readonly Route<undefined>[] = [
  defineRoute<undefined>({
    ...common,
    method: 'POST',
    path: '/posts',
    name: 'test.post',
    title: 'Post',
    body: { type: 'object' },
    handle: async () => {
      await gate.wait();
      posts += 1;
      return { posts };
    },
  }),
  defineRoute<undefined>({
    ...common,
    method: 'GET',
    path: '/posts/:id',
    name: 'test.read',
    title: 'Read',
    handle: async () => ({ posts }),
  }),
];

let server: Awaited<ReturnType<typeof buildServer>>;
let address: string;

beforeAll(async () => {
  server = await buildServer({
    scope: undefined,
    routes,
    authenticate: () => Promise.reject(new Error('Nobody is asked who they are here.')),
    settings: { origins: [], requestsPerMinute: 1_000, trustedProxies: [], requestTimeoutSeconds: TIMEOUT_SECONDS },
    logger: serveLogger({ write: (line: string) => log.push(line) }),
    version: '0.0.0-test',
    explain: (error) => error,
  });
  address = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());

async function sent(...pieces: readonly (string | Uint8Array)[]): Promise<WireAnswer> {
  const socket = await OpenSocket.open(address);
  for (const piece of pieces) socket.write(piece);
  return socket.answer();
}

function expectRefused({ status, headers, body }: WireAnswer, wanted: { status: number; code: string }): void {
  expectProblem({ status, headers, body: JSON.parse(body) as Record<string, unknown> }, wanted);
  expect(headers['connection']).toBe('close');
  expect(headers['server']).toBeUndefined();
  const id = headers['x-request-id'] ?? '';
  const lines = log.filter((line) => line.includes(id));
  expect(lines.length).toBeGreaterThan(0);
  expect(log.join('')).not.toContain(SECRET);
}

const UNREADABLE = { status: 400, code: 'HTTP_REQUEST_UNREADABLE' };
const HEAD = `POST /posts HTTP/1.1\r\nhost: carryover\r\ncontent-type: application/json\r\n`;

describe('what no request can be made of', () => {
  test.each([
    ['no line of HTTP', `${SECRET}\r\n\r\n`],
    ['a method that there is not', `${SECRET.toUpperCase()} / HTTP/1.1\r\nhost: x\r\n\r\n`],
    ['another version of HTTP', `GET /${SECRET} HTTP/9.9\r\nhost: x\r\n\r\n`],
    ['the beginning of HTTP/2', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`],
    ['the hello of TLS', Uint8Array.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])],
    ['a header without a name', `GET / HTTP/1.1\r\nhost: x\r\n: ${SECRET}\r\n\r\n`],
    ['a header with a control character', `GET / HTTP/1.1\r\nhost: x\r\nx: ${SECRET}\u0001\r\n\r\n`],
    ['a length that is no number', `${HEAD}content-length: ${SECRET}\r\n\r\n{}`],
    ['a negative length', `${HEAD}content-length: -2\r\n\r\n{}`],
    ['two lengths', `${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    ['a length and pieces', `${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`],
    ['pieces of a length that is no number', `${HEAD}transfer-encoding: chunked\r\n\r\n${SECRET}\r\n`],
    ['no host', `GET /posts/1 HTTP/1.1\r\nconnection: close\r\n\r\n`],
    ['an address that cannot be read', 'GET /posts/%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
    [
      'a part of an address that is too long',
      `GET /posts/${'x'.repeat(300)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    ],
  ])('%s is answered as a problem, and its connection closed', async (_what, bytes) => {
    expectRefused(await sent(bytes), UNREADABLE);
  });

  test('more headers than are read are answered as a problem, however much of them still comes', async () => {
    const lines = `x: ${SECRET.repeat(40)}\r\n`.repeat(HEADER_BYTES_MAX / 16);
    expectRefused(await sent(`GET / HTTP/1.1\r\nhost: x\r\n${lines}\r\n`), {
      status: 431,
      code: 'HTTP_HEADERS_TOO_LARGE',
    });
  });

  test.each([
    ['line', 'GET / HTT'],
    ['headers', `GET / HTTP/1.1\r\nhost: x\r\nx: ${SECRET}`],
    ['body', `${HEAD}content-length: 99\r\n\r\n{"name":"${SECRET}`],
  ])('a request whose %s does not end is answered as a problem once its time is over', async (_what, bytes) => {
    expectRefused(await sent(bytes), { status: 408, code: 'HTTP_REQUEST_TIMED_OUT' });
  });

  test('a caller who takes the service for a proxy is told that it is none', async () => {
    expectRefused(await sent(`CONNECT ${SECRET}.example:443 HTTP/1.1\r\nhost: x\r\n\r\n`), {
      status: 405,
      code: 'HTTP_METHOD_NOT_ALLOWED',
    });
  });

  test('an expectation that nobody knows is left alone', async () => {
    const answer = await sent('GET /posts/1 HTTP/1.1\r\nhost: x\r\nexpect: tea\r\nconnection: close\r\n\r\n');
    expect(answer.status).toBe(200);
  });

  test('a body that is longer than is read is answered as a problem while it still comes', async () => {
    const body = 'x'.repeat(BODY_BYTES_MAX + 1);
    const answer = await sent(`${HEAD}connection: close\r\ncontent-length: ${body.length}\r\n\r\n`, body);
    expectRefused(answer, { status: 413, code: 'HTTP_BODY_TOO_LARGE' });
  });
});

describe('bytes behind a whole request on one connection', () => {
  const whole = `${HEAD}content-length: 2\r\n\r\n{}`;

  test('are refused after it was answered, so nobody takes the refusal for its answer', async () => {
    gate = new Gate();
    const socket = await OpenSocket.open(address);
    socket.write(`${whole}${SECRET}\r\n\r\n`);
    await gate.met;
    gate.open();
    const answers = await socket.answers();
    expect(answers).toHaveLength(2);
    expect(answers[0]).toMatchObject({ status: 200, body: JSON.stringify({ posts }) });
    expectRefused(answers[1] as WireAnswer, UNREADABLE);
  });

  test('do not keep several before them from being answered in their order', async () => {
    gate = new Gate();
    gate.open();
    const before = posts;
    const socket = await OpenSocket.open(address);
    socket.write(`${whole}${whole}GET /posts/1 HTTP/1.1\r\nhost: x\r\n\r\n${SECRET}\r\n\r\n`);
    const answers = await socket.answers();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 400]);
    expect(answers.slice(0, 2).map(({ body }) => body)).toEqual([
      JSON.stringify({ posts: before + 1 }),
      JSON.stringify({ posts: before + 2 }),
    ]);
  });

  test('do not keep the server from ending', async () => {
    const open = await OpenSocket.open(address);
    open.write(`${SECRET}\r\n\r\n`);
    await open.answer();
    await expect
      .poll(() => new Promise((resolve) => server.server.getConnections((_error, count) => resolve(count))))
      .toBe(0);
  });
});
