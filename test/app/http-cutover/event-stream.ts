import type { CafeServer } from './served-cafe.ts';

/** One event of a stream. */
export interface StreamedEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A stream that a caller reads. */
export interface EventStream {
  readonly contentType: string | null;
  /** The next event; undefined where the stream has ended. */
  next(): Promise<StreamedEvent | undefined>;
  /** Events up to the first that is meant, with it. */
  until(isMeant: (event: StreamedEvent) => boolean): Promise<readonly StreamedEvent[]>;
}

/** Opens the café's stream over the network. */
export async function openStream(on: CafeServer, lastEventId?: string): Promise<EventStream> {
  if (!on.server.server.listening) await on.server.listen({ host: '127.0.0.1', port: 0 });
  const address = on.server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens nowhere');
  const answer = await fetch(`http://127.0.0.1:${address.port}/api/cutovers/stamps/events`, {
    headers: {
      authorization: `Bearer ${await on.keyOf('staff')}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  });
  if (answer.body === null) throw new Error('the stream has no body');
  const blocks = blocksOf(answer.body.pipeThrough(new TextDecoderStream()));
  const next = async (): Promise<StreamedEvent | undefined> => {
    for (;;) {
      const { value, done } = await blocks.next();
      if (done === true) return undefined;
      const event = eventOf(value);
      if (event !== undefined) return event;
    }
  };
  return {
    contentType: answer.headers.get('content-type'),
    next,
    until: async (isMeant) => {
      const found: StreamedEvent[] = [];
      for (let event = await next(); event !== undefined; event = await next()) {
        found.push(event);
        if (isMeant(event)) return found;
      }
      throw new Error(`the stream ended after ${found.length} events`);
    },
  };
}

async function* blocksOf(texts: ReadableStream<string>): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const text of texts) {
    const parts = (rest + text).split('\n\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}

/** A block of lines as an event; undefined for one without data, such as a comment. */
function eventOf(block: string): StreamedEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => [line.split(': ')[0] ?? '', line.slice(line.indexOf(': ') + 2)]),
  );
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return {
    event: fields.get('event') ?? 'message',
    id: fields.get('id'),
    data: JSON.parse(data) as StreamedEvent['data'],
  };
}
