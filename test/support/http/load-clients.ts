import { createClient, type Client } from '../../../src/client/index.ts';

/** How often a client asks before it gives up: for far longer than a server and its database take to come back. */
const ATTEMPTS_MAX = 60;

/** A post that was answered, and where it stands: the account and the number that its entry has there. */
export interface AcceptedPost {
  readonly accountId: string;
  readonly key: string;
  readonly seq: string;
}

/** When the clients stop beginning posts: each after so many, or all after so many seconds. */
export type LoadEnd = { readonly postsEach: number } | { readonly seconds: number };

/** Clients that post to one service without a pause, each on a connection that stays open, and repeat what is not answered under its key. */
export class LoadClients {
  readonly accepted: AcceptedPost[] = [];
  /** Requests sent for posts, those that were sent again among them. */
  sent = 0;
  readonly #client: Client;
  readonly #accounts: string[] = [];
  readonly #onAccepted: (accepted: number) => void;
  #lastMs: number = performance.now();
  #longestMs = 0;

  constructor(
    service: { readonly url: string; readonly credential: string },
    /** Called after each post that was answered, with how many were. */
    onAccepted: (accepted: number) => void = () => undefined,
  ) {
    this.#onAccepted = onAccepted;
    const counted: typeof fetch = (...request) => {
      this.sent += 1;
      return fetch(...request);
    };
    this.#client = createClient({ ...service, attemptsMax: ATTEMPTS_MAX, fetch: counted });
  }

  /** Opens the accounts that are posted to. */
  async open(accounts: number): Promise<void> {
    for (let index = 0; index < accounts; index += 1) {
      const body = { system: 'shop', kind: 'wallet', owner: `o${index}`, unit: 'usd', floor: '0', lotted: false };
      this.#accounts.push((await this.#client.call('ledger.open-account', { body })).id);
    }
    this.sent = 0;
  }

  /** Posts until the end, and resolves once the last post is answered. Throws what a client throws that gave up. */
  async work(clients: number, end: LoadEnd): Promise<void> {
    const startedMs = performance.now();
    this.#lastMs = startedMs;
    const isOver = (posts: number): boolean =>
      'seconds' in end ? performance.now() - startedMs >= end.seconds * 1000 : posts >= end.postsEach;
    const work = async (number: number): Promise<void> => {
      for (let post = 0; !isOver(post); post += 1) {
        const accountId = this.#accounts[(number + post) % this.#accounts.length] ?? '';
        await this.#post(accountId, `client-${number}:${post}`);
      }
    };
    await Promise.all(Array.from({ length: clients }, (_client, number) => work(number)));
  }

  /** The longest time without an answered post since this was asked last, or since the work began; in milliseconds. */
  takeLongestGapMs(): number {
    const longest = Math.max(this.#longestMs, performance.now() - this.#lastMs);
    this.#longestMs = 0;
    return longest;
  }

  async #post(accountId: string, key: string): Promise<void> {
    const body = { accountId, amount: '0.01', kind: 'gift', contra: 'gifts' };
    const { after } = await this.#client.call('ledger.post', { body, key });
    const nowMs = performance.now();
    this.#longestMs = Math.max(this.#longestMs, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    this.accepted.push({ accountId, key, seq: after[0]?.seq ?? '' });
    this.#onAccepted(this.accepted.length);
  }
}
