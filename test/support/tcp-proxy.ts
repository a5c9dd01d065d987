import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/**
 * Where a connection is cut: `request` drops what the client sent, so the server never sees it; `reply` lets the server
 * act on it and drops its answer. The client cannot tell the two apart.
 */
export type Cut = 'request' | 'reply';

interface Rule {
  readonly message: RegExp;
  readonly cut: Cut;
  readonly happened: () => void;
}

/** Stands between a client and a server of this machine and breaks connections at chosen points. */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #rule: Rule | undefined;
  #roundTrips = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on a free port of 127.0.0.1 and passes everything on to the host and port of the URL. */
  static async start(serverUrl: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(serverUrl);
    const server = createServer();
    const proxy = new TcpProxy(server);
    server.on('connection', (client) => proxy.#join(client, connect(Number(port), hostname)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** The URL that leads to the same database through the proxy. */
  through(serverUrl: string): string {
    const url = new URL(serverUrl);
    url.hostname = '127.0.0.1';
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /**
   * Breaks the next connection on which the client sends something that the pattern matches. Resolves when it was broken;
   * from then on everything passes again.
   */
  cutAt(message: RegExp, cut: Cut): Promise<void> {
    return new Promise((resolve) => {
      this.#rule = { message, cut, happened: resolve };
    });
  }

  /** How often a client spoke after its server had, over all connections so far. */
  get roundTrips(): number {
    return this.#roundTrips;
  }

  /** Breaks every connection there is at this moment. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cutAll();
    await closed;
  }

  #join(client: Socket, server: Socket): void {
    let silenced: Rule | undefined;
    let serverSpoke = true;
    const breakBoth = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      // Either side may be gone already; the other one then has nothing to talk to.
      socket.on('error', breakBoth);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        breakBoth();
      });
    }
    client.on('data', (data) => {
      if (serverSpoke) this.#roundTrips += 1;
      serverSpoke = false;
      const rule = this.#rule;
      if (rule === undefined || !rule.message.test(data.toString('latin1'))) {
        server.write(data);
        return;
      }
      this.#rule = undefined;
      if (rule.cut === 'reply') {
        silenced = rule;
        server.write(data);
      } else {
        breakBoth();
        rule.happened();
      }
    });
    server.on('data', (data) => {
      serverSpoke = true;
      if (silenced === undefined) {
        client.write(data);
        return;
      }
      breakBoth();
      silenced.happened();
      silenced = undefined;
    });
  }
}
