import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request of which a server has read the head and not yet the body. */
export interface SlowRequest {
  /** Sends the body and answers what came back. */
  finish(): Promise<{ readonly status: number; readonly body: string }>;
}

/** Sends the head of a POST and resolves once the server has told that it read it. */
export async function startRequest(
  url: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<SlowRequest> {
  const length = String(Buffer.byteLength(body));
  const sent = request(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': length, expect: '100-continue' },
  });
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  sent.flushHeaders();
  // A server that answers at once has read it too.
  await Promise.race([once(sent, 'continue'), answered]);
  return {
    async finish() {
      sent.end(body);
      const [answer] = await answered;
      return { status: answer.statusCode ?? 0, body: await text(answer) };
    },
  };
}
