import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer as it stood on the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One connection to a server, on which a request is written as it is, byte by byte where need be. */
export class OpenSocket {
  readonly #socket: Socket;
  readonly #ended: Promise<unknown>;
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (text: string) => (this.#received += text));
    // A connection that the server cuts off has ended too; what came before is what was answered.
    socket.on('error', () => undefined);
    this.#ended = once(socket, 'close');
  }

  /** Connects to an address such as `http://127.0.0.1:4300`. */
  static async open(address: string): Promise<OpenSocket> {
    const { hostname, port } = new URL(address);
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    return new OpenSocket(socket);
  }

  /** Writes this, as it is; texts are UTF-8. */
  write(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** The first answer, once the server closed the connection. Throws an Error where it closed it without one. */
  async answer(): Promise<WireAnswer> {
    const [first] = await this.answers();
    if (first === undefined) throw new Error('The server closed the connection without an answer.');
    return first;
  }

  /** All answers in their order, once the server closed the connection; each has said how long it is. */
  async answers(): Promise<readonly WireAnswer[]> {
    await this.#ended;
    const answers: WireAnswer[] = [];
    for (let at = 0, end = this.#received.indexOf('\r\n\r\n'); end >= 0; end = this.#received.indexOf('\r\n\r\n', at)) {
      const [first = '', ...lines] = this.#received.slice(at, end).split('\r\n');
      const headers = Object.fromEntries(lines.map((line) => [nameOf(line), line.slice(line.indexOf(':') + 2)]));
      at = end + 4 + Number(headers['content-length'] ?? 0);
      const body = Buffer.from(this.#received.slice(end + 4, at), 'latin1').toString();
      answers.push({ status: Number(first.split(' ')[1]), headers, body });
    }
    return answers;
  }
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).toLowerCase();
}
