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
    await this.#ended;
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) throw new Error('The server closed the connection without an answer.');
    const [first = '', ...lines] = this.#received.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => [nameOf(line), line.slice(line.indexOf(':') + 2)]));
    const length = Number(headers['content-length'] ?? 0);
    const body = Buffer.from(this.#received.slice(end + 4, end + 4 + length), 'latin1').toString();
    return { status: Number(first.split(' ')[1]), headers, body };
  }
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).toLowerCase();
}
