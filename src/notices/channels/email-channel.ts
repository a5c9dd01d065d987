import { Readable } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { ChannelLimits, NoticeChannel, OutgoingMessage, SendResult } from './channel.ts';
import { composeEmail } from './email-message.ts';

/** How mail is handed over. */
export interface EmailOptions extends ChannelLimits {
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls' | 'none';
  readonly login?: { readonly user: string; readonly pass: string };
  /** `School <desk@school.example>`. */
  readonly from: string;
  /** Certificates to trust besides those of the system. */
  readonly tls?: Pick<TlsOptions, 'ca'>;
}

/** Hands each e-mail to an SMTP server, over a connection of its own. */
export function emailChannel(options: EmailOptions): NoticeChannel {
  const { cost, perMinute } = options;
  return {
    name: 'email',
    isRepeatable: false,
    cost,
    perMinute,
    templateNames: {},
    addressOf: ({ email }) => email,
    send: (message) => send(options, message),
  };
}

async function send(options: EmailOptions, message: OutgoingMessage): Promise<SendResult> {
  const sender = addressIn(options.from);
  const messageId = `<${message.reference}@${sender.slice(sender.lastIndexOf('@') + 1)}>`;
  const content = await composeEmail(message, { from: options.from, messageId });
  const progress = { isContentOnItsWay: false };
  const connection = new SMTPConnection(connectionOptions(options));
  try {
    await step(connection, (done) => connection.connect(done));
    const { login } = options;
    if (login !== undefined) await step(connection, (done) => connection.login(login, done));
    // The content is asked for once the server has said that it takes it: from then on only its last answer tells what became of it.
    const stream = Readable.from(
      (function* (): Generator<Buffer> {
        progress.isContentOnItsWay = true;
        yield content;
      })(),
      { objectMode: false },
    );
    await step(connection, (done) => connection.send({ from: sender, to: [message.address] }, stream, done));
    return { outcome: 'sent', providerId: messageId };
  } catch (error) {
    return resultOf(error, progress.isContentOnItsWay);
  } finally {
    connection.close();
  }
}

function connectionOptions({ host, port, security, timeoutMs, tls }: EmailOptions): SMTPConnection.Options {
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    tls: { minVersion: 'TLSv1.2', ...tls },
  };
}

/** One step of the conversation. A connection that breaks tells its listeners, and not always whoever waits for an answer. */
function step(connection: SMTPConnection, begin: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      connection.off('error', fail);
      connection.on('error', ignore);
      reject(error);
    };
    connection.on('error', fail);
    begin((error) => {
      if (error !== undefined && error !== null) {
        fail(error);
        return;
      }
      connection.off('error', fail);
      resolve();
    });
  });
}

/** An emitter without a listener for errors would end the process when a closed connection breaks. */
function ignore(): void {
  // The step has failed already.
}

/** Errors of the account or of the encryption: a server that lacks either now will lack it in five minutes. */
const ALARM = new Set(['EAUTH', 'ENOAUTH', 'ETLS']);

/** The server's texts may name the recipient, so only codes are kept. */
function resultOf(error: unknown, isContentOnItsWay: boolean): SendResult {
  const { code = 'UNKNOWN', responseCode, command } = error as SMTPConnection.SMTPError;
  const why = responseCode === undefined ? code : `${code} ${responseCode}`;
  if (ALARM.has(code) || responseCode === 530) return { outcome: 'refused', class: 'alarm', why };
  // Before a server was asked: what stands as the address is none.
  if (responseCode === undefined && code === 'EENVELOPE') return { outcome: 'refused', class: 'recipient', why };
  if (responseCode === undefined) return { outcome: isContentOnItsWay ? 'ambiguous' : 'retry', why };
  if (responseCode < 500) return { outcome: 'retry', why };
  if (isContentOnItsWay) return { outcome: 'refused', class: 'template', why };
  // What is refused before a recipient was named, the sender among it, is refused for everybody.
  return { outcome: 'refused', class: command === 'RCPT TO' ? 'recipient' : 'alarm', why };
}

/** `School <desk@school.example>` and `desk@school.example` have the same address. */
function addressIn(from: string): string {
  return /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim();
}
