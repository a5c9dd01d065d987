import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a receiver does with a request. `drop` and `hang` come after the body has been read: whatever was sent has arrived. */
export type Reply =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'drop'
  | 'hang';

/** A server on the loopback that keeps what it is sent and answers as it is told. */
export class HttpReceiver {
  readonly requests: ReceivedRequest[] = [];
  /** What is answered next; told anew for each request. */
  answer: (request: ReceivedRequest, count: number) => Reply | Promise<Reply>;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(answer: HttpReceiver['answer']) {
    this.answer = answer;
    this.#server = createServer((incoming, response) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('end', () => {
        const request = {
          path: incoming.url ?? '',
          headers: incoming.headers,
          body: Buffer.concat(parts).toString('utf8'),
        };
        this.requests.push(request);
        void this.#reply(request, response);
      });
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Listens on a free port. */
  static async open(answer: HttpReceiver['answer']): Promise<HttpReceiver> {
    const receiver = new HttpReceiver(answer);
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** Where it listens. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Stops, also in the middle of an answer. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #reply(request: ReceivedRequest, response: ServerResponse): Promise<void> {
    const reply = await this.answer(request, this.requests.length);
    if (reply === 'hang') return;
    if (reply === 'drop') {
      response.socket?.destroy();
      return;
    }
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {}));
  }
}
