import { hash } from 'node:crypto';
import { normalizeIP } from '@fastify/rate-limit';
import { CarryoverError, isError } from '../../base/errors.ts';
import { authenticationLimited, unauthenticated } from '../http-errors.ts';
import type { Principal } from '../principal.ts';

const WINDOW_MS = 60_000;

/** A caller whose question was refused because too many are being asked may come back as soon as those are answered. */
const BUSY_SECONDS = 1;

/** Addresses counted at once, and credentials remembered; the oldest goes first. Some megabytes when full. */
const ADDRESSES_MAX = 10_000;
const ACCEPTED_MAX = 10_000;

/** How long a credential that was accepted is let through whoever else guesses: a pause for a meal must not lock a desk out. */
const ACCEPTED_FOR_MS = 3_600_000;

/** Guesses from one address within a minute. */
interface Guesses {
  failed: number;
  /** Being judged; counted as failed until they are not, or a burst would be let through whole. */
  open: number;
  readonly endsAt: number;
}

/** A credential that somebody gives, from an address. */
interface Given {
  readonly address: string;
  /** The header Authorization. */
  readonly authorization: string;
}

/**
 * Bounds what guessing costs: an address from which too many credentials were refused within a minute is answered without asking who
 * calls, until the minute is over. A credential that was accepted within the last hour is let through all the same, so a guesser
 * behind a school's one address shuts out nobody but those who call for the first time. Callers of one IPv6 network (/64) count as one.
 */
export class AuthenticationLimit {
  readonly #failuresPerMinute: number;
  readonly #now: () => number;
  readonly #guesses = new Map<string, Guesses>();
  /** Hashes of credentials that were accepted, and until when they are remembered. */
  readonly #accepted = new Map<string, number>();

  /** `now` stands in for the process's clock, in milliseconds. */
  constructor(failuresPerMinute: number, now: () => number = () => performance.now()) {
    this.#failuresPerMinute = failuresPerMinute;
    this.#now = now;
  }

  /** Asks who gives a credential. Throws what `ask` throws, and `HTTP_AUTHENTICATION_LIMITED` without asking. */
  async ask(given: Given, ask: () => Promise<Principal>): Promise<Principal> {
    const digest = hash('sha256', given.authorization, 'base64url');
    const acceptedUntil = this.#accepted.get(digest) ?? 0;
    if (acceptedUntil > this.#now()) return this.#askAgain({ ...given, digest, acceptedUntil }, ask);
    const guesses = this.#guessesFrom(given.address);
    this.#refuse(guesses);
    guesses.open += 1;
    try {
      const principal = await ask();
      this.#remember(digest);
      return principal;
    } catch (error) {
      if (isError(error, unauthenticated)) guesses.failed += 1;
      throw error;
    } finally {
      guesses.open -= 1;
    }
  }

  async #askAgain(
    { address, digest, acceptedUntil }: Given & { readonly digest: string; readonly acceptedUntil: number },
    ask: () => Promise<Principal>,
  ): Promise<Principal> {
    try {
      const principal = await ask();
      if (acceptedUntil - this.#now() < ACCEPTED_FOR_MS / 2) this.#remember(digest);
      return principal;
    } catch (error) {
      // Revoked or expired since: from now on it is a guess like any other.
      if (isError(error, unauthenticated)) {
        this.#accepted.delete(digest);
        this.#guessesFrom(address).failed += 1;
      }
      throw error;
    }
  }

  #refuse({ failed, open, endsAt }: Guesses): void {
    if (failed + open < this.#failuresPerMinute) return;
    const isOver = failed >= this.#failuresPerMinute;
    const retryAfterSeconds = isOver ? Math.max(1, Math.ceil((endsAt - this.#now()) / 1000)) : BUSY_SECONDS;
    throw new CarryoverError(authenticationLimited, { perMinute: this.#failuresPerMinute, retryAfterSeconds });
  }

  #guessesFrom(address: string): Guesses {
    const network = normalizeIP(address);
    const known = this.#guesses.get(network);
    if (known !== undefined && known.endsAt > this.#now()) return known;
    const begun = { failed: 0, open: 0, endsAt: this.#now() + WINDOW_MS };
    this.#guesses.delete(network);
    this.#guesses.set(network, begun);
    dropOldest(this.#guesses, ADDRESSES_MAX);
    return begun;
  }

  #remember(digest: string): void {
    this.#accepted.delete(digest);
    this.#accepted.set(digest, this.#now() + ACCEPTED_FOR_MS);
    dropOldest(this.#accepted, ACCEPTED_MAX);
  }
}

function dropOldest(map: Map<string, unknown>, sizeMax: number): void {
  if (map.size > sizeMax) map.delete(map.keys().next().value ?? '');
}
