import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** An e-mail as it arrived. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly content: string;
}

/** How a mail server refuses. `drop-after-content` takes the whole message and breaks the connection before it says so. */
export type MailFault =
  | { readonly at: 'recipient' | 'content'; readonly code: number }
  | { readonly at: 'login' }
  | { readonly at: 'drop-after-content' };

/** A mail server on the loopback that keeps what it is sent. */
export class MailReceiver {
  readonly mails: ReceivedMail[] = [];
  fault: MailFault | undefined;
  readonly #server: SMTPServer;
  readonly #sockets = new Set<{ destroy(): void }>();

  private constructor(options: SMTPServerOptions) {
    this.#server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: options.disabledCommands ?? ['STARTTLS'],
      disableReverseLookup: true,
      onAuth: ({ username = '', password }, _session, done) => {
        const isKnown = username === 'school' && password === 'secret' && this.fault?.at !== 'login';
        done(isKnown ? null : refusal(535), isKnown ? { user: username } : undefined);
      },
      onRcptTo: (_address, _session, done) => {
        done(this.fault?.at === 'recipient' ? refusal(this.fault.code) : null);
      },
      onData: (stream, session, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          this.mails.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            content: Buffer.concat(parts).toString('utf8'),
          });
          if (this.fault?.at === 'drop-after-content') for (const socket of this.#sockets) socket.destroy();
          else done(this.fault?.at === 'content' ? refusal(this.fault.code) : null);
        });
      },
    });
    this.#server.server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    // What the test breaks on purpose is no failure of the server.
    this.#server.on('error', () => undefined);
  }

  /** Listens on a free port. */
  static async open(options: SMTPServerOptions = {}): Promise<MailReceiver> {
    const receiver = new MailReceiver(options);
    await new Promise<void>((resolve) => {
      receiver.#server.listen(0, '127.0.0.1', resolve);
    });
    return receiver;
  }

  /** Where it listens. */
  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** Stops it. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(resolve);
    });
  }
}

function refusal(responseCode: number): Error {
  return Object.assign(new Error('refused parent@family.example'), { responseCode });
}
