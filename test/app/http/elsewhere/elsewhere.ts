import type { Answered } from '../test-server.ts';

/** A good answer that needs more of a world than a service with empty tables. */
export interface Elsewhere {
  /** Asks for it; what is given is added to the headers. */
  ask(headers?: Readonly<Record<string, string>>): Promise<Answered>;
  /** What it has to say of this request and of no other; matched, so it may be a part. */
  readonly says: object;
  /** Called once it was asked, for what the answer alone does not show. */
  after?(answered: Answered): Promise<void> | void;
}

/** A world with such answers, by the names of their routes. */
export interface World<Inside> {
  readonly title: string;
  open(): Promise<Inside>;
  close(inside: Inside): Promise<void>;
  readonly answers: Readonly<Record<string, (inside: Inside) => Promise<Elsewhere> | Elsewhere>>;
}
